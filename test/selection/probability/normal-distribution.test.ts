import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalCdf, normalQuantile } from "../../../selection/probability/normal-distribution.ts";
import golden from "../../golden/normal-distribution.json" with { type: "json" };

const relativeError = (actual: number, expected: number) => Math.abs(actual / expected - 1);

describe("normalCdf", () => {
  it("equals scipy's values to 13 digits, far tails included", () => {
    // At z = -37 the exponent of the density itself has lost two digits more.
    const errors = golden.cdf.map(
      ([z = 0, expected = 0]) => relativeError(normalCdf(z), expected) * (z < -8 ? 0.01 : 1),
    );
    expect(Math.max(...errors)).toBeLessThan(1e-13);
  });

  it("is 0 and 1 at the infinities and refuses NaN", () => {
    expect([normalCdf(Number.NEGATIVE_INFINITY), normalCdf(Number.POSITIVE_INFINITY)]).toEqual([0, 1]);
    expect(() => normalCdf(Number.NaN)).toThrow(expect.objectContaining({ code: "selection.invalid-argument" }));
  });

  it("never falls by more than rounding, and mirrors at zero", () => {
    const z = fc.double({ min: -12, max: 12, noNaN: true });
    fc.assert(
      fc.property(z, z, (a, b) => {
        expect(normalCdf(Math.max(a, b))).toBeGreaterThanOrEqual(normalCdf(Math.min(a, b)) * (1 - 1e-13));
        expect(normalCdf(a) + normalCdf(-a)).toBeCloseTo(1, 14);
      }),
    );
  });
});

describe("normalQuantile", () => {
  it("equals scipy's values to 12 digits", () => {
    for (const [probability = 0, expected = 0] of golden.quantile) {
      expect(Math.abs(normalQuantile(probability) - expected), `p = ${probability}`).toBeLessThan(
        1e-12 * (1 + Math.abs(expected)),
      );
    }
  });

  it("has six digits even at the smallest doubles, whose distribution function has hardly any left", () => {
    // scipy.stats.norm.ppf
    const smallest = [
      [5e-324, -38.467405617144344],
      [1e-320, -38.26912534303265],
      [1e-310, -37.663060331949524],
    ];
    for (const [probability = 0, expected = 0] of smallest) {
      expect(relativeError(normalQuantile(probability), expected)).toBeLessThan(2e-6);
    }
  });

  it("is the inverse of normalCdf", () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 5, noNaN: true }), (z) => {
        expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 8);
      }),
    );
  });

  it("has infinite ends and refuses what is no probability", () => {
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    for (const wrong of [-0.1, 1.1, Number.NaN]) {
      expect(() => normalQuantile(wrong)).toThrow(expect.objectContaining({ code: "selection.invalid-argument" }));
    }
  });
});
