// The global model as a round sees it: the newest version of the store, read and replaced as parameters.

import { decodeParameterFile, encodeParameterFile } from "../../models/parameter-file.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import type { GlobalModel } from "../rounds/round-engine.ts";
import type { ModelStore } from "./model-store.ts";

/** Saves `initialParameters` as version 0 and returns the model that begins with it. */
export async function createGlobalModel(store: ModelStore, initialParameters: ParameterSet): Promise<GlobalModel> {
  let current = await store.save(0, encodeParameterFile(initialParameters));
  return {
    get current() {
      return current;
    },
    read: async () => decodeParameterFile(await store.read(current.sha256)),
    async replace(modelVersion, parameters) {
      current = await store.save(modelVersion, encodeParameterFile(parameters));
      return current;
    },
  };
}
