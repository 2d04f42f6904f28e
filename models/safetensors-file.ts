// The container of every file of tensors, on the wire and on disk: safetensors (https://github.com/huggingface/safetensors). Eight
// bytes with the header's length, a JSON header with every tensor's type, shape and offsets, then the raw little-endian values.

import { z } from "zod";
import { ProbSelectError } from "../foundation/errors.ts";
import { elementCount, type TensorLayout } from "./parameter-set.ts";

const LENGTH_BYTES = 8;
/** A header names at most a few thousand tensors; more than this is not a header. */
const MAXIMUM_HEADER_BYTES = 16 * 1024 * 1024;

/** Bytes of one value. */
const valueBytes = { F32: 4, F16: 2, I8: 1, U8: 1 } as const;

export type ValueType = keyof typeof valueBytes;

export interface StoredTensorLayout extends TensorLayout {
  readonly type: ValueType;
}

export interface StoredTensor extends StoredTensorLayout {
  /** Row-major values, little-endian. Read from a file it is a view of that file, at any alignment. */
  readonly bytes: Uint8Array;
}

export interface TensorFile {
  /** In the order of the data. */
  readonly tensors: readonly StoredTensor[];
  /** Free texts by name, "__metadata__" in the file. */
  readonly metadata: Readonly<Record<string, string>>;
}

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const metadataSchema = z.record(z.string(), z.string());

const tensorSchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(count).max(8),
  data_offsets: z.tuple([count, count]),
});

/** Bytes that the values of such a tensor take. @example storedByteLength({ type: "F16", shape: [3, 2] }) // 12 */
export function storedByteLength({ type, shape }: Pick<StoredTensorLayout, "type" | "shape">): number {
  return elementCount(shape) * valueBytes[type];
}

/**
 * The file. The header is padded with spaces so that the data lies on an 8-byte boundary; equal tensors give equal bytes.
 *
 * @param tensors each with exactly `storedByteLength` bytes.
 */
export function encodeTensorFile(tensors: readonly StoredTensor[], metadata?: TensorFile["metadata"]): Uint8Array {
  const header = encodeTensorHeader(tensors, metadata);
  const file = new Uint8Array(tensorFileByteLength(tensors, metadata));
  new DataView(file.buffer).setBigUint64(0, BigInt(header.byteLength), true);
  file.set(header, LENGTH_BYTES);
  let offset = LENGTH_BYTES + header.byteLength;
  for (const { bytes } of tensors) {
    file.set(bytes, offset);
    offset += bytes.byteLength;
  }
  return file;
}

/**
 * The file with so many bytes: spaces behind its header, which every reader skips. The size of a padded file is known in advance.
 *
 * @param byteLength at least the file's.
 */
export function padTensorFile(file: Uint8Array, byteLength: number): Uint8Array {
  const spaces = byteLength - file.byteLength;
  const headerBytes = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const dataOffset = LENGTH_BYTES + headerBytes;
  const padded = new Uint8Array(byteLength).fill(0x20);
  padded.set(file.subarray(0, dataOffset));
  padded.set(file.subarray(dataOffset), dataOffset + spaces);
  new DataView(padded.buffer).setBigUint64(0, BigInt(headerBytes + spaces), true);
  return padded;
}

/** Size of `encodeTensorFile`'s result, without making one. */
export function tensorFileByteLength(
  tensors: readonly StoredTensorLayout[],
  metadata?: TensorFile["metadata"],
): number {
  const dataBytes = tensors.reduce((sum, tensor) => sum + storedByteLength(tensor), 0);
  return LENGTH_BYTES + encodeTensorHeader(tensors, metadata).byteLength + dataBytes;
}

/**
 * Reads a file and checks it completely: header, types, and that the tensors fill the data without gap or overlap. It copies
 * nothing but the header, whose stated length is checked against the file's first.
 *
 * @param types what the caller can read; any other is refused.
 * @throws {ProbSelectError} models.malformed-parameter-file
 */
export function decodeTensorFile(file: Uint8Array, types: readonly ValueType[]): TensorFile {
  const data = file.subarray(tensorDataOffset(file, file.byteLength));
  const head = file.subarray(0, file.byteLength - data.byteLength);
  const { tensors, metadata } = decodeTensorHead(head, file.byteLength, types);
  return {
    metadata,
    tensors: tensors.map(({ name, type, shape, dataOffsets }) => {
      return { name, type, shape, bytes: data.subarray(...dataOffsets) };
    }),
  };
}

