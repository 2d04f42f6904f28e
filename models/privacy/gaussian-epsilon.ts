// The exact privacy of the Gaussian mechanism without sampling. Balle & Wang 2018, "Improving the Gaussian Mechanism for
// Differential Privacy: Analytical Calibration and Optimal Denoising", arXiv 1805.06530, theorem 8.

import { logNormalTail } from "./log-normal-tail.ts";

/**
 * The smallest epsilon that noise of that multiplier has at `delta`. T rounds compose exactly: their privacy is that of one
 * round whose multiplier is smaller by sqrt(T).
 *
 * @param noiseMultiplier standard deviation of the noise over the L2 sensitivity, above 0.
 * @param delta in (0, 1).
 * @example gaussianEpsilon(1, 1e-5) // 4.377...
 */
export function gaussianEpsilon(noiseMultiplier: number, delta: number): number {
  const target = Math.log(delta);
  if (logDelta(noiseMultiplier, 0) <= target) return 0;
  let above = 1;
  while (logDelta(noiseMultiplier, above) > target) above *= 2;
  let below = 0;
  while (above - below > 1e-12 * above) {
    const middle = (below + above) / 2;
    if (middle === below || middle === above) break;
    if (logDelta(noiseMultiplier, middle) > target) below = middle;
    else above = middle;
  }
  return above;
}

/** log of Phi(1/(2 s) - epsilon s) - exp(epsilon) Phi(-1/(2 s) - epsilon s). */
function logDelta(sigma: number, epsilon: number): number {
  const first = logNormalTail(epsilon * sigma - 1 / (2 * sigma));
  const second = epsilon + logNormalTail(epsilon * sigma + 1 / (2 * sigma));
  return second < first ? first + Math.log1p(-Math.exp(second - first)) : Number.NEGATIVE_INFINITY;
}
