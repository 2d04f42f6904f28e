// What numpy and safetensors wrote: test/golden/update-encodings.py.

import type { RandomSource } from "../../../foundation/random-source.ts";
import { updateEncodingSchema } from "../../../models/compression/update-encoding.ts";
import { createParameterSet } from "../../../models/parameter-set.ts";
import golden from "../../golden/update-encodings.json" with { type: "json" };

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "base64"));
const float32 = (text: string) => new Float32Array(bytesOf(text).buffer);
const float64 = (text: string) => new Float64Array(bytesOf(text).buffer);

export const global = createParameterSet(golden.layout, float32(golden.global));
export const update = createParameterSet(golden.layout, float32(golden.update));
export const cases = golden.cases.map(({ encoding, file, decoded }) => ({
  encoding: updateEncodingSchema.parse(encoding),
  file: bytesOf(file),
  decoded: float32(decoded),
}));
export const halves = {
  values: float64(golden.halves.values),
  bits: new Uint16Array(bytesOf(golden.halves.bits).buffer),
};

/** The uniform numbers with which numpy rounded. */
export function replayedUniforms(): RandomSource {
  const uniforms = float64(golden.uniforms).values();
  return { next: () => uniforms.next().value ?? Number.NaN };
}
