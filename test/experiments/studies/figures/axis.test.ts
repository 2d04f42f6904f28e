import { describe, expect, it } from "vitest";
import { estimateWords, plainNumber, settleAxis } from "../../../../experiments/studies/figures/axis.ts";

describe("an axis", () => {
  it("shows shares as percent, never beyond 0 and 100", () => {
    const axis = settleAxis({ label: "share (%)", isShare: true }, [0.43, 0.998], [400, 0]);
    expect(axis.of(0.43)).toBeCloseTo(43, 12);
    expect(axis.domain).toEqual([40, 100]);
    expect(axis.toPixels(40)).toBe(400);
    expect(axis.toPixels(100)).toBe(0);
    expect(axis.fromPixels(200)).toBeCloseTo(70, 9);
  });

  it("shows differences of shares on both sides of 0", () => {
    const [low, high] = settleAxis({ label: "points", isShare: true }, [-0.07, 0.13], [0, 100]).domain;
    expect(low).toBeLessThanOrEqual(-7);
    expect(high).toBeGreaterThanOrEqual(13);
  });

  it("draws what is beyond a domain that was given on its edge", () => {
    const axis = settleAxis({ label: "x", domain: [0, 10] }, [50], [0, 100]);
    expect(axis.of(50)).toBe(10);
    expect(axis.of(-1)).toBe(0);
  });

  it("that is logarithmic has ticks at 1, 2 and 5, or at powers of ten where those would be many", () => {
    expect(settleAxis({ label: "x", scale: "log" }, [1, 60], [0, 100]).ticks).toEqual([1, 2, 5, 10, 20, 50]);
    expect(settleAxis({ label: "x", scale: "log" }, [0.02, 3000], [0, 100]).ticks).toEqual([0.1, 1, 10, 100, 1000]);
    // 0 has no place on it and is drawn at its start.
    const axis = settleAxis({ label: "x", scale: "log" }, [0, 10, 1000], [0, 100]);
    expect(axis.domain[0]).toBeGreaterThan(8);
    expect(axis.of(0)).toBe(axis.domain[0]);
  });

  it("has a domain even if there is but one value, or none", () => {
    const one = settleAxis({ label: "x" }, [5], [0, 100]).domain;
    expect(one[0]).toBeLessThan(5);
    expect(one[1]).toBeGreaterThan(5);
    expect(settleAxis({ label: "x" }, [], [0, 100]).domain).toEqual([0, 1]);
    expect(settleAxis({ label: "x", scale: "log" }, [], [0, 100]).domain).toEqual([1, 10]);
  });

  it("says its values in words", () => {
    expect(estimateWords({ estimate: 0.5, low: 0.41, high: 0.6 }, { isShare: true })).toBe("50 % [41, 60]");
    expect(estimateWords({ estimate: 12.34, low: null, high: null }, {})).toBe("12.3");
    // A difference of shares is no share.
    const difference = { estimate: 0.3, low: 0.2, high: 0.4 };
    expect(estimateWords(difference, { isShare: true, isPoints: true })).toBe("+30 points [20, 40]");
    expect(plainNumber(12500)).toBe("12,500");
  });
});
