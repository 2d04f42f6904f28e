import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fastNormalCdf } from "../../../selection/probability/fast-normal-cdf.ts";
import { normalCdf } from "../../../selection/probability/normal-distribution.ts";
import golden from "../../golden/normal-distribution.json" with { type: "json" };

describe("fastNormalCdf", () => {
  it("equals scipy's values within 1e-14, and the tails to eight digits of their own", () => {
    for (const [z = 0, expected = 0] of golden.cdf) {
      expect(Math.abs(fastNormalCdf(z) - expected), `z = ${z}`).toBeLessThan(1e-14);
      if (z < 0 && z > -37) expect(fastNormalCdf(z) / expected, `z = ${z}`).toBeCloseTo(1, 7);
    }
  });

  it("equals the careful one anywhere", () => {
    fc.assert(
      fc.property(fc.double({ min: -40, max: 40, noNaN: true }), (z) => {
        expect(Math.abs(fastNormalCdf(z) - normalCdf(z))).toBeLessThan(1e-14);
      }),
    );
  });

  it("has its limits at the infinities", () => {
    expect([Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY].map(fastNormalCdf)).toEqual([0, 0.5, 1]);
  });
});
