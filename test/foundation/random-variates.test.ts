import fc from "fast-check";
import { mean, quantile, variance } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../foundation/random-source.ts";
import {
  dirichletVariate,
  gammaVariate,
  standardNormalVariate,
  studentTVariate,
} from "../../foundation/random-variates.ts";

const draws = 200_000;
const sample = (draw: () => number) => Array.from({ length: draws }, draw);

describe("standardNormalVariate", () => {
  it("has mean 0, variance 1 and the normal's 97.5 % quantile", () => {
    const random = seededRandom(1);
    const values = sample(() => standardNormalVariate(random));
    // Standard errors with 200,000 draws: mean 0.0022, variance 0.0032, quantile about 0.006; five of each.
    expect(Math.abs(mean(values))).toBeLessThan(0.011);
    expect(Math.abs(variance(values) - 1)).toBeLessThan(0.016);
    expect(Math.abs(quantile(values, 0.975) - 1.959964)).toBeLessThan(0.03);
  });
});

describe("gammaVariate", () => {
  it.each([0.1, 0.5, 1, 3, 20])("with shape %d has mean and variance equal to the shape", (shape) => {
    const random = seededRandom(2, shape);
    const values = sample(() => gammaVariate(shape, random));
    // Var of the mean is shape/n; var of the variance about (6 shape + 2 shape^2)/n for a gamma. Five standard errors.
    expect(Math.abs(mean(values) - shape)).toBeLessThan(5 * Math.sqrt(shape / draws));
    expect(Math.abs(variance(values) - shape)).toBeLessThan(5 * Math.sqrt((6 * shape + 2 * shape ** 2) / draws));
  });
});

describe("studentTVariate", () => {
  it("with 4.7 degrees of freedom has the 90 % quantile that tables give, 1.4902", () => {
    // scipy.stats.t.ppf(0.9, 4.7) = 1.4902
    const random = seededRandom(3);
    expect(
      Math.abs(
        quantile(
          sample(() => studentTVariate(4.7, random)),
          0.9,
        ) - 1.4902,
      ),
    ).toBeLessThan(0.03);
  });
});

describe("dirichletVariate", () => {
  it("is a point of the simplex for every alpha, tiny ones included", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 100, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer(),
        (alpha, size, seed) => {
          const shares = dirichletVariate(alpha, size, seededRandom(seed));
          expect(shares).toHaveLength(size);
          expect(shares.every((share) => share >= 0)).toBe(true);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it("gives equal shares as alpha grows and one large share as it shrinks", () => {
    const largest = (alpha: number) => Math.max(...dirichletVariate(alpha, 10, seededRandom(4)));
    expect(largest(10_000)).toBeLessThan(0.12);
    expect(largest(0.001)).toBeGreaterThan(0.95);
  });
});
