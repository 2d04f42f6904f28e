import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ComputeLaw,
  computeCdf,
  computeQuantile,
  requireLaw,
  truncatedMass,
} from "../../../selection/probability/compute-law.ts";
import golden from "../../golden/round-time.json" with { type: "json" };
import { computeLaws } from "../support.ts";

describe("the law of a computation's time", () => {
  it("agrees with scipy in each family", () => {
    for (const [law, ratio, expected] of golden.compute as [ComputeLaw, number, number][]) {
      expect(computeCdf(law, ratio), JSON.stringify([law, ratio])).toBeCloseTo(expected, 7);
    }
  });

  it("is by hand: a relative sigma of 0.25 at 4/3 of the expected time is one sigma", () => {
    // 1 / ratio = 0.75, one sigma below 1: Phi(1) / Phi(4) = 0.841345 / 0.999968.
    expect(computeCdf({ kind: "normal-utilisation", relativeSigma: 0.25 }, 4 / 3)).toBeCloseTo(0.841345 / 0.999968, 5);
    expect(computeCdf({ kind: "log-normal", logSigma: 0.25 }, Math.exp(0.25))).toBeCloseTo(0.841345, 6);
    expect(computeCdf({ kind: "log-student-t", logScale: 0.3, degreesOfFreedom: 5 }, 1)).toBe(0.5);
  });

  it("is not cut off at a utilisation of 1: half of the expected time has some chance", () => {
    expect(computeCdf({ kind: "normal-utilisation", relativeSigma: 0.4 }, 0.5)).toBeGreaterThan(0.005);
  });

  it("is a step without spread", () => {
    const certain = { kind: "log-normal", logSigma: 0 } as const;
    expect([computeCdf(certain, 0.999), computeCdf(certain, 1)]).toEqual([0, 1]);
    expect(computeQuantile(certain, 0.3)).toBe(1);
  });

  it("never falls as the time grows, and goes from 0 to 1", () => {
    const ratio = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(computeLaws, ratio, ratio, (law, a, b) => {
        expect(computeCdf(law, Math.max(a, b))).toBeGreaterThanOrEqual(computeCdf(law, Math.min(a, b)) - 1e-12);
        expect(computeCdf(law, 0)).toBe(0);
        expect(computeCdf(law, Number.POSITIVE_INFINITY)).toBeCloseTo(1, 12);
      }),
    );
  });

  it("has a quantile that the distribution function undoes", () => {
    fc.assert(
      fc.property(computeLaws, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (law, probability) => {
        expect(computeCdf(law, computeQuantile(law, probability))).toBeCloseTo(probability, 6);
      }),
    );
  });

  it("tells the mass that the truncation at 0 cuts off", () => {
    expect(truncatedMass(0.4)).toBeCloseTo(0.00621, 5); // Phi(-2.5)
    expect(truncatedMass(0)).toBe(0);
  });

  it("refuses a spread or degrees of freedom that are none", () => {
    const invalid = expect.objectContaining({ code: "selection.invalid-argument" });
    for (const logSigma of [-0.1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => requireLaw({ kind: "log-normal", logSigma })).toThrow(invalid);
    }
    expect(() => requireLaw({ kind: "log-student-t", logScale: 0.3, degreesOfFreedom: 0 })).toThrow(invalid);
    expect(() => computeQuantile({ kind: "log-normal", logSigma: 0.2 }, 1.2)).toThrow(invalid);
  });
});
