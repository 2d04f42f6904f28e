// Only the largest differences of the whole model: Aji & Heafield 2017, "Sparse Communication for Distributed Gradient Descent",
// arXiv 1704.05021. What is left out is remembered by error feedback (encode-update.ts).

import { elementCount, type TensorLayout } from "../parameter-set.ts";
import type { StoredTensor, ValueType } from "../safetensors-file.ts";
import { decodeBitmap, decodeGaps, encodeBitmap, encodeGaps } from "./index-coding.ts";
import { decodeNumbers, encodeFloat16, encodeFloat32 } from "./number-coding.ts";
import type { TensorReader } from "./tensor-reader.ts";
import type { UpdateEncoding } from "./update-encoding.ts";

type ValueFormat = Extract<UpdateEncoding, { readonly kind: "top-k" }>["values"];

export const sparseTypes = { float32: "F32", float16: "F16" } as const;

/** Names of what a tensor becomes: its values, and their places as one of the two. */
export function sparseNames(name: string) {
  return { values: `${name}:values`, bitmap: `${name}:bitmap`, gaps: `${name}:gaps` };
}

/**
 * The chosen values of one tensor and their places, as a bitmap or as gaps, whichever is smaller.
 *
 * @param indices ascending, within the tensor.
 */
export function encodeSparse(
  { name }: TensorLayout,
  differences: Float64Array,
  indices: Uint32Array,
  format: ValueFormat,
): readonly StoredTensor[] {
  const names = sparseNames(name);
  const kept = Float64Array.from(indices, (index) => differences[index] as number);
  const gaps = encodeGaps(indices);
  const bitmap = encodeBitmap(indices, differences.length);
  const [placesName, places] = bitmap.length <= gaps.length ? [names.bitmap, bitmap] : [names.gaps, gaps];
  const bytes = format === "float32" ? encodeFloat32(kept) : encodeFloat16(kept);
  return [
    { name: names.values, shape: [kept.length], type: sparseTypes[format], bytes },
    { name: placesName, shape: [places.length], type: "U8", bytes: places },
  ];
}

/**
 * @param types that the values may have.
 * @throws {ProbSelectError} models.malformed-update
 */
export function decodeSparse(
  { name, shape }: TensorLayout,
  reader: TensorReader,
  types: readonly ValueType[],
): Float64Array {
  const names = sparseNames(name);
  const length = elementCount(shape);
  const values = decodeNumbers(reader.take(names.values, types));
  const indices = reader.has(names.bitmap)
    ? decodeBitmap(reader.take(names.bitmap, ["U8"]).bytes, values.length, length)
    : decodeGaps(reader.take(names.gaps, ["U8"]).bytes, values.length, length);
  const differences = new Float64Array(length);
  for (const [position, index] of indices.entries()) differences[index] = values[position] as number;
  return differences;
}
