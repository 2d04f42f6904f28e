// The model that travels: made of numbers, so that both processes can make the same one.

import { seededRandom } from "../../foundation/random-source.ts";
import { encodeParameterFile } from "../../models/parameter-file.ts";
import { createParameterSet, type TensorLayout } from "../../models/parameter-set.ts";

/** 100 MB of float32. */
const PARAMETER_COUNT = 25e6;
/** As an aggregator's default. */
export const PART_BYTES = 4 * 2 ** 20;

export function madeModel(): { readonly layout: readonly TensorLayout[]; readonly file: Uint8Array } {
  const layout = [{ name: "kernel", shape: [PARAMETER_COUNT] }];
  const random = seededRandom(1, "transfer");
  const some = Float32Array.from({ length: 65_521 }, () => random.next() - 0.5);
  const values = new Float32Array(PARAMETER_COUNT);
  for (let from = 0; from < values.length; from += some.length) {
    values.set(some.subarray(0, values.length - from), from);
  }
  return { layout, file: encodeParameterFile(createParameterSet(layout, values)) };
}
