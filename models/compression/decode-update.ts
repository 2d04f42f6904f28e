// Reads the file of an encoded update, which may come from anybody: whatever its bytes are, it gives finite parameters of the
// model's layout or an error, and never needs more memory than the model itself takes.

import { ProbSelectError } from "../../foundation/errors.ts";
import { isMovingStatistic } from "../architecture.ts";
import { createParameterSet, firstNonFinite, type ParameterSet, type TensorLayout } from "../parameter-set.ts";
import { decodeTensorFile, type StoredTensor } from "../safetensors-file.ts";
import { decodeInt8 } from "./int8-codec.ts";
import { malformedUpdate } from "./malformed-update.ts";
import { maximumEncodedBytes } from "./maximum-encoded-bytes.ts";
import { decodeNumbers } from "./number-coding.ts";
import { createTensorReader, type TensorReader } from "./tensor-reader.ts";
import { decodeSparse, sparseNames, sparseTypes } from "./top-k-codec.ts";
import { ENCODING_VERSION, keptCount, type UpdateEncoding, type UpdateEncodingKind } from "./update-encoding.ts";

/** No file of any encoding is longer than one of these. */
const longest: readonly UpdateEncoding[] = [
  { kind: "top-k", share: 1, values: "float32" },
  { kind: "int8" },
  { kind: "float16" },
];

/** Others write headers with more spaces, or with metadata of their own. */
const HEADER_SLACK_BYTES = 1024;

/**
 * The update that the file holds: the global model plus the decoded differences, in Float32.
 *
 * @param global the model that the client began with.
 * @param expected what the task asked for; any other encoding, and more values than it allows, are refused. Without it, every
 * encoding is read.
 * @throws {ProbSelectError} models.malformed-parameter-file if it is no safetensors file; models.malformed-update if its tensors
 * are not those of an update to that model; models.non-finite-parameter if a parameter overflows.
 * @example decodeUpdate(encodeUpdate({ encoding: { kind: "int8" }, global, update: global, random }).bytes, global) // global
 */
export function decodeUpdate(bytes: Uint8Array, global: ParameterSet, expected?: UpdateEncoding): ParameterSet {
  requireLength(bytes, global.tensors, expected);
  const { tensors, metadata } = decodeTensorFile(bytes, ["F32", "F16", "I8", "U8"]);
  const kind = encodingOf(metadata, expected);
  if (expected?.kind === "top-k") requireFewValues(tensors, global, expected);
  const reader = createTensorReader(tensors);
  const values = new Float32Array(global.values.length);
  let offset = 0;
  for (const tensor of global.tensors) {
    const differences = isMovingStatistic(tensor.name)
      ? decodeNumbers(reader.take(tensor.name, ["F32"], tensor.shape))
      : decodeCoded(kind, { tensor, reader, expected });
    for (let index = 0; index < differences.length; index++) {
      values[offset + index] = (tensor.values[index] as number) + (differences[index] as number);
    }
    offset += differences.length;
  }
  reader.requireEmpty();
  requireFinite(values);
  return createParameterSet(global.tensors, values);
}

interface CodedTensor {
  readonly tensor: TensorLayout;
  readonly reader: TensorReader;
  readonly expected: UpdateEncoding | undefined;
}

function decodeCoded(kind: UpdateEncodingKind, { tensor, reader, expected }: CodedTensor): Float64Array {
  switch (kind) {
    case "float16":
      return decodeNumbers(reader.take(tensor.name, ["F16"], tensor.shape));
    case "int8":
      return decodeInt8(tensor, reader);
    case "top-k":
      return decodeSparse(tensor, reader, expected?.kind === "top-k" ? [sparseTypes[expected.values]] : ["F32", "F16"]);
  }
}

/** Before anything is read or allocated. */
function requireLength(bytes: Uint8Array, layout: readonly TensorLayout[], expected: UpdateEncoding | undefined): void {
  const bounds = (expected ? [expected] : longest).map((encoding) => maximumEncodedBytes(layout, encoding));
  const most = Math.max(...bounds) + HEADER_SLACK_BYTES;
  if (bytes.byteLength > most) {
    throw malformedUpdate(`it has ${bytes.byteLength} bytes, where no update of that model has more than ${most}`);
  }
}

function encodingOf(
  { encoding, version }: Readonly<Record<string, string>>,
  expected: UpdateEncoding | undefined,
): UpdateEncodingKind {
  const kind = longest.map((known) => known.kind).find((known) => known === encoding);
  if (!kind) throw malformedUpdate(`its metadata name the encoding "${encoding}"`);
  if (version !== ENCODING_VERSION)
    throw malformedUpdate(`its version is "${version}" instead of "${ENCODING_VERSION}"`);
  if (expected && expected.kind !== kind) throw malformedUpdate(`it is ${kind} instead of ${expected.kind}`);
  return kind;
}

function requireFewValues(
  tensors: readonly StoredTensor[],
  global: ParameterSet,
  { share }: Extract<UpdateEncoding, { readonly kind: "top-k" }>,
): void {
  const coded = global.tensors.filter(({ name }) => !isMovingStatistic(name));
  const names = new Set(coded.map(({ name }) => sparseNames(name).values));
  const claimed = tensors.filter(({ name }) => names.has(name)).reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const allowed = keptCount(
    share,
    coded.reduce((sum, { values }) => sum + values.length, 0),
  );
  if (claimed > allowed) throw malformedUpdate(`it holds ${claimed} values, where ${allowed} were asked for`);
}

function requireFinite(values: Float32Array): void {
  const bad = firstNonFinite(values);
  if (bad < 0) return;
  throw new ProbSelectError(
    "models.non-finite-parameter",
    `Parameter ${bad} of the decoded update is ${values[bad]}. Lower the learning rate of the training.`,
  );
}
