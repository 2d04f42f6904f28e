// Goes through a run's rounds. From time to time it hands out the run's state, and goes on from one that is given.

import { deserialize, serialize } from "node:v8";
import { wallClock } from "../../foundation/clock.ts";
import type { JobContext } from "../jobs/job.ts";
import type { RoundRecord } from "./types.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** Between two saved states, and between two moments at which the thread answers others. */
const SECONDS_BETWEEN_CHECKPOINTS = 15;
const SECONDS_BETWEEN_PAUSES = 0.1;

/** A run that can be stopped between two rounds and go on. */
export interface ResumableRun {
  next(): RoundRecord | Promise<RoundRecord>;
  /** Plain data and typed arrays, as the last whole round left them: all that the rounds to come depend on. Also while `next` is at work. */
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
 * @throws what the signal is aborted with, after the state is saved: between two rounds, or in one that `next` promises, which is
 * then lost and done again; what `next` throws.
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
  const save = async () => checkpoints?.save(serialize({ rounds, state: run.read() } satisfies SavedRun));
  let savedAt = wallClock.nowSeconds();
  let pausedAt = savedAt;
  while (rounds.length < roundCount) {
    const next = run.next();
    const record = next instanceof Promise ? await unlessAborted(next, signal) : next;
    if (record === null) {
      // A round with training may take minutes, and nobody who stops a run waits for it.
      await save();
      throw signal.reason;
    }
    rounds.push(record);
    const now = wallClock.nowSeconds();
    if (now - pausedAt < SECONDS_BETWEEN_PAUSES) continue;
    pausedAt = now;
    onProgress(rounds.length / roundCount);
    await new Promise(setImmediate);
    const isDue = now - savedAt >= SECONDS_BETWEEN_CHECKPOINTS || signal.aborted;
    if (isDue && rounds.length < roundCount) {
      await save();
      savedAt = wallClock.nowSeconds();
    }
    signal.throwIfAborted();
  }
  return rounds;
}
