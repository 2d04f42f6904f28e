// The logarithm of the normal distribution's upper tail, which the accountants need far beyond the smallest double.

import jStat from "jstat";

/** From here on the tail is a continued fraction: jStat's relative error grows beyond 1e-14. */
const TAIL_START = 3;
/** Terms of the fraction that give full double precision at TAIL_START; fewer are needed farther out. */
const TAIL_TERMS = 80;
const LOG_SQRT_TWO_PI = Math.log(2 * Math.PI) / 2;

/**
 * log P(Z > z) of a standard normal Z. Laplace's continued fraction, Abramowitz & Stegun 26.2.14: the tail is the density
 * over z + 1/(z + 2/(z + 3/(z + ...))).
 *
 * @param z finite.
 * @example logNormalTail(0) // log(1/2) = -0.693...
 * @example logNormalTail(40) // -804.6...; the probability itself is below 1e-308
 */
export function logNormalTail(z: number): number {
  if (z < -TAIL_START) return Math.log1p(-Math.exp(logNormalTail(-z)));
  if (z <= TAIL_START) return Math.log(jStat.normal.cdf(-z, 0, 1));
  let fraction = z;
  for (let term = TAIL_TERMS; term >= 1; term--) fraction = z + term / fraction;
  return -(z * z) / 2 - LOG_SQRT_TWO_PI - Math.log(fraction);
}
