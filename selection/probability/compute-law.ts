// How far a computation's time may be from the time that is expected of it. Three families, all in units of that time: the
// paper's normal utilisation (arXiv 2511.08147; time is its inverse), and log-normal and log-Student-t laws of the time itself.

import { ProbSelectError } from "../../foundation/errors.ts";
import { fastNormalCdf } from "./fast-normal-cdf.ts";
import { normalCdf, normalQuantile } from "./normal-distribution.ts";
import { studentTCdf, studentTQuantile } from "./student-t.ts";
import { survivalQuantile } from "./truncated-normal.ts";

export const computeLawKinds = ["normal-utilisation", "log-normal", "log-student-t"] as const;
export type ComputeLawKind = (typeof computeLawKinds)[number];

/** The law of R = time / expected time. */
export type ComputeLaw =
  /** 1 / R is normal with mean 1 and this standard deviation, truncated to positive values and never at 1. */
  | { readonly kind: "normal-utilisation"; readonly relativeSigma: number }
  /** ln R is normal with mean 0. */
  | { readonly kind: "log-normal"; readonly logSigma: number }
  /** ln R / logScale is Student's t. */
  | { readonly kind: "log-student-t"; readonly logScale: number; readonly degreesOfFreedom: number };

/** The spreads of a law in each family. */
export interface LawSpreads {
  /** sd of 1 / R: the relative sd of the utilisation. */
  readonly relativeSigma: number;
  /** sd of ln R. */
  readonly logSigma: number;
  /** Scale and degrees of freedom of ln R as Student's t. */
  readonly logScale: number;
  readonly degreesOfFreedom: number;
}

/** The law of a family with its spread. @example lawWith(spreads, "log-normal") // { kind: "log-normal", logSigma: 0.3 } */
export function lawWith(spreads: LawSpreads, kind: ComputeLawKind): ComputeLaw {
  switch (kind) {
    case "normal-utilisation":
      return { kind, relativeSigma: spreads.relativeSigma };
    case "log-normal":
      return { kind, logSigma: spreads.logSigma };
    case "log-student-t":
      return { kind, logScale: spreads.logScale, degreesOfFreedom: spreads.degreesOfFreedom };
  }
}

/** The spread of ln R near its middle: sigma or the scale, which the families have in common. */
export function spreadOf(law: ComputeLaw): number {
  switch (law.kind) {
    case "normal-utilisation":
      return law.relativeSigma;
    case "log-normal":
      return law.logSigma;
    case "log-student-t":
      return law.logScale;
  }
}

/**
 * P(R <= ratio). Without spread it is a step at 1.
 *
 *   normal utilisation   Phi((1 - 1 / ratio) / r) / Phi(1 / r)
 *   log-normal           Phi(ln(ratio) / s)
 *   log-Student-t        T_nu(ln(ratio) / s)
 *
 * @param ratio a time as a multiple of the expected one; 0 or less gives 0. Not NaN; nothing is checked here.
 * @example computeCdf({ kind: "log-normal", logSigma: 0.25 }, 1) // 0.5
 */
export function computeCdf(law: ComputeLaw, ratio: number): number {
  if (ratio <= 0) return 0;
  const spread = spreadOf(law);
  if (spread === 0) return ratio >= 1 ? 1 : 0;
  switch (law.kind) {
    case "normal-utilisation":
      return Math.min(1, fastNormalCdf((1 - 1 / ratio) / spread) / fastNormalCdf(1 / spread));
    case "log-normal":
      return fastNormalCdf(Math.log(ratio) / spread);
    case "log-student-t":
      return ratio === Number.POSITIVE_INFINITY ? 1 : studentTCdf(Math.log(ratio) / spread, law.degreesOfFreedom);
  }
}

/**
 * The ratio with P(R <= ratio) = probability.
 *
 * @param probability in [0, 1].
 * @throws {ProbSelectError} selection.invalid-argument
 * @example computeQuantile({ kind: "log-normal", logSigma: 0.25 }, 0.8) // exp(0.25 * 0.8416) = 1.2342
 */
export function computeQuantile(law: ComputeLaw, probability: number): number {
  requireLaw(law);
  switch (law.kind) {
    case "normal-utilisation":
      return 1 / survivalQuantile(probability, { mean: 1, standardDeviation: law.relativeSigma });
    case "log-normal":
      return law.logSigma === 0 ? 1 : Math.exp(law.logSigma * normalQuantile(probability));
    case "log-student-t":
      return law.logScale === 0 ? 1 : Math.exp(law.logScale * studentTQuantile(probability, law.degreesOfFreedom));
  }
}

/** @throws {ProbSelectError} selection.invalid-argument naming the parameter that is no usable number. */
export function requireLaw(law: ComputeLaw): void {
  const spread = spreadOf(law);
  const isUsable = spread >= 0 && spread < Number.POSITIVE_INFINITY;
  const hasTail = law.kind !== "log-student-t" || law.degreesOfFreedom > 0;
  if (isUsable && hasTail) return;
  throw new ProbSelectError(
    "selection.invalid-argument",
    `A ${law.kind} law needs a finite spread of at least 0 and positive degrees of freedom but got ${JSON.stringify(law)}.`,
  );
}

/** Mass that the truncation at 0 cuts off a normal utilisation: what a reader of sigma should know. @example 0.0062 at r = 0.4 */
export function truncatedMass(relativeSigma: number): number {
  return relativeSigma === 0 ? 0 : normalCdf(-1 / relativeSigma);
}
