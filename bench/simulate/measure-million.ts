// A million devices through a thousand rounds of null training under quorum, in a process of its own. Started by simulate.ts with the
// number of devices and of rounds; prints the result as JSON, the last line of stdout.

import { runCell } from "../../experiments/simulation/run-cell.ts";
import { policyOf } from "../../experiments/studies/common/run-cells.ts";
import { peakRssBytes } from "../measurement.ts";
import { benchWorld } from "./worlds.ts";

export interface MillionTiming {
  readonly seconds: number;
  readonly meanCompleted: number;
  readonly peakRssBytes: number;
}

const [size = 0, rounds = 0] = (process.argv[2] ?? "").split("x").map(Number);
const begun = performance.now();
const policy = policyOf("quorum", { settings: { requiredUpdates: 100 } });
const result = await runCell(
  { world: benchWorld(size, rounds), policy, seed: 1 },
  {
    ...{ dataFolder: undefined, threads: 1, checkpoints: null },
    ...{ onProgress: () => {}, signal: new AbortController().signal },
  },
);
const timing: MillionTiming = {
  seconds: (performance.now() - begun) / 1000,
  meanCompleted: result.rounds.reduce((sum, { completedCount }) => sum + completedCount, 0) / result.rounds.length,
  peakRssBytes: peakRssBytes(),
};
console.log(JSON.stringify(timing));
