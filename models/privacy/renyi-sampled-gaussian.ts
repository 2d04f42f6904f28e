// Renyi differential privacy of the Gaussian mechanism on a Poisson sample of the clients. Mironov, Talwar & Zhang 2019, "Renyi
// Differential Privacy of the Sampled Gaussian Mechanism", arXiv 1908.10530, section 3.3; conversion by Canonne, Kamath & Steinke
// 2020, "The Discrete Gaussian for Differential Privacy", arXiv 2004.00010, proposition 12 (also Balle et al. 2020).

import { logNormalTail } from "./log-normal-tail.ts";

export interface SampledGaussian {
  /** Standard deviation of the noise over the L2 sensitivity of what it is added to; above 0. */
  readonly noiseMultiplier: number;
  /** Probability with which each client takes part in a round, independently of all others; in (0, 1]. */
  readonly poissonSamplingRate: number;
}

/** The remainder of the series is below the last term, of which half is taken back: below about 1e-13 of the sum. */
const NEGLIGIBLE = -27;
const MAXIMUM_TERMS = 20_000;

/** Fine where few rounds at strong noise have their best order, sparse beyond. */
const orders: readonly number[] = [
  ...Array.from({ length: 10 }, (_, index) => 1.1 + index / 10),
  ...Array.from({ length: 32 }, (_, index) => 2.25 + index / 4),
  ...Array.from({ length: 53 }, (_, index) => 11 + index),
  ...[80, 96, 128, 192, 256, 384, 512, 1024],
];

/**
 * The Renyi divergence of order `order` between a round with and a round without one client, the greater of both directions.
 *
 * @param order alpha, above 1; need not be whole.
 * @returns alpha / (2 z^2) at rate 1; Infinity for an order whose series does not converge in time.
 * @example renyiDivergence({ noiseMultiplier: 2, poissonSamplingRate: 1 }, 8) // 8 / (2 * 2^2) = 1
 */
export function renyiDivergence({ noiseMultiplier, poissonSamplingRate }: SampledGaussian, order: number): number {
  if (poissonSamplingRate === 1) return order / (2 * noiseMultiplier ** 2);
  const logMoment = Number.isInteger(order)
    ? wholeLogMoment(poissonSamplingRate, noiseMultiplier, order)
    : fractionalLogMoment(poissonSamplingRate, noiseMultiplier, order);
  return Math.max(0, logMoment) / (order - 1);
}

/**
 * The epsilon that `rounds` rounds have at `delta`: divergences add up over rounds, and the best order is taken.
 *
 * @param delta in (0, 1).
 * @example renyiEpsilon({ noiseMultiplier: 1, poissonSamplingRate: 0.01 }, { rounds: 1000, delta: 1e-5 }) // 2.101...
 */
export function renyiEpsilon(
  mechanism: SampledGaussian,
  { rounds, delta }: { readonly rounds: number; readonly delta: number },
): number {
  const epsilons = orders.map((order) => {
    const divergence = rounds * renyiDivergence(mechanism, order);
    return divergence + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1);
  });
  return Math.max(0, Math.min(...epsilons));
}

/** log A_alpha as the paper's finite sum: sum_i binom(alpha, i) q^i (1 - q)^(alpha - i) exp((i^2 - i) / (2 sigma^2)). */
function wholeLogMoment(rate: number, sigma: number, order: number): number {
  const terms: number[] = [];
  let logBinomial = 0;
  for (let i = 0; i <= order; i++) {
    if (i > 0) logBinomial += Math.log((order - i + 1) / i);
    terms.push(logBinomial + i * Math.log(rate) + (order - i) * Math.log1p(-rate) + (i * i - i) / (2 * sigma ** 2));
  }
  const greatest = Math.max(...terms);
  return greatest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - greatest), 0));
}

/**
 * log A_alpha as the paper's two series: the integral below and above z0, where the densities with and without the client
 * cross, each expanded by the binomial theorem. Terms beyond alpha alternate in sign and fall, so that the rest is less than
 * the last term; taking half of that back leaves a remainder smaller by another factor of about alpha / i.
 */
function fractionalLogMoment(rate: number, sigma: number, order: number): number {
  const logOdds = Math.log(1 / rate - 1);
  const crossing = sigma ** 2 * logOdds + 0.5;
  const sum = { reference: Number.NEGATIVE_INFINITY, value: 0 };
  let logBinomial = 0;
  let sign = 1;
  for (let i = 0; i < MAXIMUM_TERMS; i++) {
    if (i > 0) {
      const factor = (order - i + 1) / i;
      logBinomial += Math.log(Math.abs(factor));
      sign *= Math.sign(factor);
    }
    const j = order - i;
    const below = i * Math.log(rate) + j * Math.log1p(-rate) + (i * i - i) / (2 * sigma ** 2);
    const above = j * Math.log(rate) + i * Math.log1p(-rate) + (j * j - j) / (2 * sigma ** 2);
    const term = logAdd(
      logBinomial + below + logNormalTail((i - crossing) / sigma),
      logBinomial + above + logNormalTail((crossing - j) / sigma),
    );
    const isLast = i > order + 1 && term < sum.reference + Math.log(sum.value) + NEGLIGIBLE;
    accumulate(sum, isLast ? sign / 2 : sign, term);
    if (isLast) return sum.reference + Math.log(sum.value);
  }
  return Number.POSITIVE_INFINITY;
}

/** Adds `factor` exp(`logTerm`) to value exp(reference), which no exponential can hold. */
function accumulate(sum: { reference: number; value: number }, factor: number, logTerm: number): void {
  if (logTerm > sum.reference) {
    sum.value *= Math.exp(sum.reference - logTerm);
    sum.reference = logTerm;
  }
  sum.value += factor * Math.exp(logTerm - sum.reference);
}

/** log(exp(a) + exp(b)) */
function logAdd(a: number, b: number): number {
  const greater = Math.max(a, b);
  return greater === Number.NEGATIVE_INFINITY ? greater : greater + Math.log1p(Math.exp(Math.min(a, b) - greater));
}
