// One workload on one back-end in a fresh process, from its start to its end: cold start, warm steps, parameter file, memory.

import { type CellPlan, type MeasuredCell, measureCells } from "../../client/calibration/measure-cells.ts";
import type { Burst, SerialisationTimes, TimedBurst, TimingReady } from "../../client/calibration/timing-protocol.ts";
import { TimingThread } from "../../client/calibration/timing-thread.ts";
import { wallClock } from "../../foundation/clock.ts";
import type { BackendName } from "../../models/tensorflow/backend.ts";
import { formatSeconds } from "../../selection/quantities.ts";

/** A first step that takes longer is given up. */
const FIRST_STEP_LIMIT_SECONDS = 60;
const SERIALISATION_REPEATS = 15;

export interface TimingEffort {
  /** Bursts besides the first, which is dropped. */
  readonly turns: number;
  /** No further burst begins after so long, but there are always three. */
  readonly maximumSecondsPerCell: number;
  /** A workload whose warm step takes longer is skipped. */
  readonly longestStepSeconds: number;
}

export interface WorkloadTiming {
  readonly readySeconds: number;
  /** The first step alone. */
  readonly cold: TimedBurst;
  readonly cell: MeasuredCell;
  /** Those that the cell is made of. */
  readonly bursts: readonly TimedBurst[];
  /** Steps that were trained and are no timed ones. */
  readonly droppedSteps: number;
  readonly serialisation: SerialisationTimes;
}

export type WorkloadOutcome =
  | { readonly kind: "timed"; readonly ready: TimingReady; readonly timing: WorkloadTiming }
  | {
      readonly kind: "skipped";
      readonly ready: TimingReady;
      readonly reason: string;
      /** Of a warm step; null where the first one never ended. */
      readonly secondsPerStep: number | null;
    };

/**
 * @param onProgress told the share done, 0..1.
 * @throws {ProbSelectError} models.no-usable-backend; client.worker-crashed, also once `signal` aborts; what trainLocally throws.
 */
export async function timeWorkload(
  { backend, plan }: { readonly backend: BackendName; readonly plan: CellPlan },
  effort: TimingEffort,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<WorkloadOutcome> {
  const began = wallClock.nowSeconds();
  const thread = await TimingThread.start(backend, { kind: "process", signal });
  const readySeconds = wallClock.nowSeconds() - began;
  const stop = () => void thread.close();
  signal.addEventListener("abort", stop, { once: true });
  const bursts: TimedBurst[] = [];
  const timeBurst = async (burst: Burst) => {
    const timed = await thread.burst(burst);
    bursts.push(timed);
    return timed;
  };
  try {
    const { ready } = thread;
    const cold = await withinLimit(() => timeBurst({ ...plan, steps: 0 }), stop);
    if (cold === null) return { kind: "skipped", ready, reason: neverEnded, secondsPerStep: null };
    const { longestStepSeconds } = effort;
    const seconds =
      cold.wholeSeconds <= longestStepSeconds ? 0 : await warmStep(() => timeBurst({ ...plan, steps: 1 }));
    if (seconds > longestStepSeconds) {
      return { kind: "skipped", ready, reason: tooSlow(seconds, longestStepSeconds), secondsPerStep: seconds };
    }
    const cell = await warmSteps(
      { time: async (burst) => (await timeBurst(burst)).stepSeconds },
      plan,
      effort,
      onProgress,
    );
    const serialisation = await thread.serialise({ ...plan, repeats: SERIALISATION_REPEATS });
    const droppedSteps = bursts.reduce((sum, { stepCount }) => sum + stepCount, 0) - cell.steps;
    const timing = { readySeconds, cold, cell, bursts: bursts.slice(-cell.repeats), droppedSteps, serialisation };
    return { kind: "timed", ready, timing };
  } finally {
    signal.removeEventListener("abort", stop);
    await thread.close();
  }
}

/** @returns null if it took too long; the thread has then been ended by `giveUp`. */
async function withinLimit(work: () => Promise<TimedBurst>, giveUp: () => void): Promise<TimedBurst | null> {
  let isGivenUp = false;
  const timer = setTimeout(() => {
    isGivenUp = true;
    giveUp();
  }, 1000 * FIRST_STEP_LIMIT_SECONDS);
  try {
    return await work();
  } catch (thrown) {
    if (isGivenUp) return null;
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

const neverEnded = `its first step did not end within ${FIRST_STEP_LIMIT_SECONDS} s`;

/** A slow first step may be its compilation: then the next ones decide. */
async function warmStep(burst: () => Promise<TimedBurst>): Promise<number> {
  return Math.min(...(await burst()).stepSeconds);
}

function tooSlow(seconds: number, longest: number): string {
  return `a warm step takes ${formatSeconds(seconds)}, more than ${formatSeconds(longest)} (--longest-step-seconds)`;
}

async function warmSteps(
  thread: Pick<TimingThread, "time">,
  plan: CellPlan,
  { turns, maximumSecondsPerCell: maximumSeconds }: TimingEffort,
  onProgress: (fraction: number) => void,
): Promise<MeasuredCell> {
  const [cell] = await measureCells({
    ...{ thread, cells: [plan], turns, maximumSeconds, clock: wallClock },
    onProgress: ({ fraction }) => onProgress(fraction),
  });
  if (cell === undefined) throw new Error("a cell was planned, and none was measured");
  return cell;
}
