// A timing and a result that the tests of bench-device share.

import type { BenchBackend, BenchResult, MeasuredBenchCell } from "../../../cli/bench-device/bench-result.ts";
import type { WorkloadTiming } from "../../../cli/bench-device/time-workload.ts";
import type { TimedBurst } from "../../../client/calibration/timing-protocol.ts";
import { lenet5 } from "../../../models/zoo.ts";

const memory = (peakRssBytes: number, gpuBytes: number | null = null) => ({ peakRssBytes, tensorBytes: 2e6, gpuBytes });

const burst = (stepSeconds: readonly number[], peakRssBytes: number): TimedBurst => ({
  ...{ stepSeconds, stepCount: stepSeconds.length + 1, wholeSeconds: 0.047, readSeconds: 0.003 },
  memory: memory(peakRssBytes),
});

/** LeNet-5 in batches of 32: two bursts of 4 steps of 8, 10, 10 and 12 ms. */
export const timing: WorkloadTiming = {
  readySeconds: 0.5,
  cold: { ...burst([], 1e8), wholeSeconds: 0.2 },
  cell: {
    ...{ architecture: lenet5, batchSize: 32, secondsPerStep: 0.01, relativeSpread: 0, steps: 8, repeats: 2 },
  },
  bursts: [burst([0.008, 0.01, 0.01, 0.012], 2e8), burst([0.012, 0.01, 0.01, 0.008], 3e8)],
  droppedSteps: 6,
  serialisation: { fileBytes: 247_584, encodeSeconds: 2e-4, decodeSeconds: 1e-4 },
};

export function measured(network: string, secondsPerStep: number): MeasuredBenchCell {
  return {
    ...{ network, batchSize: 32, outcome: "measured", secondsPerStep, relativeSpread: 0.02, steps: 100, repeats: 10 },
    benchmark: {
      ...{ readySeconds: 0.3, firstStepSeconds: 0.1, droppedSteps: 14, p95SecondsPerStep: 1.5 * secondsPerStep },
      ...{ idleToIdleSecondsPerStep: 1.1 * secondsPerStep, examplesPerSecond: 32 / secondsPerStep, flopPerStep: 8e7 },
      ...{ flopPerSecond: 8e7 / secondsPerStep, peakFlopPerSecond: null, utilisation: null },
      ...{ parameterFileBytes: 247_584, encodeSeconds: 2e-4, decodeSeconds: 1e-4, readParametersSeconds: 1e-3 },
      ...{ peakRssBytes: 2e8, tensorBytes: 2e6, gpuBytes: null },
      forecast: { secondsPerStep: 2 * secondsPerStep, tier: "self-reported", relativeError: 1 },
    },
  };
}

const backend = (name: string, cells: BenchBackend["cells"]): BenchBackend => ({
  ...{ name, isUsable: true, reason: "one of the tests", calibrationFile: `calibration-${name}.json`, cells },
  device: { reportedName: "Some <CPU>", catalogueName: null, peakFlopPerSecond: null, why: "the processor counts" },
});

/** Two networks on two back-ends, of which one skips the second, and a third back-end that cannot be used. */
export const result: BenchResult = {
  ...{ format: "probselect-bench-device", version: 1, measuredAt: "2026-03-04T05:06:07.000Z", isInterrupted: false },
  machine: {
    ...{ processor: "Some <CPU>", coreCount: 2, memoryBytes: 8e9, gpus: [], platform: "linux x64", loadAverage: 0.1 },
    software: { probselect: "0.1.0", node: "v20.0.0" },
  },
  settings: { turns: 12, maximumSecondsPerCell: 10, longestStepSeconds: 2 },
  medianRelativeSpread: 0.02,
  warnings: ["The machine hums & sings."],
  backends: [
    backend("wasm", [measured("mlp", 0.002), measured("lenet5", 0.02)]),
    backend("cpu", [
      measured("mlp", 0.05),
      { network: "lenet5", batchSize: 32, outcome: "skipped", reason: "a warm step takes 9 s" },
    ]),
    { ...backend("webgpu", []), isUsable: false, reason: "not installed", device: null, calibrationFile: null },
  ],
};
