// Which of a tensor's values a sparse update holds: as a bitmap, or as the gaps between them in variable-length bytes (LEB128).
// In neither form can an index come twice or out of order.

import { malformedUpdate } from "./malformed-update.ts";

/** Five groups of seven bits hold any 32-bit gap. */
const MAXIMUM_GAP_BYTES = 5;

/** Bytes of a bitmap over so many values. @example bitmapBytes(9) // 2 */
export function bitmapBytes(length: number): number {
  return Math.ceil(length / 8);
}

/** Most bytes that `count` gaps in a tensor of `length` values take: a gap of 128 or more needs a second byte, and so on. */
export function maximumGapBytes(count: number, length: number): number {
  // length / 128 + length / 128^2 + ... = length / 127
  return count + Math.floor(length / 127);
}

/**
 * Bit i (bit i % 8, counted from the lowest, of byte i / 8) is 1 for the indices; numpy.unpackbits(..., bitorder="little").
 *
 * @param indices ascending, below `length`.
 * @example encodeBitmap(Uint32Array.of(0, 9), 10) // [0b1, 0b10]
 */
export function encodeBitmap(indices: Uint32Array, length: number): Uint8Array {
  const bytes = new Uint8Array(bitmapBytes(length));
  for (const index of indices) bytes[index >>> 3] = (bytes[index >>> 3] as number) | (1 << (index & 7));
  return bytes;
}

/**
 * @param count of the indices that the bitmap must hold.
 * @throws {ProbSelectError} models.malformed-update
 */
export function decodeBitmap(bytes: Uint8Array, count: number, length: number): Uint32Array {
  if (bytes.length !== bitmapBytes(length)) {
    throw malformedUpdate(`a bitmap over ${length} values has ${bytes.length} bytes instead of ${bitmapBytes(length)}`);
  }
  if (count > length) throw malformedUpdate(`${count} of ${length} values are claimed`);
  const indices = new Uint32Array(count);
  let found = 0;
  for (let position = 0; position < bytes.length; position++) {
    for (let rest = bytes[position] as number; rest !== 0; rest &= rest - 1) {
      const index = position * 8 + (31 - Math.clz32(rest & -rest));
      if (index >= length) throw malformedUpdate(`a bitmap has bit ${index} of ${length} set`);
      if (found === count) throw malformedUpdate(`a bitmap has more bits set than there are values, ${count}`);
      indices[found++] = index;
    }
  }
  if (found !== count) throw malformedUpdate(`a bitmap has ${found} bits set but there are ${count} values`);
  return indices;
}

/**
 * The first index, then how many indices each one leaves out after the one before.
 *
 * @param indices ascending.
 * @example encodeGaps(Uint32Array.of(3, 4, 204)) // 3, 0, 199: [3, 0, 0b1100_0111, 0b1]
 */
export function encodeGaps(indices: Uint32Array): Uint8Array {
  const bytes: number[] = [];
  let next = 0;
  for (const index of indices) {
    let gap = index - next;
    while (gap >= 128) {
      bytes.push((gap % 128) + 128);
      gap = Math.floor(gap / 128);
    }
    bytes.push(gap);
    next = index + 1;
  }
  return Uint8Array.from(bytes);
}

/**
 * @param count of the indices that the gaps must give.
 * @throws {ProbSelectError} models.malformed-update
 */
export function decodeGaps(bytes: Uint8Array, count: number, length: number): Uint32Array {
  if (count > Math.min(length, bytes.length)) {
    throw malformedUpdate(`${count} of ${length} values are claimed, with ${bytes.length} bytes of indices`);
  }
  const indices = new Uint32Array(count);
  let position = 0;
  let next = 0;
  for (let found = 0; found < count; found++) {
    const start = position;
    let gap = 0;
    let byte: number;
    do {
      if (position === bytes.length) throw malformedUpdate(`the indices end after ${found} of ${count}`);
      if (position - start === MAXIMUM_GAP_BYTES)
        throw malformedUpdate(`an index has more than ${MAXIMUM_GAP_BYTES} bytes`);
      byte = bytes[position] as number;
      gap += (byte & 127) * 128 ** (position - start);
      position++;
    } while (byte >= 128);
    if (byte === 0 && position - start > 1) throw malformedUpdate("an index is padded with a zero byte");
    const index = next + gap;
    if (index >= length) throw malformedUpdate(`index ${index} is beyond a tensor of ${length} values`);
    indices[found] = index;
    next = index + 1;
  }
  if (position !== bytes.length) throw malformedUpdate(`${bytes.length - position} bytes follow the last index`);
  return indices;
}
