import { quantile } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../foundation/random-source.ts";
import { normalOf, otherNormalOf, studentTOf } from "../../foundation/variates-of-uniforms.ts";
import { normalQuantile } from "../../selection/probability/normal-distribution.ts";
import { studentTQuantile } from "../../selection/probability/student-t.ts";

const DRAWS = 100_000;

function sample(variate: (first: number, second: number) => number): number[] {
  const random = seededRandom(5, "variates");
  return Array.from({ length: DRAWS }, () => variate(1 - random.next(), random.next()));
}

describe("a variate of two uniform numbers", () => {
  it("is worked out by hand", () => {
    expect(normalOf(Math.exp(-2), 1)).toBeCloseTo(2, 12); // sqrt(-2 * -2) * cos(2 pi)
    expect(otherNormalOf(Math.exp(-2), 1 / 4)).toBeCloseTo(2, 12); // sqrt(-2 * -2) * sin(pi / 2)
    expect(studentTOf(2, 1 / 3, 1)).toBeCloseTo(2, 12); // sqrt(2 * (3^(2/2) - 1)) * cos(2 pi)
    expect(studentTOf(2, 1 / 3, 0.5)).toBeCloseTo(-2, 12);
  });

  it("has the quantiles of the normal law", () => {
    const values = sample(normalOf);
    for (const probability of [0.025, 0.25, 0.5, 0.9, 0.99]) {
      expect(Math.abs(quantile(values, probability) - normalQuantile(probability))).toBeLessThan(0.05);
    }
  });

  it.each([2, 4.7])("has the quantiles of Student's law with %d degrees of freedom", (degreesOfFreedom) => {
    const values = sample((first, second) => studentTOf(degreesOfFreedom, first, second));
    for (const probability of [0.05, 0.25, 0.5, 0.9, 0.95]) {
      const expected = studentTQuantile(probability, degreesOfFreedom);
      expect(Math.abs(quantile(values, probability) - expected)).toBeLessThan(0.05 * (1 + Math.abs(expected)));
    }
  });

  it("is normal with very many degrees of freedom", () => {
    expect(studentTOf(1e9, 0.3, 0.1)).toBeCloseTo(normalOf(0.3, 0.1), 6);
  });

  it("stays a number at the edges of the draws", () => {
    for (const edge of [2 ** -54, 1 - 2 ** -53]) {
      expect(Number.isFinite(normalOf(edge, 0.3))).toBe(true);
      expect(Number.isFinite(studentTOf(2, edge, 0.3))).toBe(true);
    }
  });
});
