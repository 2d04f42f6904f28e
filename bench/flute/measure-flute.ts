// The task in a process of its own: start-up, data, 100 rounds, final evaluation. Started by flute.ts with the number of threads; prints
// what came of it as JSON, the last line of stdout.

import { runCell } from "../../experiments/simulation/run-cell.ts";
import { peakRssBytes } from "../measurement.ts";
import { fluteCell } from "./flute-task.ts";

export interface FluteRun {
  readonly accuracy: number;
  readonly loss: number;
  readonly updateCount: number;
  /** User and system, of all threads. */
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
}

const { rounds } = await runCell(fluteCell(), {
  dataFolder: undefined,
  threads: Number(process.argv[2]),
  checkpoints: null,
  onProgress: () => {},
  signal: new AbortController().signal,
});
const { loss, accuracy } = rounds.at(-1)?.evaluation ?? { loss: Number.NaN, accuracy: Number.NaN };
const updateCount = rounds.reduce((sum, { completedCount }) => sum + completedCount, 0);
const { user, system } = process.cpuUsage();
const run: FluteRun = {
  ...{ loss, accuracy, updateCount },
  cpuSeconds: (user + system) / 1e6,
  peakRssBytes: peakRssBytes(),
};
console.log(JSON.stringify(run));
