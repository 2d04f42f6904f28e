import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dot, fitNonNegative } from "../../../../selection/latency/fitting/non-negative-fit.ts";
import golden from "../../../golden/non-negative-fit.json" with { type: "json" };

describe("the non-negative fit", () => {
  it("agrees with scipy's non-negative least squares, reweighted the same way", () => {
    fitNonNegative(golden.rows).forEach((coefficient, index) => {
      expect(coefficient / (golden.coefficients[index] || 1)).toBeCloseTo(golden.coefficients[index] === 0 ? 0 : 1, 5);
    });
  });

  it("agrees with scipy where a prior holds few rows", () => {
    const fitted = fitNonNegative(golden.rows.slice(0, 5), { expected: golden.prior, relativeWidth: golden.width });
    fitted.forEach((coefficient, index) => {
      expect(coefficient / (golden.withPrior[index] as number)).toBeCloseTo(1, 5);
    });
  });

  it("finds coefficients of rows that have them exactly, whatever their scale", () => {
    const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(
        positive,
        positive,
        fc.array(fc.tuple(positive, positive), { minLength: 6, maxLength: 12 }),
        (a, b, drawn) => {
          const rows = [...drawn, [1, 0] as const, [0, 1] as const].map(([x, y]) => ({
            features: [x, y * 1e9],
            seconds: a * x + b * y,
          }));
          const [first = 0, second = 0] = fitNonNegative(rows);
          expect(first / a).toBeCloseTo(1, 4);
          expect((second * 1e9) / b).toBeCloseTo(1, 4);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("gives a feature that never occurs the coefficient 0, and none a negative one", () => {
    // The second feature could only help with a negative coefficient: 1 a row too much.
    const rows = [1, 2, 3, 4].map((x) => ({ features: [x, 1, 0], seconds: 2 * x - 1 }));
    const [, second, third] = fitNonNegative(rows);
    expect([second, third]).toEqual([0, 0]);
  });

  it("is not moved by a few odd rows: their logarithmic errors count, not their squares", () => {
    const rows = Array.from({ length: 21 }, (_, index) => ({ features: [index + 1], seconds: 2 * (index + 1) }));
    const odd = rows.map((row, index) => (index % 10 === 0 ? { ...row, seconds: 50 * row.seconds } : row));
    expect(fitNonNegative(odd)[0]).toBeCloseTo(2, 1);
  });

  it("refuses rows that it cannot use, by number", () => {
    const good = { features: [1, 2], seconds: 1 };
    const refused = (row: { features: number[]; seconds: number }) => () => fitNonNegative([good, row]);
    expect(() => fitNonNegative([])).toThrow(/at least one row/);
    expect(refused({ features: [1], seconds: 1 })).toThrow(/Row 1 of a fit/);
    for (const seconds of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(refused({ features: [1, 2], seconds })).toThrow(/Row 1/);
    }
    expect(refused({ features: [1, Number.NaN], seconds: 1 })).toThrow(/Row 1/);
    expect(dot([1, 2], [3, 4])).toBe(11);
  });
});
