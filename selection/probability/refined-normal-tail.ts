// P(N >= k) of a sum of many independent Bernoulli variables from three moments: the normal approximation with a correction for
// continuity and one for skewness (Volkova 1996, "A refinement of the central limit theorem for sums of independent random
// indicators", Theory of Probability and its Applications 40; as in Hong 2013, "On computing the distribution function for the
// Poisson binomial distribution", Computational Statistics and Data Analysis 59, equation 14).

import { fastNormalCdf } from "./fast-normal-cdf.ts";

/** Of N = sum of Bernoulli(p_i). */
export interface CountMoments {
  /** Sum of p. */
  readonly mean: number;
  /** Sum of p (1 - p). */
  readonly variance: number;
  /** Sum of p (1 - p) (1 - 2 p). */
  readonly thirdCentralMoment: number;
}

/**
 * P(N >= count), with x = (count - 1/2 - mean) / sd and g = third central moment / sd^3:
 *
 *   1 - Phi(x) - g (1 - x^2) phi(x) / 6, kept within 0 ... 1
 *
 * The error is below 0.04 / variance from a variance of 1 on: the largest found over binomial lists with p from 0.001 to 0.999
 * and over lists of mixed p, up to 3000 members. Without variance it is a step at the mean.
 *
 * @param count an integer.
 * @example refinedNormalTail({ mean: 50, variance: 25, thirdCentralMoment: 0 }, 45) // 0.86433, and exactly 0.86437 of 100 at 1/2
 */
export function refinedNormalTail({ mean, variance, thirdCentralMoment }: CountMoments, count: number): number {
  const excess = count - 0.5 - mean;
  if (variance <= 0) return excess <= 0 ? 1 : 0;
  const deviation = Math.sqrt(variance);
  const x = excess / deviation;
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const correction = ((thirdCentralMoment / (variance * deviation)) * (1 - x * x) * density) / 6;
  return Math.max(0, Math.min(1, fastNormalCdf(-x) - correction));
}

/**
 * The first members of a list, in its order, of whom `count` succeed with the wanted probability by `refinedNormalTail`, from
 * running sums in one pass; size null and the whole list's probability if all of them do not reach it.
 */
export function refinedNormalPrefix(
  probabilities: ArrayLike<number>,
  count: number,
  wanted: number,
): { readonly size: number | null; readonly probability: number } {
  let mean = 0;
  let variance = 0;
  let thirdCentralMoment = 0;
  let probability = 0;
  for (let index = 0; index < probabilities.length; index++) {
    const p = probabilities[index] as number;
    mean += p;
    variance += p * (1 - p);
    thirdCentralMoment += p * (1 - p) * (1 - 2 * p);
    if (index + 1 < count) continue;
    probability = refinedNormalTail({ mean, variance, thirdCentralMoment }, count);
    if (probability >= wanted) return { size: index + 1, probability };
  }
  return { size: null, probability };
}
