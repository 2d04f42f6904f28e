// Adding clients' updates of 100 MB to the running mean, in bytes touched per second, beside a copy in memory. Bytes touched are those
// that the work needs to read and write: for a copy 4 + 4 a float32, for a sum 4 (the value) + 8 + 8 (the sum, read and written),
// for a change from the global model 4 more. What an implementation reads twice, or copies on its way, does not count for it.

import { plainArithmetic } from "../models/arithmetic/plain-arithmetic.ts";
import { createParameterSet, type ParameterSet } from "../models/parameter-set.ts";
import { fedAvg } from "../server/aggregation/fedavg.ts";
import { createFedNova } from "../server/aggregation/fednova.ts";
import { type Benchmark, interleave, type Measurement, peakRssBytes } from "./measurement.ts";

/** 100 MB of float32, and 200 MB of sums. */
const PARAMETER_COUNT = 25e6;
/** Together beyond any cache. */
const UPDATE_COUNT = 4;
const TURNS = 5;
const COPY_BYTES = 4 + 4;
const SUM_BYTES = 4 + 8 + 8;
const CHANGE_BYTES = SUM_BYTES + 4;

export const accumulate: Benchmark = {
  name: "accumulate",
  summary: `add ${UPDATE_COUNT} updates of 100 MB to a running mean, against a copy in memory, in bytes touched`,
  run: async () => {
    const { updates, global } = madeUpdates();
    const weight = { exampleCount: 100, datasetExampleCount: 100, stepCount: 10 };
    const mean = fedAvg.begin(global);
    const normalised = createFedNova({ momentum: 0 }).begin(global);
    const plainSums = new Float64Array(PARAMETER_COUNT);
    const copies = updates.map(({ values }) => new Float32Array(values.length));
    const withEach = (work: (update: ParameterSet, index: number) => void) => () => {
      for (const [index, update] of updates.entries()) work(update, index);
    };
    const sides = {
      "copy in memory": withEach(({ values }, index) => copies[index]?.set(values)),
      "add, FedAvg": withEach((update) => mean.add(update, weight)),
      "add, FedNova": withEach((update) => normalised.add(update, weight)),
      "check and add, plain loops": withEach(({ values }) => {
        if (plainArithmetic.firstNonFinite(values) >= 0) throw new Error("a made value is not finite");
        plainArithmetic.addWeighted(plainSums, values, weight.exampleCount);
      }),
    };
    const seconds = await interleave(sides, TURNS);
    const rate = (name: keyof typeof sides, bytes: number) =>
      (UPDATE_COUNT * PARAMETER_COUNT * bytes) / seconds[name] / 1e9;
    const copyRate = rate("copy in memory", COPY_BYTES);
    const row = (name: keyof typeof sides, bytes: number): Measurement => ({
      ...{ name, value: rate(name, bytes), unit: "GB touched/s", ratio: rate(name, bytes) / copyRate },
      ...{ against: "copy in memory", peakRssBytes: peakRssBytes() },
      note: `${bytes} bytes a parameter; ${((seconds[name] / UPDATE_COUNT) * 1000).toFixed(0)} ms an update`,
    });
    return [
      row("add, FedAvg", SUM_BYTES),
      row("add, FedNova", CHANGE_BYTES),
      row("check and add, plain loops", SUM_BYTES),
      { ...row("copy in memory", COPY_BYTES), ratio: null, against: null },
    ];
  },
};

function madeUpdates() {
  const layout = [{ name: "kernel", shape: [PARAMETER_COUNT] }];
  const made = (seed: number) => {
    const values = new Float32Array(PARAMETER_COUNT);
    for (let index = 0; index < values.length; index++) values[index] = ((index * 31 + seed) % 1009) / 7;
    return createParameterSet(layout, values);
  };
  return { updates: Array.from({ length: UPDATE_COUNT }, (_, seed) => made(seed)), global: made(UPDATE_COUNT) };
}
