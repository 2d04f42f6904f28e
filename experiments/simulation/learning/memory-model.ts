// The global model of a simulated run: in memory that training threads share, since nobody downloads it.

import { createHash } from "node:crypto";
import { encodeParameterFile } from "../../../models/parameter-file.ts";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import type { GlobalModel, ModelVersion } from "../../../server/rounds/types.ts";
import { inSharedMemory } from "./client-shares.ts";

export class MemoryModel implements GlobalModel<ModelVersion> {
  #parameters: ParameterSet;
  #current: ModelVersion;

  constructor(modelVersion: number, parameters: ParameterSet) {
    this.#parameters = shared(parameters);
    this.#current = versionOf(modelVersion, parameters);
  }

  get current(): ModelVersion {
    return this.#current;
  }

  /** Treat as read-only. */
  get parameters(): ParameterSet {
    return this.#parameters;
  }

  async read(): Promise<ParameterSet> {
    return this.#parameters;
  }

  async replace(modelVersion: number, parameters: ParameterSet): Promise<ModelVersion> {
    this.set(modelVersion, parameters);
    return this.#current;
  }

  set(modelVersion: number, parameters: ParameterSet): void {
    this.#parameters = shared(parameters);
    this.#current = versionOf(modelVersion, parameters);
  }
}

function shared({ tensors, values }: ParameterSet): ParameterSet {
  const copy = inSharedMemory(Float32Array, values.length);
  copy.set(values);
  return createParameterSet(tensors, copy);
}

function versionOf(modelVersion: number, parameters: ParameterSet): ModelVersion {
  const file = encodeParameterFile(parameters);
  return { modelVersion, sha256: createHash("sha256").update(file).digest("hex"), byteLength: file.byteLength };
}
