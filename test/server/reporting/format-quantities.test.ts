import { describe, expect, it } from "vitest";
import {
  formatBitRate,
  formatCount,
  formatLimit,
  formatSeconds,
  formatShare,
  formatThreshold,
  plainText,
} from "../../../server/reporting/format-quantities.ts";

describe("quantities for people", () => {
  it.each([
    [0, "0 s"],
    [0.0123, "12 ms"],
    [0.25, "0.25 s"],
    [9.994, "9.99 s"],
    [9.996, "10.0 s"],
    [99.94, "99.9 s"],
    [99.96, "100 s"],
    [119.4, "119 s"],
    [252, "4 min 12 s"],
    [7199.6, "2 h"],
    [90_061, "25 h 1 min"],
    [Number.NaN, "–"],
  ])("%d seconds read as %s", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it.each([
    [20, "20 s"],
    [2.5, "2.5 s"],
    [0.25, "0.25 s"],
    [1, "1 s"],
    [300, "5 min"],
  ])("a limit of %d seconds reads as %s", (seconds, text) => {
    expect(formatLimit(seconds)).toBe(text);
  });

  it.each([
    [0, "0%"],
    [0.0004, "<0.1%"],
    [0.0005, "0.1%"],
    [0.5, "50.0%"],
    [0.98765, "98.8%"],
    [0.9994, "99.9%"],
    [0.99999, ">99.9%"],
    [1, "100%"],
    [null, "–"],
  ])("a share of %s reads as %s", (share, text) => {
    expect(formatShare(share)).toBe(text);
  });

  it("thresholds, counts and rates drop what says nothing", () => {
    expect(formatThreshold(0.8)).toBe("80%");
    expect(formatThreshold(0.955)).toBe("95.5%");
    expect(formatCount(61_706)).toBe("61,706");
    expect(formatBitRate(20_000_000)).toBe("20 Mbit/s");
    expect(formatBitRate(1_500)).toBe("1.5 kbit/s");
  });

  it("text from outside cannot move the cursor, colour, break a line or turn its direction", () => {
    expect(plainText("a\u001b[31mb\nc\u202ed\u0007 \u001b[2J")).toBe("ab cd");
  });
});
