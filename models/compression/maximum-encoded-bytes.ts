// How many bytes an encoded update can have at most, known from the model's layout alone: an aggregator admits uploads by it.

import { isMovingStatistic } from "../architecture.ts";
import { elementCount, type TensorLayout } from "../parameter-set.ts";
import { type StoredTensorLayout, storedByteLength } from "../safetensors-file.ts";
import { bitmapBytes, maximumGapBytes } from "./index-coding.ts";
import { int8Layout } from "./int8-codec.ts";
import { sparseNames, sparseTypes } from "./top-k-codec.ts";
import { encodingMetadata, keptCount, type UpdateEncoding } from "./update-encoding.ts";

const LENGTH_BYTES = 8;

/**
 * No file of `encodeUpdate` for a model of that layout is longer. Within the width of the numbers in its header it is the length
 * of a float16 or int8 file; a top-k file is often shorter.
 *
 * @example maximumEncodedBytes(parameterLayout(lenet5), { kind: "float16" }) // about 2 * 61,706 + 1,000
 */
export function maximumEncodedBytes(layout: readonly TensorLayout[], encoding: UpdateEncoding): number {
  const exact = layout.filter(({ name }) => isMovingStatistic(name));
  const coded = layout.filter(({ name }) => !isMovingStatistic(name));
  const exactLayouts = exact.map((tensor): StoredTensorLayout => ({ ...tensor, type: "F32" }));
  const { tensors, dataBytes } = encoding.kind === "top-k" ? sparseBound(coded, encoding) : denseBound(coded, encoding);
  const totalBytes = dataBytes + sum(exactLayouts.map(storedByteLength));
  return LENGTH_BYTES + widestHeaderBytes([...tensors, ...exactLayouts], encoding, totalBytes) + totalBytes;
}

interface Bound {
  readonly tensors: readonly StoredTensorLayout[];
  readonly dataBytes: number;
}

function denseBound(coded: readonly TensorLayout[], { kind }: UpdateEncoding): Bound {
  const tensors = coded.flatMap((tensor): readonly StoredTensorLayout[] =>
    kind === "int8" ? int8Layout(tensor) : [{ ...tensor, type: "F16" }],
  );
  return { tensors, dataBytes: sum(tensors.map(storedByteLength)) };
}

/** Which tensor has how many of the values is not known, only how many all have. */
function sparseBound(
  coded: readonly TensorLayout[],
  { share, values }: Extract<UpdateEncoding, { readonly kind: "top-k" }>,
): Bound {
  const counts = coded.map(({ shape }) => elementCount(shape));
  const kept = keptCount(share, sum(counts));
  const valueBytes = storedByteLength({ type: sparseTypes[values], shape: [kept] });
  const placesBytes = Math.min(sum(counts.map(bitmapBytes)), maximumGapBytes(kept, sum(counts)));
  const tensors = coded.flatMap(({ name }, index): readonly StoredTensorLayout[] => {
    const names = sparseNames(name);
    return [
      { name: names.values, shape: [Math.min(kept, counts[index] as number)], type: sparseTypes[values] },
      { name: names.bitmap, shape: [placesBytes], type: "U8" },
    ];
  });
  return { tensors, dataBytes: valueBytes + placesBytes };
}

/** The header's length, with every offset as wide as the greatest; padded to 8 bytes. */
function widestHeaderBytes(
  tensors: readonly StoredTensorLayout[],
  { kind }: UpdateEncoding,
  dataBytes: number,
): number {
  const entries = tensors.map(({ name, type, shape }) => {
    return [name, { dtype: type, shape, data_offsets: [dataBytes, dataBytes] }] as const;
  });
  const header = Object.fromEntries([["__metadata__", encodingMetadata(kind)] as const, ...entries]);
  return Math.ceil(new TextEncoder().encode(JSON.stringify(header)).byteLength / 8) * 8;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
