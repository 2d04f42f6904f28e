// An aggregation that keeps all updates in a scratch folder and computes when the last has come.

import { createParameterSet, type ParameterSet } from "../../models/parameter-set.ts";
import { createMemoryScratch } from "./scratch/memory-scratch.ts";
import type { ScratchFolder } from "./scratch/scratch-folder.ts";
import type { Aggregation } from "./types.ts";
import { requireUpdates, requireUsableUpdate } from "./usable-update.ts";

/** @param compute the new model's values, of all updates that `scratch` has; at least one. */
export function keepUpdates(
  globalParameters: ParameterSet,
  scratch: ScratchFolder = createMemoryScratch(),
  compute: (scratch: ScratchFolder) => Promise<Float32Array>,
): Aggregation {
  return {
    async add(parameters, weight) {
      requireUsableUpdate(globalParameters, parameters, weight);
      await scratch.keep(parameters.values);
    },
    async finish() {
      requireUpdates(scratch.count);
      return createParameterSet(globalParameters.tensors, await compute(scratch));
    },
  };
}
