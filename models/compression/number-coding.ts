// Numbers as the bytes of F32 and F16 tensors, little-endian on every machine and at any alignment.

import type { StoredTensor } from "../safetensors-file.ts";
import { halfBits, halfValue } from "./half-precision.ts";
import { malformedUpdate } from "./malformed-update.ts";

/** Greatest finite Float32: (2 - 2^-23) 2^127. */
const GREATEST_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** Beyond the greatest Float32 they saturate, as halves do. */
export function encodeFloat32(values: Float64Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    view.setFloat32(index * 4, Math.max(-GREATEST_FLOAT32, Math.min(GREATEST_FLOAT32, value)), true);
  }
  return bytes;
}

/** Each rounded to the nearest half, ties to even; beyond the greatest one they saturate. */
export function encodeFloat16(values: Float64Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++) {
    view.setUint16(index * 2, halfBits(values[index] as number), true);
  }
  return bytes;
}

/**
 * The values of an F32 or F16 tensor.
 *
 * @throws {ProbSelectError} models.malformed-update for a NaN or an infinity.
 */
export function decodeNumbers({ name, type, bytes }: StoredTensor): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isHalf = type === "F16";
  const values = new Float64Array(bytes.byteLength / (isHalf ? 2 : 4));
  for (let index = 0; index < values.length; index++) {
    const value = isHalf ? halfValue(view.getUint16(index * 2, true)) : view.getFloat32(index * 4, true);
    if (!Number.isFinite(value)) throw malformedUpdate(`value ${index} of tensor "${name}" is ${value}`);
    values[index] = value;
  }
  return values;
}
