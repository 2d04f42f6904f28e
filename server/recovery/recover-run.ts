// Looks into a run's folder: is there a run that was cut off or stopped, and from where does it go on?

import { createHash } from "node:crypto";
import { readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { ProbSelectError } from "../../foundation/errors.ts";
import { type ServerConfig, serverConfigSchema } from "../config.ts";
import type { JournalPlace } from "../journal/read-journal.ts";
import type { StoredModel } from "../rounds/types.ts";
import { type Checkpoint, type FoundCheckpoint, planPath, readCheckpoints, statePath } from "./checkpoint.ts";
import { type KeptState, readState } from "./kept-state.ts";
import { type OpenRound, replayTail } from "./replay-tail.ts";
import type { RunFolder } from "./run-folder.ts";
import { PULSE_INTERVAL_SECONDS, readPulse } from "./run-pulse.ts";
import { differences } from "./same-run.ts";

/** "auto" goes on with a run that has not come to its end; "always" with a finished one too, for more rounds; "never" begins anew. */
export type ResumeMode = "auto" | "always" | "never";

export interface ResumedRun {
  readonly checkpoint: Checkpoint;
  readonly state: KeptState;
  /** Oldest first; the last is the checkpoint's. */
  readonly models: readonly StoredModel[];
  /** Undefined: a new journal begins. */
  readonly journalEnd: JournalPlace | undefined;
  readonly openRound: (OpenRound & { readonly elapsedSeconds: number }) | undefined;
  /** Who was connected when the aggregator stopped. */
  readonly connected: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

/**
 * The run to go on with, or undefined where a new one begins.
 *
 * @throws {ProbSelectError} server.other-run if the folder holds an unfinished run with another configuration or one of which no
 * checkpoint can be read; server.nothing-to-resume if `mode` is "always" and there is none.
 */
export async function recoverRun(
  folder: RunFolder,
  config: ServerConfig,
  mode: ResumeMode,
): Promise<ResumedRun | undefined> {
  if (mode === "never") return undefined;
  const found = await readCheckpoints(folder.checkpoints);
  if (found.length === 0) {
    if (mode === "auto") return undefined;
    throw new ProbSelectError(
      "server.nothing-to-resume",
      `There is no run in ${folder.path} that could go on. Start it without --resume, or name its folder with --out.`,
    );
  }
  const usable = await firstUsable(folder, found);
  const run = usable && (await resumeFrom(folder, config, usable));
  if (!run) {
    const rounds = found.map(({ round }) => round).join(", ");
    throw new ProbSelectError(
      "server.other-run",
      `${folder.path} holds a run of which no checkpoint can be used (rounds ${rounds}: torn or damaged). Restore the folder from a ` +
        "backup, or begin anew with --fresh.",
    );
  }
  if (mode === "auto" && (run.finished === "completed" || isEmpty(run))) return undefined;
  const { config: old } = run.resumed.checkpoint;
  // What a release before this one did not know yet has its default.
  const known = serverConfigSchema.safeParse(old);
  const changed = differences(known.success ? known.data : old, config);
  if (changed.length === 0) return run.resumed;
  throw new ProbSelectError(
    "server.other-run",
    `${folder.path} holds an unfinished run after round ${run.resumed.checkpoint.round} with another configuration (${changed.slice(0, 5).join("; ")}). ` +
      "Give it the same to go on, another folder with --out, or begin anew with --fresh.",
  );
}

/** No round was begun: there is nothing to lose, and the configuration may just have been mended. */
function isEmpty({ resumed, hasBegun }: { readonly resumed: ResumedRun; readonly hasBegun: boolean }): boolean {
  return resumed.checkpoint.round === 0 && !hasBegun;
}

interface UsableCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly state: KeptState;
  readonly models: readonly StoredModel[];
  readonly warnings: readonly string[];
}

/** The latest checkpoint whose files are whole. */
async function firstUsable(
  folder: RunFolder,
  found: readonly FoundCheckpoint[],
): Promise<UsableCheckpoint | undefined> {
  const warnings: string[] = [];
  for (const [index, { round, checkpoint }] of found.entries()) {
    const model = checkpoint && (await wholeModel(folder, checkpoint));
    const state = checkpoint && (await readState(statePath(folder.checkpoints, round)));
    if (checkpoint && model && state) {
      const older = await Promise.all(
        found.slice(index + 1).map(({ checkpoint: one }) => one && wholeModel(folder, one)),
      );
      const bases = await Promise.all((checkpoint.work ?? []).map((work) => wholeModel(folder, work)));
      const models = inOrder([...older, ...bases], model);
      return { checkpoint, state, models, warnings };
    }
    const what = !checkpoint
      ? "is torn or damaged"
      : !model
        ? "names a model that is gone or damaged"
        : "has a damaged state";
    warnings.push(`The checkpoint of round ${round} ${what}; the one before is used.`);
  }
  return undefined;
}

/** Those that are there, each once and oldest first, before the current one. */
function inOrder(others: readonly (StoredModel | undefined)[], current: StoredModel): readonly StoredModel[] {
  const there = others.filter((one) => one !== undefined).filter(({ sha256 }) => sha256 !== current.sha256);
  const bySha256 = new Map(there.map((one) => [one.sha256, one]));
  return [...[...bySha256.values()].sort((a, b) => a.modelVersion - b.modelVersion), current];
}

async function wholeModel(
  folder: RunFolder,
  { model, modelVersion }: Pick<Checkpoint, "model" | "modelVersion">,
): Promise<StoredModel | undefined> {
  const path = join(folder.models, `${model.sha256}.safetensors`);
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes || createHash("sha256").update(bytes).digest("hex") !== model.sha256) return undefined;
  return { modelVersion, path, ...model };
}

