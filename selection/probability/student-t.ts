// Student's t distribution: jStat's incomplete beta function, taken from the side on which nothing cancels.

import jStat from "jstat";
import { ProbSelectError } from "../../foundation/errors.ts";

/**
 * P(T <= t) of Student's t. The lower tail is I_x(nu/2, 1/2) / 2 with x = nu / (nu + t^2), Abramowitz & Stegun 26.7.1.
 *
 * @param degreesOfFreedom nu > 0.
 * @throws {ProbSelectError} selection.invalid-argument for NaN or degrees of freedom that are not positive.
 * @example studentTCdf(-2, 5) // 0.050969739414929174
 */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  requireDegreesOfFreedom(degreesOfFreedom);
  if (Number.isNaN(t)) throw invalid("a number", t);
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  const tail = jStat.ibeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/**
 * The t with P(T <= t) = probability.
 *
 * @param probability in [0, 1]; 0 and 1 give the infinities.
 * @throws {ProbSelectError} selection.invalid-argument
 * @example studentTQuantile(0.9, 5) // 1.475884
 */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
  requireDegreesOfFreedom(degreesOfFreedom);
  if (!(probability >= 0 && probability <= 1)) throw invalid("a probability in [0, 1]", probability);
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  if (probability === 1) return Number.POSITIVE_INFINITY;
  if (probability > 0.5) return -studentTQuantile(1 - probability, degreesOfFreedom);
  if (probability === 0.5) return 0;
  const x = jStat.ibetainv(2 * probability, degreesOfFreedom / 2, 0.5);
  return -Math.sqrt(degreesOfFreedom * (1 / x - 1));
}

function requireDegreesOfFreedom(degreesOfFreedom: number): void {
  if (!(degreesOfFreedom > 0 && degreesOfFreedom < Number.POSITIVE_INFINITY)) {
    throw invalid("positive degrees of freedom", degreesOfFreedom);
  }
}

function invalid(wanted: string, got: number): ProbSelectError {
  return new ProbSelectError("selection.invalid-argument", `Student's t needs ${wanted} but got ${got}.`);
}
