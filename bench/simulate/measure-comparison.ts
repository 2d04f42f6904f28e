// Ten policies on ten seeds of ten thousand devices, two hundred rounds each, on two worker threads, in a process of its own: as a
// comparison for a paper has it. Prints the result as JSON, the last line of stdout.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRunner } from "../../experiments/jobs/create-runner.ts";
import { learningContenders, staticContenders } from "../../experiments/studies/common/contenders.ts";
import { runCells, seedsFrom } from "../../experiments/studies/common/run-cells.ts";
import { peakRssBytes } from "../measurement.ts";
import { benchWorld } from "./worlds.ts";

export interface ComparisonTiming {
  readonly seconds: number;
  readonly runs: number;
  readonly peakRssBytes: number;
}

const REQUIRED_UPDATES = 100;
const [size = 0, rounds = 0, seeds = 0] = (process.argv[2] ?? "").split("x").map(Number);
/** Without those that ask whoever qualifies or know the truth, which decide about as much and settle more. */
const policies = [...staticContenders(REQUIRED_UPDATES), ...learningContenders(REQUIRED_UPDATES)].filter(
  ({ label }) => label !== "oracle" && label !== "probselect (all)",
);
const world = benchWorld(size, rounds);
const cells = seedsFrom(1, seeds).flatMap((seed) => policies.map((policy) => ({ setting: {}, world, policy, seed })));
const cacheFolder = await mkdtemp(join(tmpdir(), "probselect-bench-"));
const begun = performance.now();
const runner = await createRunner({ threads: 2, cacheFolder, onWarning: console.error });
try {
  await runCells(cells, { runner, onProgress: () => {}, signal: new AbortController().signal });
} finally {
  await runner.close();
  await rm(cacheFolder, { recursive: true });
}
const timing: ComparisonTiming = {
  seconds: (performance.now() - begun) / 1000,
  runs: cells.length,
  peakRssBytes: peakRssBytes(),
};
console.log(JSON.stringify(timing));