async function resumeFrom(folder: RunFolder, config: ServerConfig, usable: UsableCheckpoint) {
  const { checkpoint } = usable;
  const nextRound = checkpoint.round + 1;
  const tail = await replayTail(folder.journal, {
    place: checkpoint.journal,
    nextRound,
    connected: checkpoint.connectedClientIds,
  });
  const isSecure = config.aggregation.secure !== undefined;
  const planned = isSecure ? undefined : tail.openRound && (await readState(planPath(folder.checkpoints, nextRound)));
  const warnings = [...usable.warnings, ...tail.warnings];
  if (tail.openRound && isSecure) {
    warnings.push(`Round ${nextRound} was secure: its keys went with the process, and it begins anew with others.`);
  } else if (tail.openRound && !planned) {
    warnings.push(`What the plan of round ${nextRound} had changed is gone; the round is planned anew.`);
  }
  const openRound = tail.openRound &&
    planned && { ...tail.openRound, elapsedSeconds: await elapsed(folder, config, tail.openRound) };
  const resumed: ResumedRun = {
    checkpoint,
    state: planned ?? usable.state,
    models: usable.models,
    journalEnd: tail.end,
    openRound,
    connected: tail.connected,
    warnings,
  };
  const hasBegun = openRound !== undefined || (isSecure && tail.openRound !== undefined);
  return { resumed, finished: tail.finished, hasBegun };
}

/**
 * On the round's clock: what the pulse says. A round that is too young for one has the journal's times, which are the wall clock's and
 * may have jumped: they count for no more than the age at which it would have had a pulse.
 */
async function elapsed({ pulse: path }: RunFolder, { clock }: ServerConfig, round: OpenRound): Promise<number> {
  const pulse = await readPulse(path);
  if (pulse?.round === round.plan.round) return pulse.elapsedSeconds;
  const wallSeconds = Math.min(round.elapsedWallSeconds, PULSE_INTERVAL_SECONDS);
  if (clock.kind === "wall") return wallSeconds;
  return round.isClockStarted ? wallSeconds * clock.emulatedSecondsPerWallSecond : 0;
}

/** Puts the checkpoints of an earlier run aside, so that those of a new one never mix with them. */
export async function setCheckpointsAside({ checkpoints }: RunFolder): Promise<void> {
  const exists = (path: string) =>
    stat(path).then(
      () => true,
      () => false,
    );
  if (!(await exists(checkpoints))) return;
  for (let number = 1; ; number++) {
    if (await exists(`${checkpoints}.${number}`)) continue;
    return rename(checkpoints, `${checkpoints}.${number}`);
  }
}
