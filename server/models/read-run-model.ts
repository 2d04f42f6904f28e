// The global model of a run from its folder, while the run goes on or after it: the latest checkpoint's, or that of a round.

import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { Architecture } from "../../models/architecture.ts";
import { decodeParameterFile, parameterLayout } from "../../models/parameter-file.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import { parseConfig } from "../load-config.ts";
import { type Checkpoint, type FoundCheckpoint, readCheckpoints } from "../recovery/checkpoint.ts";
import { readArchitecture } from "../recovery/kept-architecture.ts";
import { type RunFolder, runFolder } from "../recovery/run-folder.ts";

export interface RunModel {
  readonly runName: string;
  /** The last round that is in it; 0 before the first. */
  readonly round: number;
  readonly modelVersion: number;
  /** Of the parameter file in the run's folder. */
  readonly sha256: string;
  readonly architecture: Architecture;
  readonly parameters: ParameterSet;
  /** Sentences on what was damaged, and what was used instead. */
  readonly warnings: readonly string[];
}

/**
 * @param round whose checkpoint it is to be; absent: the latest that is whole.
 * @throws {ProbSelectError} server.no-checkpoint if the folder holds no run, none with a checkpoint, or not that round's.
 */
export async function readRunModel(path: string, round?: number): Promise<RunModel> {
  const folder = runFolder(path);
  const found = await checkpointsOf(folder);
  if (round !== undefined && !found.some((one) => one.round === round)) {
    throw noCheckpoint(
      `${path} has no checkpoint of round ${round}. It keeps those of the rounds ${roundsOf(found)}; leave --round out for the latest.`,
    );
  }
  const warnings: string[] = [];
  for (const { round: candidate, checkpoint } of found) {
    if (round !== undefined && candidate !== round) continue;
    const file = checkpoint && (await wholeFile(folder, checkpoint));
    if (checkpoint && file) return { ...(await modelOf(folder, checkpoint, file)), warnings };
    warnings.push(`The checkpoint of round ${candidate} is damaged, or its model is.`);
  }
  throw noCheckpoint(
    `${warnings.join(" ")} Restore ${path} from a backup, or export another round: ${roundsOf(found)}.`,
  );
}

const roundsOf = (found: readonly FoundCheckpoint[]) => found.map(({ round }) => round).join(", ");

/** The latest first; at least one. */
async function checkpointsOf(folder: RunFolder): Promise<readonly FoundCheckpoint[]> {
  const found = await readCheckpoints(folder.checkpoints);
  if (found.length > 0) return found;
  const advice = "Give the folder that a server or the demo wrote, e.g. runs/run.";
  const entry = await stat(folder.path).catch(() => undefined);
  if (!entry) throw noCheckpoint(`There is no folder ${folder.path}. ${advice}`);
  if (!entry.isDirectory()) throw noCheckpoint(`${folder.path} is a file, not the folder of a run. ${advice}`);
  const hasJournal = (await readdir(folder.path)).includes("journal.ndjson");
  throw noCheckpoint(
    hasJournal
      ? `The run in ${folder.path} has no checkpoint yet. It writes the first one before its first round: wait until clients have joined.`
      : `${folder.path} holds no run: it has no checkpoints. ${advice}`,
  );
}

/** The parameter file that the checkpoint names, if it is there and whole. */
async function wholeFile({ models }: RunFolder, { model }: Checkpoint): Promise<Uint8Array | undefined> {
  const bytes = await readFile(join(models, `${model.sha256}.safetensors`)).catch(() => undefined);
  return bytes && createHash("sha256").update(bytes).digest("hex") === model.sha256 ? bytes : undefined;
}

async function modelOf(
  folder: RunFolder,
  { round, modelVersion, model: { sha256 }, config }: Checkpoint,
  file: Uint8Array,
): Promise<Omit<RunModel, "warnings">> {
  const architecture = (await readArchitecture(folder)) ?? (await configuredArchitecture(config, folder.path));
  return {
    ...{ runName: String(config.runName), round, modelVersion, sha256, architecture },
    parameters: decodeParameterFile(file, parameterLayout(architecture)),
  };
}

/** Of a run that kept no architecture: what its configuration names, made anew. */
async function configuredArchitecture(content: Checkpoint["config"], path: string): Promise<Architecture> {
  const { model, dataset, seed } = parseConfig(content, `the configuration in ${path}`);
  const { findDataset } = await import("../../workloads/find-dataset.ts");
  const { loadModel } = await import("../load-model.ts");
  const { shape: data } = await findDataset(dataset);
  return (await loadModel(model, { data, initialWeights: "seed", seed })).architecture;
}

function noCheckpoint(message: string): ProbSelectError {
  return new ProbSelectError("server.no-checkpoint", message);
}
