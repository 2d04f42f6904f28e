// The file format of parameters, on the wire and on disk: a safetensors file of Float32 tensors.

import { ProbSelectError } from "../foundation/errors.ts";
import { type Architecture, shapeLayers } from "./architecture.ts";
import { createParameterSet, layoutDifference, type ParameterSet, type TensorLayout } from "./parameter-set.ts";
import { decodeTensorHead, encodeTensorFile, tensorDataOffset, tensorFileByteLength } from "./safetensors-file.ts";

const BYTES_PER_VALUE = 4;

/** The trainable tensors of a network, in the order in which a parameter file holds them. */
export function parameterLayout(architecture: Architecture): readonly TensorLayout[] {
  return shapeLayers(architecture).flatMap(({ tensors }) => tensors);
}

/**
 * The set as one file. The header is padded with spaces so that the values lie on an 8-byte boundary and a reader can view
 * them without a copy; equal sets give equal bytes.
 */
export function encodeParameterFile(set: ParameterSet): Uint8Array {
  return encodeTensorFile(
    set.tensors.map(({ name, shape, values }) => {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      return { name, shape, type: "F32", bytes };
    }),
  );
}

/** Size of `encodeParameterFile`'s result for a set of that layout, without making one. */
export function parameterFileByteLength(layout: readonly TensorLayout[]): number {
  return tensorFileByteLength(layout.map(({ name, shape }) => ({ name, shape, type: "F32" })));
}

/**
 * Reads a parameter file and checks it completely: header, types, and that the tensors fill the data without gap or
 * overlap. The values are a view of `file` where its alignment allows, else a copy. They may still be NaN.
 *
 * @param expected the layout that the file must have, if one is given.
 * @throws {ProbSelectError} models.malformed-parameter-file, models.shape-mismatch
 */
export function decodeParameterFile(file: Uint8Array, expected?: readonly TensorLayout[]): ParameterSet {
  const dataOffset = tensorDataOffset(file, file.byteLength);
  const layout = decodeParameterHead(file.subarray(0, dataOffset), file.byteLength, expected);
  const dataBytes = file.byteLength - dataOffset;
  const start = file.byteOffset + dataOffset;
  const values =
    start % BYTES_PER_VALUE === 0
      ? new Float32Array(file.buffer, start, dataBytes / BYTES_PER_VALUE)
      : // Not file.slice(): a Node Buffer's slice is no copy.
        new Float32Array(new Uint8Array(file.subarray(dataOffset)).buffer);
  return createParameterSet(layout, values);
}

/**
 * The tensors of a file by what lies before its values: all of `decodeParameterFile`'s checks.
 *
 * @param head the file's bytes up to `tensorDataOffset`.
 * @param expected the layout that the file must have, if one is given.
 * @throws {ProbSelectError} models.malformed-parameter-file, models.shape-mismatch
 */
export function decodeParameterHead(
  head: Uint8Array,
  fileBytes: number,
  expected?: readonly TensorLayout[],
): readonly TensorLayout[] {
  const { tensors } = decodeTensorHead(head, fileBytes, ["F32"]);
  const difference = expected && layoutDifference(expected, tensors);
  if (!difference) return tensors;
  throw new ProbSelectError(
    "models.shape-mismatch",
    `The parameter file does not fit the model: ${difference}. Send the parameters of the model that the task names.`,
  );
}
