// What a run keeps open: its parts, its stores and its journal, all under the output folder, new or as an earlier start left them.

import type { AggregatorOptions } from "./aggregator-options.ts";
import type { ServerConfig } from "./config.ts";
import { blamingDisk } from "./files/cannot-write.ts";
import { Journal, type JournalListeners } from "./journal/journal.ts";
import { createGlobalModel, globalModelFrom } from "./models/global-model.ts";
import { ModelStore } from "./models/model-store.ts";
import { prepareRun } from "./prepare-run.ts";
import { keepArchitecture } from "./recovery/kept-architecture.ts";
import { type ResumedRun, recoverRun, setCheckpointsAside } from "./recovery/recover-run.ts";
import { openRunKey, type RunFolder, runFolder } from "./recovery/run-folder.ts";
import { type RunLock, takeRunLock } from "./recovery/run-lock.ts";
import { basesOf, firstRoundAtWork } from "./rounds/asynchronous/retired-work.ts";
import type { GlobalModel } from "./rounds/types.ts";
import type { RunParts } from "./run-parts.ts";
import { UploadStore } from "./uploads/upload-store.ts";

export interface RunResources {
  readonly folder: RunFolder;
  readonly lock: RunLock;
  readonly parts: RunParts;
  readonly journal: Journal;
  readonly models: ModelStore;
  readonly globalModel: GlobalModel;
  readonly uploads: UploadStore;
  /** The run that goes on; undefined: a new one begins. */
  readonly resumed: ResumedRun | undefined;
}

/**
 * @throws {ProbSelectError} the code of a name in the configuration that nobody knows; server.folder-in-use, server.other-run,
 * server.nothing-to-resume, server.cannot-write.
 */
export async function openRunResources(
  config: ServerConfig,
  options: AggregatorOptions,
  listeners: JournalListeners,
): Promise<RunResources> {
  const parts = options.parts ?? (await prepareRun(config));
  const folder = runFolder(config.outputDirectory);
  let lock: RunLock | undefined;
  try {
    const key = await openRunKey(folder);
    lock = await takeRunLock(folder.lock);
    const resumed = await recoverRun(folder, config, options.resume ?? "auto");
    if (!resumed) await setCheckpointsAside(folder);
    await keepArchitecture(folder, parts.architecture, resumed !== undefined);
    const models = await ModelStore.open(folder.models, {
      versions: resumed?.models,
      pinned: basesOf(resumed?.checkpoint.work),
    });
    const current = resumed?.models.at(-1);
    return {
      ...{ folder, lock, parts, models, resumed },
      globalModel: current
        ? globalModelFrom(models, current)
        : await createGlobalModel(models, parts.initialParameters),
      uploads: await UploadStore.open(folder.spool, key, resumed && firstRoundAtWork(resumed.checkpoint)),
      journal: resumed?.journalEnd
        ? await Journal.reopen(folder.journal, resumed.journalEnd, listeners)
        : await Journal.create(folder.journal, listeners),
    };
  } catch (thrown) {
    await lock?.release();
    await parts.close();
    throw blamingDisk(thrown, folder.path);
  }
}
