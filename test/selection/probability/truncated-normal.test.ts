import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { survival, survivalQuantile } from "../../../selection/probability/truncated-normal.ts";
import golden from "../../golden/normal-distribution.json" with { type: "json" };

const distributions = fc.record({
  mean: fc.double({ min: 1e-3, max: 2, noNaN: true }),
  standardDeviation: fc.double({ min: 1e-4, max: 2, noNaN: true }),
});

describe("survival", () => {
  it("equals scipy's truncated normal", () => {
    for (const [mean = 0, standardDeviation = 0, threshold = 0, expected = 0] of golden.truncatedSurvival) {
      expect(survival(threshold, { mean, standardDeviation }) / expected).toBeCloseTo(1, 10);
    }
  });

  it("is certain for a threshold of zero or less", () => {
    expect(survival(0, { mean: 0.4, standardDeviation: 0.3 })).toBe(1);
    expect(survival(-1, { mean: 0.4, standardDeviation: 0 })).toBe(1);
  });

  it("is a step at the mean where there is no spread", () => {
    const distribution = { mean: 0.4, standardDeviation: 0 };
    expect([0.39, 0.4, 0.41].map((threshold) => survival(threshold, distribution))).toEqual([1, 1, 0]);
  });

  it("has mass above 1, since a utilisation may exceed the listed peak", () => {
    expect(survival(1, { mean: 1, standardDeviation: 0.2 })).toBeCloseTo(0.5, 6);
  });

  it("is a probability that never rises with the threshold", () => {
    const threshold = fc.double({ min: 0, max: 5, noNaN: true });
    fc.assert(
      fc.property(distributions, threshold, threshold, (distribution, a, b) => {
        const lower = survival(Math.min(a, b), distribution);
        const higher = survival(Math.max(a, b), distribution);
        expect(higher).toBeLessThanOrEqual(lower * (1 + 1e-13));
        expect(higher).toBeGreaterThanOrEqual(0);
        expect(lower).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("refuses a distribution or threshold that is none", () => {
    const invalid = expect.objectContaining({ code: "selection.invalid-argument" });
    expect(() => survival(1, { mean: Number.NaN, standardDeviation: 1 })).toThrow(invalid);
    expect(() => survival(1, { mean: 0, standardDeviation: 1 })).toThrow(invalid);
    expect(() => survival(1, { mean: 1, standardDeviation: -1 })).toThrow(invalid);
    expect(() => survival(Number.NaN, { mean: 1, standardDeviation: 1 })).toThrow(invalid);
  });
});

describe("survivalQuantile", () => {
  it("is the inverse of survival", () => {
    fc.assert(
      fc.property(distributions, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (distribution, probability) => {
        expect(survival(survivalQuantile(probability, distribution), distribution)).toBeCloseTo(probability, 9);
      }),
    );
  });

  it("is zero for certainty", () => {
    expect(survivalQuantile(1, { mean: 0.4, standardDeviation: 0.1 })).toBeCloseTo(0, 12);
  });
});
