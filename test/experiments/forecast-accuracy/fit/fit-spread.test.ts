import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitSpread } from "../../../../experiments/forecast-accuracy/fit/fit-spread.ts";
import golden from "../../../golden/spread-fit.json" with { type: "json" };

describe("the fit of a spread", () => {
  it("agrees with scipy's optimiser in each family", () => {
    const fitted = fitSpread(golden.ratios);
    expect(fitted.relativeSigma).toBeCloseTo(golden.relativeSigma, 5);
    expect(fitted.logSigma).toBeCloseTo(golden.logSigma, 5);
    expect(fitted.logScale).toBeCloseTo(golden.logScale, 5);
    expect(fitted.degreesOfFreedom).toBe(golden.degreesOfFreedom);
  });

  it("is not set by one gross outlier, as a root mean square would be", () => {
    // 40 ratios between 0.8 and 1.25; one prediction is eight times too short: rms(ln R) rises from 0.13 to 0.35.
    const even = Array.from({ length: 40 }, (_, index) => Math.exp(0.223 * (index / 19.5 - 1)));
    const [without, withOutlier] = [fitSpread(even), fitSpread([...even, 8])];
    expect(withOutlier.logSigma / without.logSigma).toBeLessThan(1.35);
    expect(withOutlier.degreesOfFreedom).toBeLessThan(without.degreesOfFreedom);
  });

  it("is the same for ratios and their inverses, in logarithms", () => {
    const ratio = fc.double({ min: 0.2, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.array(ratio, { minLength: 3, maxLength: 30 }), (ratios) => {
        const [one, other] = [fitSpread([...ratios, 1.1]), fitSpread([...ratios, 1.1].map((each) => 1 / each))];
        expect(one.logSigma).toBeCloseTo(other.logSigma, 6);
        expect(one.logScale).toBeCloseTo(other.logScale, 6);
      }),
      { numRuns: 30 },
    );
  });

  it("refuses fewer than two ratios, and ratios that are none", () => {
    const invalid = expect.objectContaining({ code: "selection.invalid-argument" });
    for (const ratios of [[], [1], [1, 0], [1, -2], [1, Number.NaN], [1, Number.POSITIVE_INFINITY]]) {
      expect(() => fitSpread(ratios)).toThrow(invalid);
    }
  });
});
