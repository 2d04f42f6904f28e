import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatEstimate, formatParts } from "../../../../experiments/studies/report/format-estimate.ts";

const of = (estimate: number, low: number | null = null, high: number | null = null) => ({ estimate, low, high });

describe("formatEstimate", () => {
  it.each([
    [of(0.138, 0.121, 0.154), "points", "+13.8 points [12.1, 15.4]"],
    [of(-0.62, -0.7, -0.55), "percent", "-62 % [-70, -55]"],
    [of(0.962, 0.951, 0.971), "percent", "96.2 % [95.1, 97.1]"],
    [of(0.9621, 0.9601, 0.9641), "percent", "96.21 % [96.01, 96.41]"],
    [of(0.02, -0.01, 0.05), "percent", "+2.0 % [-1.0, 5.0]"],
    [of(0.5), "percent", "50.0 %"],
    [of(12.34, 11.9, 12.8), "seconds", "12.34 s [11.90, 12.80]"],
    [of(600, 540, 660), "seconds", "10.0 min [9.0, 11.0]"],
    [of(9000, 7200, 10800), "seconds", "2.5 h [2.0, 3.0]"],
    [of(51.3, 50.2, 52.4), "count", "51.3 [50.2, 52.4]"],
    [of(12345, 11800, 12900), "count", "12,345 [11,800 to 12,900]"],
    [of(7), "count", "7"],
    [of(0.000123), "count", "0.000123"],
    [of(1.38, 1.21, 1.55), "ratio", "1.38 times [1.21, 1.55]"],
  ] as const)("writes %o in %s as %s", (estimate, unit, text) => {
    expect(formatEstimate(estimate, unit)).toBe(text);
  });

  it("signs a change where it is told to", () => {
    expect(formatEstimate(of(0.38, 0.3, 0.45), "percent", { signed: true })).toBe("+38 % [30, 45]");
    expect(formatEstimate(of(0.1, 0.05, 0.15), "points", { signed: false })).toBe("10 points [5, 15]");
  });

  it("never reads as all or nothing what is not quite", () => {
    expect(formatEstimate(of(0.9997), "percent")).toBe("99.97 %");
    expect(formatEstimate(of(0.0004, 0.0001, 0.4), "percent")).toBe("0.04 % [0.01, 40.00]");
    expect(formatEstimate(of(1), "percent")).toBe("100.0 %");
    expect(formatEstimate(of(-0.00001, -0.02, 0.02), "points")).toBe("0.0 points [-2.0, 2.0]");
  });

  it("has a dash for what has no value", () => {
    expect(formatEstimate(null, "percent")).toBe("–");
    expect(formatParts(of(Number.NaN), "seconds")).toEqual({ value: "–", interval: null });
  });

  it("is within half of its last digit of what it stands for", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0.001, max: 0.5, noNaN: true }),
        (value, half) => {
          const text = formatEstimate(of(value, value - half, value + half), "points");
          const [, number = "", low = ""] = /^\+?(-?[\d.]+) points \[(-?[\d.]+), /.exec(text) ?? [];
          const decimals = number.split(".")[1]?.length ?? 0;
          expect(Math.abs(Number(number) - 100 * value)).toBeLessThanOrEqual(0.500001 * 10 ** -decimals);
          expect(Math.abs(Number(low) - 100 * (value - half))).toBeLessThanOrEqual(0.500001 * 10 ** -decimals);
        },
      ),
    );
  });
});
