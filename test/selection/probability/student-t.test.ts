import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { studentTCdf, studentTQuantile } from "../../../selection/probability/student-t.ts";
import golden from "../../golden/round-time.json" with { type: "json" };

const degrees = fc.double({ min: 1, max: 50, noNaN: true });

describe("Student's t", () => {
  it("agrees with scipy to 1e-7, and in the tails to a millionth of the value", () => {
    for (const [t = 0, degreesOfFreedom = 0, expected = 0] of golden.studentT) {
      const actual = studentTCdf(t, degreesOfFreedom);
      expect(Math.abs(actual - expected)).toBeLessThan(1e-7);
      if (t < 0) expect(actual / expected).toBeCloseTo(1, 5);
    }
  });

  it("has a quantile that its distribution function undoes", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 1 - 1e-4, noNaN: true }), degrees, (probability, nu) => {
        expect(studentTCdf(studentTQuantile(probability, nu), nu)).toBeCloseTo(probability, 6);
      }),
    );
    expect(studentTQuantile(0.5, 5)).toBe(0);
    expect([studentTQuantile(0, 5), studentTQuantile(1, 5)]).toEqual([-Infinity, Infinity]);
  });

  it("refuses what is no number, no probability or no degree of freedom", () => {
    const invalid = expect.objectContaining({ code: "selection.invalid-argument" });
    expect(() => studentTCdf(Number.NaN, 5)).toThrow(invalid);
    for (const nu of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => studentTCdf(1, nu)).toThrow(invalid);
    for (const probability of [-0.1, 1.1, Number.NaN]) expect(() => studentTQuantile(probability, 5)).toThrow(invalid);
  });
});
