// Adding one client's update to the running average, against copying the same bytes.

import { createParameterSet } from "../models/parameter-set.ts";
import { fedAvg } from "../server/aggregation/fedavg.ts";
import { type Benchmark, interleave, peakRssBytes } from "./measurement.ts";

const PARAMETER_COUNT = 16 * 2 ** 20;
const BYTES = PARAMETER_COUNT * Float32Array.BYTES_PER_ELEMENT;
const TURNS = 7;

export const aggregation: Benchmark = {
  name: "aggregation",
  summary: `add an update of ${BYTES / 2 ** 20} MiB to FedAvg's running mean, against a copy in memory`,
  run: async () => {
    const layout = [{ name: "kernel", shape: [PARAMETER_COUNT] }];
    const update = createParameterSet(
      layout,
      Float32Array.from({ length: PARAMETER_COUNT }, (_, index) => index % 7),
    );
    const weight = { exampleCount: 100, datasetExampleCount: 100, stepCount: 1 };
    const copy = new Float32Array(PARAMETER_COUNT);
    const mean = fedAvg.begin(createParameterSet(layout));
    const seconds = await interleave(
      { add: () => mean.add(update, weight), copy: () => copy.set(update.values) },
      TURNS,
    );
    const rate = BYTES / seconds.add / 1e9;
    const copyRate = BYTES / seconds.copy / 1e9;
    return [
      {
        ...{ name: "check and add an update", value: rate, unit: "GB/s", ratio: rate / copyRate },
        ...{ against: "copy in memory", peakRssBytes: peakRssBytes() },
      },
      {
        ...{ name: "copy in memory", value: copyRate, unit: "GB/s", ratio: null, against: null },
        peakRssBytes: peakRssBytes(),
      },
    ];
  },
};
