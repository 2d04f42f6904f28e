// Goes through a run's rounds. From time to time it hands out the run's state, and goes on from one that is given.

import { deserialize, serialize } from "node:v8";
import { wallClock } from "../../foundation/clock.ts";
import type { JobContext } from "../jobs/job.ts";
import type { RoundRecord } from "./types.ts";

/** Between two saved states, and between two moments at which the thread answers others. */
const SECONDS_BETWEEN_CHECKPOINTS = 15;
const SECONDS_BETWEEN_PAUSES = 0.1;

/** A run that can be stopped between two rounds and go on. */
export interface ResumableRun {
  next(): RoundRecord | Promise<RoundRecord>;
  /** Plain data and typed arrays: all that the rounds to come depend on. */
  read(): unknown;
  /** @param state what `read` gave in a run of the same setup. */
  write(state: unknown): void;
}

/** A run as it is saved. */
interface SavedRun {
  readonly rounds: readonly RoundRecord[];
  readonly state: unknown;
}

/**
 * The records of all rounds, those before an interruption included.
 *
 * @throws what the signal is aborted with, between two rounds and after the state is saved; what `next` throws.
 */
export async function goThrough(
  run: ResumableRun,
  roundCount: number,
  { checkpoints, onProgress, signal }: Pick<JobContext, "checkpoints" | "onProgress" | "signal">,
): Promise<readonly RoundRecord[]> {
  const saved = await checkpoints?.load();
  const before = saved ? (deserialize(saved) as SavedRun) : undefined;
  if (before) run.write(before.state);
  const rounds: RoundRecord[] = [...(before?.rounds ?? [])];
  let savedAt = wallClock.nowSeconds();
  let pausedAt = savedAt;
  while (rounds.length < roundCount) {
    const record = run.next();
    rounds.push(record instanceof Promise ? await record : record);
    const now = wallClock.nowSeconds();
    if (now - pausedAt < SECONDS_BETWEEN_PAUSES) continue;
    pausedAt = now;
    onProgress(rounds.length / roundCount);
    await new Promise(setImmediate);
    const isDue = now - savedAt >= SECONDS_BETWEEN_CHECKPOINTS || signal.aborted;
    if (checkpoints && isDue && rounds.length < roundCount) {
      await checkpoints.save(serialize({ rounds, state: run.read() } satisfies SavedRun));
      savedAt = wallClock.nowSeconds();
    }
    signal.throwIfAborted();
  }
  return rounds;
}
