// The global model as a round sees it: the newest version of the store, read and replaced as parameters.

import { decodeParameterFile, encodeParameterFile } from "../../models/parameter-file.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import type { GlobalModel, StoredModel } from "../rounds/types.ts";
import type { ModelStore } from "./model-store.ts";

/** Saves `initialParameters` as version 0 and returns the model that begins with it. */
export async function createGlobalModel(store: ModelStore, initialParameters: ParameterSet): Promise<GlobalModel> {
  return globalModelFrom(store, await store.save(0, encodeParameterFile(initialParameters)));
}

/** The parameters of a version that the store keeps. */
export async function readModel(store: Pick<ModelStore, "read">, sha256: string): Promise<ParameterSet> {
  return decodeParameterFile(await store.read(sha256));
}

/** @param stored a version that the store keeps. */
export function globalModelFrom(store: ModelStore, stored: StoredModel): GlobalModel {
  let current = stored;
  return {
    get current() {
      return current;
    },
    read: () => readModel(store, current.sha256),
    async replace(modelVersion, parameters) {
      current = await store.save(modelVersion, encodeParameterFile(parameters));
      return current;
    },
  };
}
