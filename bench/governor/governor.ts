// The back-end governor against each of the machine's back-ends held fixed: whole runs over sockets, in turns, on a small perceptron and a
// large convolutional network. The governor knows the devices' figures and the network's costs, and nothing measured.

import { median } from "simple-statistics";
import { type BackendName, isOffered } from "../../models/tensorflow/backends/names.ts";
import type { Benchmark, Measurement } from "../measurement.ts";
import { runChild } from "../run-child.ts";
import type { RunOrders, RunResult } from "./orders.ts";

const TURNS = 3;
/** The first round of a run does not count: a back-end that is used for the first time compiles. */
const ROUNDS = 4;
const jobs: readonly Pick<RunOrders, "model" | "exampleCount" | "batchSize">[] = [
  { model: "logistic-regression", exampleCount: 4096, batchSize: 8 },
  { model: "mlp", exampleCount: 4096, batchSize: 32 },
  { model: "cnn-small", exampleCount: 1024, batchSize: 32 },
  { model: "resnet18", exampleCount: 32, batchSize: 16 },
];
export const governor: Benchmark = {
  name: "governor",
  summary: "seconds of a round with the back-end that the governor chooses, against each back-end held fixed",
  isLong: true,
  run: async (progress) => {
    const found = await runChild<BackendName[]>(new URL("../kernels/list-backends.ts", import.meta.url), "");
    const backends = found.filter(isOffered);
    const measurements: Measurement[] = [];
    for (const job of jobs) measurements.push(...(await measureJob(job, backends, progress)));
    return measurements;
  },
};

async function measureJob(
  job: (typeof jobs)[number],
  backends: readonly BackendName[],
  progress: (line: string) => void,
): Promise<readonly Measurement[]> {
  const [first, ...others] = backends;
  if (first === undefined) return [];
  const sides: readonly (readonly [name: string, backends: RunOrders["backends"]])[] = [
    ["governed", [first, ...others]],
    ...backends.map((name) => [`${name} alone`, [name]] as const),
  ];
  const results = new Map<string, RunResult[]>(sides.map(([name]) => [name, []]));
  for (let turn = 1; turn <= TURNS; turn++) {
    for (const [name, offered] of sides) {
      progress(`${job.model}, ${name}, ${turn} of ${TURNS}`);
      const orders: RunOrders = { ...job, backends: offered, rounds: ROUNDS };
      results
        .get(name)
        ?.push(await runChild<RunResult>(new URL("./governed-run.ts", import.meta.url), JSON.stringify(orders)));
    }
  }
  return rowsOf(job.model, results, progress);
}

function rowsOf(
  model: string,
  results: ReadonlyMap<string, readonly RunResult[]>,
  progress: (line: string) => void,
): readonly Measurement[] {
  const secondsOf = (runs: readonly RunResult[]) => median(runs.map(({ seconds }) => median(seconds.slice(1))));
  const governed = results.get("governed") ?? [];
  const fixed = [...results].filter(([name]) => name !== "governed");
  const [best] = [...fixed].sort(([, one], [, other]) => secondsOf(one) - secondsOf(other));
  const used = [...new Set(governed.flatMap((run) => run.used))].join(", ");
  for (const sentence of new Set(governed.map(({ decision }) => decision))) progress(`${model}: ${sentence}`);
  const row = (
    name: string,
    runs: readonly RunResult[],
    against?: readonly [string, readonly RunResult[]],
  ): Measurement => ({
    name: `${model}, ${name}`,
    value: secondsOf(runs),
    unit: "s a round",
    ratio: against ? secondsOf(against[1]) / secondsOf(runs) : null,
    against: against?.[0] ?? null,
    peakRssBytes: Math.max(...runs.map(({ peakRssBytes }) => peakRssBytes)),
  });
  return [row(`governed (${used})`, governed, best), ...fixed.map(([name, runs]) => row(name, runs))];
}
