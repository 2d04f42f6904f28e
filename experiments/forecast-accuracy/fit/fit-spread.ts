// Fits the spread of a tier to its residuals, in each family of laws: how far measured times were from times that were predicted
// without having seen them.

import { gammaln, mean, quantile } from "simple-statistics";
import { ProbSelectError } from "../../../foundation/errors.ts";
import type { LawSpreads } from "../../../selection/probability/compute-law.ts";
import { normalQuantile } from "../../../selection/probability/normal-distribution.ts";

export type SpreadFit = LawSpreads;

/** Degrees of freedom that are tried: heavy tails first, beyond 30 a t law is a normal one. */
const DEGREES_OF_FREEDOM = [1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 10, 12, 15, 20, 30];
const EXPECTATION_STEPS = 200;
const CENTRAL_SHARE = 0.8;

/**
 * Spreads about the prediction (location 0), R = actual / predicted.
 *
 * Normal utilisation: the r for which the central 80 % of N(1, r^2) hold 80 % of the 1 / R; log-normal: the s for which those of
 * N(0, s^2) hold 80 % of the ln R. 80 % is the level at which clients are selected; a quantile rather than likelihood, since a few
 * predictions that are off by a factor of three must not set everybody's spread. Log-Student-t, which has room for those: the scale
 * of largest likelihood by the EM algorithm of Lange, Little & Taylor 1989 (JASA 84, equation 5), the degrees of freedom from a
 * list.
 *
 * @param ratios R of each prediction, > 0; at least two.
 * @throws {ProbSelectError} selection.invalid-argument
 */
export function fitSpread(ratios: readonly number[]): SpreadFit {
  if (ratios.length < 2 || !ratios.every((ratio) => ratio > 0 && ratio < Number.POSITIVE_INFINITY)) {
    throw new ProbSelectError("selection.invalid-argument", "A spread needs at least two positive, finite ratios.");
  }
  const logs = ratios.map(Math.log);
  const candidates = DEGREES_OF_FREEDOM.map((degreesOfFreedom) => {
    const logScale = scaleOfT(logs, degreesOfFreedom);
    return { degreesOfFreedom, logScale, logLikelihood: logLikelihoodOfT(logs, logScale, degreesOfFreedom) };
  });
  const best = candidates.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
  return {
    relativeSigma: sigmaOfCentralShare(ratios.map((ratio) => 1 / ratio - 1)),
    logSigma: sigmaOfCentralShare(logs),
    logScale: best.logScale,
    degreesOfFreedom: best.degreesOfFreedom,
  };
}

/** The s for which P(|N(0, s^2)| <= x) is the share at the value x that this share of the values is below. */
function sigmaOfCentralShare(values: readonly number[]): number {
  return quantile(values.map(Math.abs), CENTRAL_SHARE) / normalQuantile((1 + CENTRAL_SHARE) / 2);
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(mean(values.map((value) => value ** 2)));
}

/** The scale s of largest likelihood for location 0: s^2 = mean(w x^2) with w = (nu + 1) / (nu + x^2 / s^2), iterated. */
function scaleOfT(values: readonly number[], degreesOfFreedom: number): number {
  let variance = Math.max(rootMeanSquare(values) ** 2, Number.MIN_VALUE);
  for (let step = 0; step < EXPECTATION_STEPS; step++) {
    const current = variance;
    variance = mean(values.map((x) => ((degreesOfFreedom + 1) * x ** 2) / (degreesOfFreedom + x ** 2 / current)));
  }
  return Math.sqrt(variance);
}

function logLikelihoodOfT(values: readonly number[], scale: number, degreesOfFreedom: number): number {
  const nu = degreesOfFreedom;
  const constant = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * Math.log(nu * Math.PI) - Math.log(scale);
  return values.reduce((sum, x) => sum + constant - ((nu + 1) / 2) * Math.log1p((x / scale) ** 2 / nu), 0);
}
