// The plan of a calibration: short bursts of every cell in turns, so that a busy spell of the machine meets all of them.

import type { Clock } from "../../foundation/clock.ts";
import type { Architecture } from "../../models/architecture.ts";
import { type StepStatistics, stepStatistics } from "./step-statistics.ts";
import type { TimingThread } from "./timing-thread.ts";

/** Long enough for some steps of a small network, short enough for many turns. */
const BURST_SECONDS = 0.15;
const LEAST_TURNS = 3;
const LEAST_STEPS = 2;
const MOST_STEPS = 40;
/** Steps of the first turn, which warms up and finds out how many steps a burst takes. */
const PILOT_STEPS = 2;

/** A network at a batch size. */
export interface CellPlan {
  readonly architecture: Architecture;
  readonly batchSize: number;
}

export interface MeasuredCell extends CellPlan, StepStatistics {}

export interface MeasurementProgress {
  /** Share of the bursts done, 0..1, by the time that they are expected to take. */
  readonly fraction: number;
  readonly secondsLeft: number | null;
  /** The network that is timed now. */
  readonly network: string;
}

/**
 * Times each cell.
 *
 * @param options.turns bursts of each cell, besides the first, which is dropped.
 * @throws {ProbSelectError} what the thread throws.
 */
export async function measureCells(options: {
  readonly thread: Pick<TimingThread, "time">;
  readonly cells: readonly CellPlan[];
  readonly turns: number;
  /** On a busy machine no further turn begins after so long, but there are always three. */
  readonly maximumSeconds: number;
  readonly clock: Pick<Clock, "nowSeconds">;
  readonly onProgress?: (progress: MeasurementProgress) => void;
}): Promise<readonly MeasuredCell[]> {
  const { thread, cells, turns, maximumSeconds, clock, onProgress } = options;
  const pilots: number[] = [];
  for (const { architecture, batchSize } of cells) {
    onProgress?.({ fraction: 0, secondsLeft: null, network: architecture.name });
    pilots.push(Math.min(...(await thread.time({ architecture, batchSize, steps: PILOT_STEPS }))));
  }
  const steps = pilots.map((seconds) => burstSteps(seconds));
  // A burst trains one more step than it times.
  const expected = pilots.map((seconds, index) => seconds * ((steps[index] as number) + 1));
  const total = turns * expected.reduce((sum, seconds) => sum + seconds, 0);
  const started = clock.nowSeconds();
  const bursts: (readonly number[])[][] = cells.map(() => []);
  let done = 0;
  for (let turn = 0; turn < turns; turn++) {
    if (turn >= LEAST_TURNS && clock.nowSeconds() - started > maximumSeconds) break;
    for (const [index, { architecture, batchSize }] of cells.entries()) {
      const fraction = done / total;
      const spent = clock.nowSeconds() - started;
      const secondsLeft = fraction > 0 ? (spent * (1 - fraction)) / fraction : total;
      onProgress?.({ fraction, secondsLeft, network: architecture.name });
      bursts[index]?.push(await thread.time({ architecture, batchSize, steps: steps[index] as number }));
      done += expected[index] as number;
    }
  }
  return cells.map((cell, index) => ({ ...cell, ...stepStatistics(bursts[index] ?? []) }));
}

/**
 * How long `measureCells` takes for a cell alone.
 *
 * @example expectedMeasuringSeconds(0.01, { turns: 12, maximumSeconds: 10 }) // 1.95: three steps, then 12 bursts of 15 + 1
 */
export function expectedMeasuringSeconds(
  secondsPerStep: number,
  { turns, maximumSeconds }: { readonly turns: number; readonly maximumSeconds: number },
): number {
  const burstSeconds = secondsPerStep * (burstSteps(secondsPerStep) + 1);
  // No turn begins after that time.
  const begun = Math.max(LEAST_TURNS, Math.floor(maximumSeconds / burstSeconds) + 1);
  return secondsPerStep * (PILOT_STEPS + 1) + burstSeconds * Math.min(turns, begun);
}

/** Steps of a burst. @example burstSteps(0.01) // 15 */
export function burstSteps(secondsPerStep: number): number {
  return Math.max(LEAST_STEPS, Math.min(MOST_STEPS, Math.round(BURST_SECONDS / secondsPerStep)));
}
