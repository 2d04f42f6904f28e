// A trained network as one safetensors file that needs nothing beside it: the tensors under their names, and in its metadata the
// architecture. `probselect server --model global.safetensors` goes on from it.

import { ProbSelectError } from "../../foundation/errors.ts";
import { type Architecture, architectureSchema } from "../architecture.ts";
import { decodeParameterFile, parameterLayout } from "../parameter-file.ts";
import type { ParameterSet } from "../parameter-set.ts";
import { decodeTensorHead, encodeTensorFile, tensorDataOffset } from "../safetensors-file.ts";

const ARCHITECTURE = "architecture";

/** @param metadata what else the file says of itself, as texts by name. */
export function encodeModelFile(
  architecture: Architecture,
  parameters: ParameterSet,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  return encodeTensorFile(
    parameters.tensors.map(({ name, shape, values }) => {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      return { name, shape, type: "F32", bytes };
    }),
    { ...metadata, [ARCHITECTURE]: JSON.stringify(architecture) },
  );
}

/**
 * The network in a file of `encodeModelFile`.
 *
 * @param source how errors name the file.
 * @throws {ProbSelectError} models.malformed-parameter-file if it is no such file or says nothing of its architecture;
 * models.shape-mismatch if its tensors are not the architecture's.
 */
export function decodeModelFile(
  file: Uint8Array,
  source: string,
): { readonly architecture: Architecture; readonly parameters: ParameterSet } {
  const head = file.subarray(0, tensorDataOffset(file, file.byteLength));
  const { metadata } = decodeTensorHead(head, file.byteLength, ["F32"]);
  const architecture = parseArchitecture(metadata[ARCHITECTURE], source);
  return { architecture, parameters: decodeParameterFile(file, parameterLayout(architecture)) };
}

function parseArchitecture(text: string | undefined, source: string): Architecture {
  try {
    if (text !== undefined) return architectureSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw malformed(`The architecture in the metadata of ${source} is none.`, cause);
  }
  throw malformed(`${source} holds tensors but does not say of which network.`);
}

function malformed(problem: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError(
    "models.malformed-parameter-file",
    `${problem} Give a file of "probselect export --format safetensors", or a tfjs model.json.`,
    { cause },
  );
}
