// The file format of parameters, on the wire and on disk: safetensors (https://github.com/huggingface/safetensors). Eight bytes
// with the header's length, a JSON header with every tensor's type, shape and offsets, then the raw little-endian values.

import { z } from "zod";
import { ProbSelectError } from "../foundation/errors.ts";
import { type Architecture, shapeLayers } from "./architecture.ts";
import {
  createParameterSet,
  elementCount,
  layoutDifference,
  type ParameterSet,
  type TensorLayout,
} from "./parameter-set.ts";

const LENGTH_BYTES = 8;
const BYTES_PER_VALUE = 4;
/** A header names at most a few thousand tensors; more than this is not a header. */
const MAXIMUM_HEADER_BYTES = 16 * 1024 * 1024;

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const tensorSchema = z.strictObject({
  dtype: z.literal("F32", "only F32 tensors are supported"),
  shape: z.array(count).max(8),
  data_offsets: z.tuple([count, count]),
});

/** The trainable tensors of a network, in the order in which a parameter file holds them. */
export function parameterLayout(architecture: Architecture): readonly TensorLayout[] {
  return shapeLayers(architecture).flatMap(({ tensors }) => tensors);
}

/**
 * The set as one file. The header is padded with spaces so that the values lie on an 8-byte boundary and a reader can view
 * them without a copy; equal sets give equal bytes.
 */
export function encodeParameterFile(set: ParameterSet): Uint8Array {
  const header = encodeHeader(set.tensors);
  const file = new Uint8Array(LENGTH_BYTES + header.byteLength + set.values.byteLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.byteLength), true);
  file.set(header, LENGTH_BYTES);
  const values = new Float32Array(file.buffer, LENGTH_BYTES + header.byteLength, set.values.length);
  values.set(set.values);
  return file;
}

/** Size of `encodeParameterFile`'s result for a set of that layout, without making one. */
export function parameterFileByteLength(layout: readonly TensorLayout[]): number {
  const values = layout.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return LENGTH_BYTES + encodeHeader(layout).byteLength + values * BYTES_PER_VALUE;
}

/**
 * Reads a parameter file and checks it completely: header, types, and that the tensors fill the data without gap or
 * overlap. The values are a view of `file` where its alignment allows, else a copy. They may still be NaN.
 *
 * @param expected the layout that the file must have, if one is given.
 * @throws {ProbSelectError} models.malformed-parameter-file, models.shape-mismatch
 */
export function decodeParameterFile(file: Uint8Array, expected?: readonly TensorLayout[]): ParameterSet {
  const { tensors, dataOffset } = decodeHeader(file);
  const layout = requireContiguous(tensors, file.byteLength - dataOffset);
  const difference = expected && layoutDifference(expected, layout);
  if (difference) {
    throw new ProbSelectError(
      "models.shape-mismatch",
      `The parameter file does not fit the model: ${difference}. Send the parameters of the model that the task names.`,
    );
  }
  const start = file.byteOffset + dataOffset;
  const length = (file.byteLength - dataOffset) / BYTES_PER_VALUE;
  const values =
    start % BYTES_PER_VALUE === 0
      ? new Float32Array(file.buffer, start, length)
      : new Float32Array(file.slice(dataOffset).buffer);
  return createParameterSet(layout, values);
}

function encodeHeader(layout: readonly TensorLayout[]): Uint8Array {
  let offset = 0;
  const entries = layout.map(({ name, shape }) => {
    const begin = offset;
    offset += elementCount(shape) * BYTES_PER_VALUE;
    return [name, { dtype: "F32", shape, data_offsets: [begin, offset] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const padded = new Uint8Array(Math.ceil(json.byteLength / 8) * 8).fill(0x20);
  padded.set(json);
  return padded;
}

type TensorEntry = readonly [name: string, tensor: z.infer<typeof tensorSchema>];

function decodeHeader(file: Uint8Array): { tensors: readonly TensorEntry[]; dataOffset: number } {
  if (file.byteLength < LENGTH_BYTES) throw malformed(`it has ${file.byteLength} bytes, fewer than its length field`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerBytes = view.getBigUint64(0, true);
  if (headerBytes > BigInt(Math.min(MAXIMUM_HEADER_BYTES, file.byteLength - LENGTH_BYTES))) {
    throw malformed(`it states a header of ${headerBytes} bytes but has ${file.byteLength} in all`);
  }
  const dataOffset = LENGTH_BYTES + Number(headerBytes);
  const header = parseJsonObject(file.subarray(LENGTH_BYTES, dataOffset));
  const tensors = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]): TensorEntry => {
      const parsed = tensorSchema.safeParse(value);
      if (parsed.success) return [name, parsed.data];
      const issue = parsed.error.issues[0];
      throw malformed(`tensor "${name}" has a wrong ${issue?.path.join(".") || "entry"} (${issue?.message})`);
    });
  return { tensors, dataOffset };
}

function parseJsonObject(bytes: Uint8Array): object {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    throw malformed("its header is not JSON in UTF-8", cause);
  }
  throw malformed("its header is not a JSON object");
}

/** The layout in data order. Tensors must follow one another from offset 0 to the end of the data. */
function requireContiguous(tensors: readonly TensorEntry[], dataBytes: number): readonly TensorLayout[] {
  const inOrder = [...tensors].sort(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );
  let offset = 0;
  for (const [name, { shape, data_offsets }] of inOrder) {
    const [begin, end] = data_offsets;
    if (begin !== offset) throw malformed(`tensor "${name}" begins at byte ${begin} of the data instead of ${offset}`);
    if (end - begin !== elementCount(shape) * BYTES_PER_VALUE) {
      throw malformed(`tensor "${name}" of shape [${shape}] has ${end - begin} bytes`);
    }
    offset = end;
  }
  if (offset !== dataBytes) throw malformed(`its tensors need ${offset} bytes of data but it has ${dataBytes}`);
  return inOrder.map(([name, { shape }]) => ({ name, shape }));
}

function malformed(what: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError("models.malformed-parameter-file", `Not a usable safetensors file: ${what}.`, { cause });
}
