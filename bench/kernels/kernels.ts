// Training steps per second of the networks on each back-end: what this project's WebAssembly kernels bring over the plain
// JavaScript back-end, and over tfjs' wasm back-end as it is shipped, which cannot train a CNN.

import { median } from "simple-statistics";
import type { Benchmark, Measurement } from "../measurement.ts";
import { ratioOf } from "../measurement.ts";
import { runChild } from "../run-child.ts";

const models = ["mlp", "lenet5", "cnn-small"] as const;
const backends = ["wasm", "wasm as shipped", "cpu"] as const;
const BATCH_SIZE = 32;
/** Each cell is measured so often, in turns with the others, for so long. */
const TURNS = 3;
const SECONDS_PER_TURN = 2;

export interface Cell {
  readonly model: (typeof models)[number];
  readonly backend: (typeof backends)[number];
  readonly batchSize: number;
  readonly seconds: number;
}

export type CellResult = { readonly peakRssBytes: number } & (
  | { readonly stepsPerSecond: number }
  | { readonly cannotTrain: string }
);

export const kernels: Benchmark = {
  name: "kernels",
  summary: `training steps per second, batch ${BATCH_SIZE}, per network and back-end`,
  run: async (progress) => {
    const measurements: Measurement[] = [];
    for (const model of models) measurements.push(...(await compareBackends(model, progress)));
    return measurements;
  },
};

async function compareBackends(model: Cell["model"], progress: (line: string) => void): Promise<Measurement[]> {
  const results = new Map<Cell["backend"], CellResult[]>(backends.map((backend) => [backend, []]));
  for (let turn = 1; turn <= TURNS; turn++) {
    for (const backend of backends) {
      progress(`${model} on ${backend}, ${turn} of ${TURNS}`);
      results
        .get(backend)
        ?.push(await measureCell({ model, backend, batchSize: BATCH_SIZE, seconds: SECONDS_PER_TURN }));
    }
  }
  const rateOf = (backend: Cell["backend"]) => {
    const rates = (results.get(backend) ?? []).flatMap((cell) =>
      "stepsPerSecond" in cell ? [cell.stepsPerSecond] : [],
    );
    return rates.length > 0 ? median(rates) : null;
  };
  const row = (backend: Cell["backend"], against: Cell["backend"] | null): Measurement => {
    const cells = results.get(backend) ?? [];
    const refusal = cells.find((cell) => "cannotTrain" in cell);
    const rate = rateOf(backend);
    return {
      name: `${model} on ${backend}`,
      value: rate,
      unit: "steps/s",
      ratio: against === null ? null : ratioOf(rate, rateOf(against)),
      against: against === null || ratioOf(rate, rateOf(against)) === null ? null : against,
      peakRssBytes: Math.max(...cells.map((cell) => cell.peakRssBytes)),
      ...(refusal && "cannotTrain" in refusal ? { note: `cannot train: ${refusal.cannotTrain}` } : {}),
    };
  };
  const shipped = rateOf("wasm as shipped") === null ? [] : [row("wasm", "wasm as shipped")];
  return [row("wasm", "cpu"), ...shipped, row("wasm as shipped", "cpu"), row("cpu", null)];
}

/** In a process of its own, so that no back-end finds another's compiled code or memory. */
function measureCell(cell: Cell): Promise<CellResult> {
  return runChild<CellResult>(new URL("./measure-steps.ts", import.meta.url), JSON.stringify(cell));
}
