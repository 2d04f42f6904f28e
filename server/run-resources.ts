// What a run keeps open: its parts, its stores and its journal, all under the output folder.

import { join } from "node:path";
import type { AggregatorOptions } from "./aggregator-options.ts";
import type { ServerConfig } from "./config.ts";
import { Journal } from "./journal/journal.ts";
import { createGlobalModel } from "./models/global-model.ts";
import { ModelStore } from "./models/model-store.ts";
import { prepareRun } from "./prepare-run.ts";
import type { GlobalModel } from "./rounds/round-engine.ts";
import type { RunParts } from "./run-parts.ts";
import { UploadStore } from "./uploads/upload-store.ts";

export interface RunResources {
  readonly parts: RunParts;
  readonly journal: Journal;
  readonly models: ModelStore;
  readonly globalModel: GlobalModel;
  readonly uploads: UploadStore;
}

/** @throws {ProbSelectError} the code of a name in the configuration that nobody knows. */
export async function openRunResources(config: ServerConfig, options: AggregatorOptions): Promise<RunResources> {
  const parts = options.parts ?? (await prepareRun(config));
  try {
    const folder = config.outputDirectory;
    const models = await ModelStore.open(join(folder, "models"));
    return {
      parts,
      models,
      globalModel: await createGlobalModel(models, parts.initialParameters),
      uploads: await UploadStore.open(join(folder, "spool")),
      journal: await Journal.create(join(folder, "journal.ndjson"), options.onEvent),
    };
  } catch (thrown) {
    await parts.close();
    throw thrown;
  }
}
