// What the governor's benchmark asks of a run, and what it hears of it.

import type { BackendName } from "../../models/tensorflow/backends/names.ts";

export interface RunOrders {
  readonly model: string;
  readonly exampleCount: number;
  readonly batchSize: number;
  /** What the agent offers, its preference first. */
  readonly backends: readonly [BackendName, ...BackendName[]];
  readonly rounds: number;
}

export interface RunResult {
  /** Of each round, from dispatch to the last commit. */
  readonly seconds: readonly number[];
  /** The back-end of each round. */
  readonly used: readonly string[];
  /** What was said when the agent registered. */
  readonly decision: string;
  readonly peakRssBytes: number;
}
