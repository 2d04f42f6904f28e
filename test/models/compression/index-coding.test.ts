import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bitmapBytes,
  decodeBitmap,
  decodeGaps,
  encodeBitmap,
  encodeGaps,
  maximumGapBytes,
} from "../../../models/compression/index-coding.ts";

const places = fc.integer({ min: 0, max: 3000 }).chain((length) =>
  fc.record({
    length: fc.constant(length),
    indices: fc
      .uniqueArray(fc.nat(Math.max(0, length - 1)), { maxLength: length })
      .map((indices) => Uint32Array.from(indices).sort()),
  }),
);

describe("indices", () => {
  it("by hand: gaps of 3, 0 and 199", () => {
    // 199 = 1 * 128 + 71: the low seven bits first, with the mark of more to come.
    expect([...encodeGaps(Uint32Array.of(3, 4, 204))]).toEqual([3, 0, 128 + 71, 1]);
  });

  it("by hand: a bitmap of 0 and 9", () => {
    expect([...encodeBitmap(Uint32Array.of(0, 9), 10)]).toEqual([0b1, 0b10]);
  });

  it("come back from both forms, gaps within their bound", () => {
    fc.assert(
      fc.property(places, ({ length, indices }) => {
        const gaps = encodeGaps(indices);
        const bitmap = encodeBitmap(indices, length);
        expect(decodeGaps(gaps, indices.length, length)).toEqual(indices);
        expect(decodeBitmap(bitmap, indices.length, length)).toEqual(indices);
        expect(gaps.length).toBeLessThanOrEqual(maximumGapBytes(indices.length, length));
        expect(bitmap.length).toBe(bitmapBytes(length));
      }),
    );
  });

  it("hold the last place of a tensor of a thousand million values", () => {
    const indices = Uint32Array.of(0, 999_999_999);
    expect(decodeGaps(encodeGaps(indices), 2, 1_000_000_000)).toEqual(indices);
  });

  it.each([
    ["a place beyond the tensor", [10], 1, 10, /index 10 is beyond a tensor of 10/],
    ["a second place beyond it", [8, 1], 2, 10, /index 10 is beyond/],
    ["fewer places than values", [1], 2, 10, /2 of 10 values are claimed, with 1 bytes/],
    ["an end within a place", [1, 128], 2, 10, /end after 1 of 2/],
    ["more places than values", [1, 1], 1, 10, /1 bytes follow the last index/],
    ["more values than the tensor has", [0, 0, 0], 3, 2, /3 of 2 values are claimed/],
    ["a place of six bytes", [128, 128, 128, 128, 128, 1], 1, 10, /more than 5 bytes/],
    ["a place that is written longer than it must be", [129, 0], 1, 10, /padded with a zero byte/],
  ])("refuse %s in gaps", (_, bytes, count, length, message) => {
    expect(() => decodeGaps(Uint8Array.from(bytes), count, length)).toThrow(
      expect.objectContaining({ code: "models.malformed-update", message: expect.stringMatching(message) }),
    );
  });

  it.each([
    ["a wrong length", [1], 1, 9, /has 1 bytes instead of 2/],
    ["a place beyond the tensor", [0, 2], 1, 9, /bit 9 of 9/],
    ["fewer places than values", [1, 0], 2, 9, /1 bits set but there are 2/],
    ["more places than values", [3, 0], 1, 9, /more bits set than there are values, 1/],
    ["more values than the tensor has", [255, 1], 10, 9, /10 of 9 values/],
  ])("refuse %s in a bitmap", (_, bytes, count, length, message) => {
    expect(() => decodeBitmap(Uint8Array.from(bytes), count, length)).toThrow(
      expect.objectContaining({ code: "models.malformed-update", message: expect.stringMatching(message) }),
    );
  });
});
