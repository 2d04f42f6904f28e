// The normal distribution truncated to x > 0: the law of a utilisation, which is positive but may well exceed 1 (Winograd
// convolutions execute fewer FLOP than counted, and boost clocks exceed the listed ones), so it has no upper bound.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { NormalDistribution } from "../types.ts";
import { normalCdf, normalQuantile } from "./normal-distribution.ts";

/**
 * P(X >= threshold) of a normal X truncated to positive values. With no spread it is a step: 1 up to the mean.
 *
 *   P(X >= x) = Phi((mean - x) / sd) / Phi(mean / sd)    for x > 0, else 1
 *
 * @param distribution mean and standard deviation before truncation; mean > 0.
 * @throws {ProbSelectError} selection.invalid-argument
 * @example survival(0.5, { mean: 0.5, standardDeviation: 0.1 }) // 0.50000014, above 1/2 for the mass cut off below 0
 */
export function survival(threshold: number, distribution: NormalDistribution): number {
  const { mean, standardDeviation } = requireDistribution(distribution);
  if (Number.isNaN(threshold)) throw invalid("a threshold that is a number", threshold);
  if (threshold <= 0) return 1;
  if (standardDeviation === 0) return threshold <= mean ? 1 : 0;
  return Math.min(1, normalCdf((mean - threshold) / standardDeviation) / normalCdf(mean / standardDeviation));
}

/**
 * The threshold that X reaches with the given probability: the inverse of `survival`.
 *
 * @param probability in [0, 1]; 1 gives 0, and 0 gives Infinity (the mean if there is no spread).
 * @throws {ProbSelectError} selection.invalid-argument
 */
export function survivalQuantile(probability: number, distribution: NormalDistribution): number {
  const { mean, standardDeviation } = requireDistribution(distribution);
  if (!(probability >= 0 && probability <= 1)) throw invalid("a probability in [0, 1]", probability);
  if (standardDeviation === 0) return mean;
  const untruncated = probability * normalCdf(mean / standardDeviation);
  return Math.max(0, mean - standardDeviation * normalQuantile(untruncated));
}

function requireDistribution(distribution: NormalDistribution): NormalDistribution {
  const { mean, standardDeviation } = distribution;
  if (!(mean > 0 && mean < Number.POSITIVE_INFINITY)) throw invalid("a positive, finite mean", mean);
  if (!(standardDeviation >= 0 && standardDeviation < Number.POSITIVE_INFINITY)) {
    throw invalid("a finite standard deviation of at least 0", standardDeviation);
  }
  return distribution;
}

function invalid(wanted: string, got: number): ProbSelectError {
  return new ProbSelectError("selection.invalid-argument", `A truncated normal needs ${wanted} but got ${got}.`);
}
