// The network that fuzz runs train, small enough that an upload costs next to nothing.

import { seededRandom } from "../../foundation/random-source.ts";
import { architectureSchema } from "../../models/architecture.ts";
import { encodeUpdate } from "../../models/compression/encode-update.ts";
import { maximumEncodedBytes } from "../../models/compression/maximum-encoded-bytes.ts";
import type { UpdateEncoding } from "../../models/compression/update-encoding.ts";
import { encodeParameterFile, parameterLayout } from "../../models/parameter-file.ts";
import { createParameterSet, type ParameterSet } from "../../models/parameter-set.ts";
import { padTensorFile } from "../../models/safetensors-file.ts";

/** Two dense layers: 2 x 4 + 4 + 4 x 1 + 1 = 17 parameters. */
export const tinyArchitecture = architectureSchema.parse({
  name: "tiny",
  inputShape: [2],
  layers: [
    { kind: "dense", name: "hidden", units: 4, activation: "relu" },
    { kind: "dense", name: "output", units: 1, activation: "linear" },
  ],
});

const layout = parameterLayout(tinyArchitecture);

/** Every parameter has this value. */
export function tinyParameters(value: number): ParameterSet {
  const count = layout.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  return createParameterSet(layout, new Float32Array(count).fill(value));
}

/** The file of an update from one model to another, coded if the run's updates are. */
export function updateFile(global: number, update: number, encoding: UpdateEncoding | undefined): Uint8Array {
  if (!encoding) return tinyFile(update);
  const sets = { global: tinyParameters(global), update: tinyParameters(update) };
  const { bytes } = encodeUpdate({ encoding, ...sets, random: seededRandom(1, "update") });
  return padTensorFile(bytes, maximumEncodedBytes(layout, encoding));
}

export const tinyFile = (value: number): Uint8Array => encodeParameterFile(tinyParameters(value));