/**
 * Where the data begins, in bytes.
 *
 * @param start of the file: its first 8 bytes, if it has so many.
 * @throws {ProbSelectError} models.malformed-parameter-file
 */
export function tensorDataOffset(start: Uint8Array, fileBytes: number): number {
  if (fileBytes < LENGTH_BYTES) throw malformed(`it has ${fileBytes} bytes, fewer than its length field`);
  const headerBytes = new DataView(start.buffer, start.byteOffset, start.byteLength).getBigUint64(0, true);
  if (headerBytes > BigInt(Math.min(MAXIMUM_HEADER_BYTES, fileBytes - LENGTH_BYTES))) {
    throw malformed(`it states a header of ${headerBytes} bytes but has ${fileBytes} in all`);
  }
  return LENGTH_BYTES + Number(headerBytes);
}

/**
 * What a file holds, by what lies before its data: all of `decodeTensorFile`'s checks.
 *
 * @param head the file's bytes up to `tensorDataOffset`.
 * @returns the tensors in the order of the data.
 * @throws {ProbSelectError} models.malformed-parameter-file
 */
export function decodeTensorHead(head: Uint8Array, fileBytes: number, types: readonly ValueType[]) {
  const { __metadata__: metadata, ...entries } = parseJsonObject(head.subarray(LENGTH_BYTES));
  const tensors = Object.entries(entries).map(([name, value]) => parseEntry(name, value, types));
  return { metadata: parseMetadata(metadata), tensors: requireContiguous(tensors, fileBytes - head.byteLength) };
}

function encodeTensorHeader(tensors: readonly StoredTensorLayout[], metadata?: TensorFile["metadata"]): Uint8Array {
  let offset = 0;
  const entries = tensors.map(({ name, type, shape }) => {
    const begin = offset;
    offset += storedByteLength({ type, shape });
    return [name, { dtype: type, shape, data_offsets: [begin, offset] }] as const;
  });
  const described = metadata ? [["__metadata__", metadata] as const, ...entries] : entries;
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(described)));
  const padded = new Uint8Array(Math.ceil(json.byteLength / 8) * 8).fill(0x20);
  padded.set(json);
  return padded;
}

interface TensorEntry extends StoredTensorLayout {
  /** From the beginning of the data. */
  readonly dataOffsets: readonly [begin: number, end: number];
}

function parseEntry(name: string, value: unknown, types: readonly ValueType[]): TensorEntry {
  const parsed = tensorSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw malformed(`tensor "${name}" has a wrong ${issue?.path.join(".") || "entry"} (${issue?.message})`);
  }
  const { dtype, shape, data_offsets } = parsed.data;
  const type = types.find((known) => known === dtype);
  if (!type) {
    throw malformed(
      `tensor "${name}" has a wrong dtype (only ${types.join(", ")} tensors are supported, not ${dtype})`,
    );
  }
  return { name, type, shape, dataOffsets: data_offsets };
}

function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch (cause) {
    throw malformed("its header is not JSON in UTF-8", cause);
  }
  throw malformed("its header is not a JSON object");
}

function parseMetadata(value: unknown): TensorFile["metadata"] {
  if (value === undefined) return {};
  const parsed = metadataSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw malformed("its metadata are not texts by name", parsed.error);
}

/** The tensors in data order. They must follow one another from offset 0 to the end of the data. */
function requireContiguous(entries: readonly TensorEntry[], dataBytes: number): readonly TensorEntry[] {
  const inOrder = [...entries].sort(
    (a, b) => a.dataOffsets[0] - b.dataOffsets[0] || a.dataOffsets[1] - b.dataOffsets[1],
  );
  let offset = 0;
  for (const { name, type, shape, dataOffsets } of inOrder) {
    const [begin, end] = dataOffsets;
    if (begin !== offset) throw malformed(`tensor "${name}" begins at byte ${begin} of the data instead of ${offset}`);
    if (end - begin !== storedByteLength({ type, shape })) {
      throw malformed(`tensor "${name}" of shape [${shape}] has ${end - begin} bytes`);
    }
    offset = end;
  }
  if (offset !== dataBytes) throw malformed(`its tensors need ${offset} bytes of data but it has ${dataBytes}`);
  return inOrder;
}

function malformed(what: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError("models.malformed-parameter-file", `Not a usable safetensors file: ${what}.`, { cause });
}
