// How far a sample is from independent normal variates, and bounds that such variates pass but with a stated probability.

import type { RandomSource } from "../../../foundation/random-source.ts";
import { normalCdf } from "../../../selection/probability/normal-distribution.ts";

export interface NoiseStatistics {
  /** Mean over its standard error. */
  readonly meanScore: number;
  /** Sum of (value / deviation)^2 minus the number of values: a chi-square's distance from its mean. */
  readonly excessSquares: number;
  /** Greatest distance between the sample's distribution and the normal one (Kolmogorov, Smirnov). */
  readonly distance: number;
  /** Mean product of the signs of neighbours, pairs apart. */
  readonly neighbourSigns: number;
}

export function noiseStatistics(values: Float32Array, deviation: number): NoiseStatistics {
  const count = values.length;
  let sum = 0;
  let squares = 0;
  let signs = 0;
  for (const [index, value] of values.entries()) {
    sum += value / deviation;
    squares += (value / deviation) ** 2;
    if (index % 2 === 1) signs += Math.sign(value) * Math.sign(values[index - 1] as number);
  }
  let distance = 0;
  for (const [index, value] of values.slice().sort().entries()) {
    const expected = normalCdf(value / deviation);
    distance = Math.max(distance, expected - index / count, (index + 1) / count - expected);
  }
  return {
    meanScore: sum / Math.sqrt(count),
    excessSquares: squares - count,
    distance,
    neighbourSigns: signs / Math.floor(count / 2),
  };
}

/**
 * What independent normal variates exceed with at most `probability` for each bound. Laurent & Massart 2000, lemma 1, for the
 * chi-square; Massart 1990 for the distance; Hoeffding 1963 for the signs.
 */
export function noiseBounds(count: number, probability: number) {
  const t = Math.log(2 / probability);
  return {
    /** P(|Z| > z) <= 2 exp(-z^2 / 2) */
    meanScore: Math.sqrt(2 * t),
    excessSquares: 2 * Math.sqrt(count * t) + 2 * t,
    missingSquares: 2 * Math.sqrt(count * t),
    distance: Math.sqrt(t / (2 * count)),
    neighbourSigns: Math.sqrt((2 * t) / Math.floor(count / 2)),
  };
}

/** Draws under which every normal variate of Marsaglia's polar method is 0: the point (0, 1/2) of the disc. */
export function noNoise(): RandomSource {
  let isFirst = false;
  return {
    next() {
      isFirst = !isFirst;
      return isFirst ? 0.5 : 0.75;
    },
  };
}
