// The standard normal distribution: jStat's, guarded. jStat takes a lower tail as 1 - erf, which cancels (2 % off at z = -8),
// and its inverse is good to nine digits; both are repaired here, and scipy's values are the test.

import jStat from "jstat";
import { ProbSelectError } from "../../foundation/errors.ts";

/** From here on the tail is a continued fraction: jStat's relative error grows beyond 1e-14. */
const TAIL_START = 3;
/** Terms of the continued fraction that give full double precision at TAIL_START; fewer are needed farther out. */
const TAIL_TERMS = 80;

/**
 * Phi(z) = P(Z <= z), with a relative error below 1e-13 for |z| <= 8 and right limits beyond.
 *
 * @param z not NaN; infinities give 0 and 1.
 * @throws {ProbSelectError} selection.invalid-argument for NaN.
 * @example normalCdf(-3) // 0.0013498980316300933
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) throw new ProbSelectError("selection.invalid-argument", "normalCdf needs a number, not NaN.");
  if (z < -TAIL_START) return lowerTail(-z);
  if (z > TAIL_START) return 1 - lowerTail(z);
  return jStat.normal.cdf(z, 0, 1);
}

/**
 * The z with Phi(z) = probability.
 *
 * @param probability in [0, 1]; 0 and 1 give the infinities.
 * @throws {ProbSelectError} selection.invalid-argument outside of [0, 1].
 * @example normalQuantile(0.8) // 0.8416212335729142
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) {
    throw new ProbSelectError(
      "selection.invalid-argument",
      `normalQuantile needs a probability in [0, 1] but got ${probability}.`,
    );
  }
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  if (probability === 1) return Number.POSITIVE_INFINITY;
  // jStat's rational start loses all digits where 1 - p does, so the upper half is the mirror of the lower one.
  if (probability > 0.5) return -normalQuantile(1 - probability);
  let z = tailStart(probability);
  // Newton's method on log Phi, which is concave: it converges from either side, however small the probability.
  for (let step = 0; step < 8; step++) {
    const cdf = normalCdf(z);
    if (cdf === 0) break; // next to the smallest doubles, which have no digits left to improve z by
    const correction = (Math.log(probability / cdf) * cdf) / normalDensity(z);
    z += correction;
    if (Math.abs(correction) < 1e-15 * (1 + Math.abs(z))) break;
  }
  return z;
}

/** jStat's inverse where it has digits, else the leading terms of the tail's asymptotic expansion. */
function tailStart(probability: number): number {
  if (probability > 1e-12) return jStat.normal.inv(probability, 0, 1);
  const square = -2 * Math.log(probability);
  return -Math.sqrt(square - Math.log(2 * Math.PI * square));
}

function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * P(Z > z) for z > 0 as Laplace's continued fraction phi(z) / (z + 1/(z + 2/(z + 3/(z + ...)))), Abramowitz & Stegun 26.2.14,
 * summed from its far end.
 */
function lowerTail(z: number): number {
  if (z > 40) return 0; // exp(-800) is below the smallest double
  let denominator = z;
  for (let term = TAIL_TERMS; term >= 1; term--) denominator = z + term / denominator;
  return normalDensity(z) / denominator;
}
