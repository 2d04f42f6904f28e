import { describe, expect, it } from "vitest";
import { formatBytes, formatProbability, formatRate, formatSeconds } from "../../selection/quantities.ts";

describe("quantities in words", () => {
  it.each([
    [0, "0 s"],
    [12.34e-6, "12.3 µs"],
    [0.0123, "12.3 ms"],
    [3.1, "3.1 s"],
    [599, "599 s"],
    [900, "15 min"],
    [10_800, "3 h"],
    [864_000, "10 days"],
  ])("writes %f seconds as %s", (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  it.each([
    [0, "0 %"],
    [1e-9, "<0.1 %"],
    [0.625, "62.5 %"],
    [0.9999, ">99.9 %"],
    [1, "100 %"],
  ])("writes probability %f as %s, never rounded to certainty", (p, text) => expect(formatProbability(p)).toBe(text));

  it("takes more decimals where a probability stands beside one that looks the same", () => {
    expect(formatProbability(0.79996, 0.8)).toBe("79.996 %");
    expect(formatProbability(0.62, 0.8)).toBe("62.0 %");
    expect(formatProbability(0.8, 0.8)).toBe("80.0 %");
    expect(formatProbability(0.8 - 1e-16, 0.8)).toBe("80.0 %");
  });

  it("scales bytes and rates by thousands, and never prints 1000 of a unit", () => {
    expect(formatBytes(247_504)).toBe("248 kB");
    expect(formatBytes(999_700)).toBe("1 MB");
    expect(formatRate(155.9e12, "FLOP/s")).toBe("156 TFLOP/s");
    expect(formatRate(5e7, "bit/s")).toBe("50 Mbit/s");
  });
});
