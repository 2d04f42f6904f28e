// Random variates from a RandomSource: normal (Marsaglia's polar method), gamma (Marsaglia and Tsang 2000) and what is
// built on them. jStat's samplers draw from a global generator, so they cannot be seeded per stream.

import type { RandomSource } from "./random-source.ts";

/** A standard normal variate: mean 0, variance 1. */
export function standardNormalVariate(random: RandomSource): number {
  for (;;) {
    const x = 2 * random.next() - 1;
    const y = 2 * random.next() - 1;
    const radius = x * x + y * y;
    if (radius > 0 && radius < 1) return x * Math.sqrt((-2 * Math.log(radius)) / radius);
  }
}

/**
 * A gamma variate with scale 1: mean and variance equal `shape` (> 0).
 * Marsaglia & Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000; shape < 1 by its boost.
 */
export function gammaVariate(shape: number, random: RandomSource): number {
  if (shape < 1) return gammaVariate(shape + 1, random) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = standardNormalVariate(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A point of the simplex from a symmetric Dirichlet(alpha): `size` shares that sum to 1. Small alpha: few large shares. */
export function dirichletVariate(alpha: number, size: number, random: RandomSource): number[] {
  const draws = Array.from({ length: size }, () => gammaVariate(alpha, random));
  const total = draws.reduce((sum, draw) => sum + draw, 0);
  // With a tiny alpha every draw can underflow to 0; the limit of the distribution is then one share of 1.
  if (total === 0) return draws.map((_, index) => (index === 0 ? 1 : 0));
  return draws.map((draw) => draw / total);
}

/** A Student-t variate with `degreesOfFreedom` > 0, location 0 and scale 1. */
export function studentTVariate(degreesOfFreedom: number, random: RandomSource): number {
  const chiSquared = 2 * gammaVariate(degreesOfFreedom / 2, random);
  return standardNormalVariate(random) / Math.sqrt(chiSquared / degreesOfFreedom);
}
