import { describe, expect, it } from "vitest";
import { halfBits, halfValue } from "../../../models/compression/half-precision.ts";
import { halves } from "./golden.ts";

describe("half precision", () => {
  it("rounds doubles as numpy does: to the nearest, ties to even, once, subnormal halves included", () => {
    expect(halves.values.length).toBeGreaterThan(600);
    expect([...halves.values].map(halfBits)).toEqual([...halves.bits]);
  });

  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [2 ** -24, 0x0001],
    // Half of the smallest half, a tie between 0 and 1: to even.
    [2 ** -25, 0x0000],
    // 1 + 2^-11 is a tie between 1 and 1 + 2^-10: to even. 1 + 3 * 2^-11 goes up to 1 + 2 * 2^-10.
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
  ])("codes %d as %d", (value, bits) => {
    expect(halfBits(value)).toBe(bits);
  });

  it("saturates at the greatest half instead of becoming an infinity", () => {
    for (const value of [65_520, 1e9, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) {
      expect(halfBits(value)).toBe(0x7bff);
      expect(halfBits(-value)).toBe(0xfbff);
    }
  });

  it("gives back each of the 63,488 finite halves from its value", () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = halfValue(bits);
      if (Number.isFinite(value)) expect(halfBits(value)).toBe(bits);
      else expect(bits & 0x7c00).toBe(0x7c00);
    }
  });
});
