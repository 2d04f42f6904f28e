// A rate that is Weibull and not log-normal, with the same mean and standard deviation: what a forecast that assumes the log-normal law
// is tried on. Its tail of slow transfers is the heavier one.

import { gammaln } from "simple-statistics";

export interface WeibullRate {
  readonly shape: number;
  readonly scaleBitsPerSecond: number;
  /** The rate that a share `probability` of transfers does not exceed; probability in (0, 1). */
  readonly quantile: (probability: number) => number;
}

const [LEAST_SHAPE, MOST_SHAPE] = [0.2, 1000] as const;
const BISECTIONS = 60;

/**
 * The shape k has (sd / mean)^2 = G(1 + 2/k) / G(1 + 1/k)^2 - 1, G the gamma function; the scale is mean / G(1 + 1/k).
 *
 * @param deviationBitsPerSecond of at most ten times the mean.
 * @example weibullRate(10, 10).shape // 1: an exponential rate has as much deviation as mean
 */
export function weibullRate(meanBitsPerSecond: number, deviationBitsPerSecond: number): WeibullRate {
  const shape = shapeOf((deviationBitsPerSecond / meanBitsPerSecond) ** 2);
  const scaleBitsPerSecond = meanBitsPerSecond / Math.exp(gammaln(1 + 1 / shape));
  return {
    shape,
    scaleBitsPerSecond,
    quantile: (probability) => scaleBitsPerSecond * (-Math.log1p(-probability)) ** (1 / shape),
  };
}

/** The squared variation falls with the shape. */
function shapeOf(squaredVariation: number): number {
  let [low, high] = [Math.log(LEAST_SHAPE), Math.log(MOST_SHAPE)];
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (squaredVariationOf(Math.exp(middle)) > squaredVariation) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

function squaredVariationOf(shape: number): number {
  return Math.expm1(gammaln(1 + 2 / shape) - 2 * gammaln(1 + 1 / shape));
}
