// Averages over a standard normal factor by the trapezoidal rule, whose error falls exponentially with the step for functions
// as smooth as these (Trefethen and Weideman 2014, "The exponentially convergent trapezoidal rule", SIAM Review 56).

/** E f(Z) is about the sum of weights[i] f(values[i]); the weights sum to 1. */
export interface FactorNodes {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** Beyond so many standard deviations the factor has no mass (6e-14). */
const REACH = 7.5;
/** On which the density itself is integrated to 1e-15; a finer step only serves a steeper f. */
const WIDEST_STEP = 0.5;
const MOST_NODES = 4001;

/**
 * Nodes for an f that takes no step steeper than a normal distribution function of standard deviation `width`: one node each
 * `width` integrates it to exp(-2 pi^2), 3e-9. At most 4001 nodes, so that widths below 0.004 lose precision.
 *
 * @param width in standard deviations of the factor, > 0.
 * @example factorNodes(0.5).values.length // 31
 */
export function factorNodes(width: number): FactorNodes {
  const each = Math.min(WIDEST_STEP, width);
  const half = Math.min((MOST_NODES - 1) / 2, Math.ceil(REACH / each));
  const step = REACH / half;
  const values = Float64Array.from({ length: 2 * half + 1 }, (_, index) => (index - half) * step);
  const densities = values.map((value) => Math.exp((-value * value) / 2));
  const total = densities.reduce((sum, density) => sum + density, 0);
  return { values, weights: densities.map((density) => density / total) };
}

/** The nodes of a shared cause, and how it moves a chance: P(success | z) = Phi(scale Phi^-1(p) - slope z). */
export interface SharedFactor extends FactorNodes {
  /** 1 / sqrt(1 - rho). */
  readonly scale: number;
  /** sqrt(rho / (1 - rho)). */
  readonly slope: number;
}

/**
 * For the number N of successes among `size` members: E(N | z) moves with z by no more than sqrt(size rho / (1 - rho)) of N's
 * standard deviations given z, since phi(b)^2 < Phi(b) (1 - Phi(b)), so that no tail of N takes a steeper step than that.
 *
 * @param correlation rho in (0, 1).
 */
export function sharedFactor(correlation: number, size: number): SharedFactor {
  const slope = Math.sqrt(correlation / (1 - correlation));
  return { ...factorNodes(1 / (slope * Math.sqrt(size))), slope, scale: 1 / Math.sqrt(1 - correlation) };
}
