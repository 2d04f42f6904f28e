// From what was timed to the figures of a cell.

import { max, mean, median, quantile } from "simple-statistics";
import type { CellBenchmark } from "../../selection/latency/calibrated/cell-benchmark.ts";
import { findStepModel } from "../../selection/latency/find-latency-model.ts";
import { peakFor } from "../../selection/latency/peaks.ts";
import type { ResolvedDevice } from "../../selection/types.ts";
import { flopPerStep } from "../../workloads/round-workload.ts";
import { workloadFor } from "../../workloads/workload-for.ts";
import { PRECISION } from "../calibrate/calibration-of.ts";
import type { WorkloadTiming } from "./time-workload.ts";

const fromSpecs = findStepModel("roofline");

/**
 * @param backend as the agent registers with it.
 * @throws {ProbSelectError} workloads.unsupported-layer
 */
export function benchmarkOf(timing: WorkloadTiming, device: ResolvedDevice, backend: string): CellBenchmark {
  const { readySeconds, cold, cell, bursts, droppedSteps, serialisation } = timing;
  const { architecture, batchSize, secondsPerStep } = cell;
  const training = { epochs: 1, batchSize, learningRate: 0.01, momentum: 0 };
  const workload = workloadFor({ architecture, training, precision: PRECISION });
  const steps = bursts.flatMap(({ stepSeconds }) => stepSeconds);
  const flop = flopPerStep(workload);
  const flopPerSecond = flop / secondsPerStep;
  const peakFlopPerSecond = peakOf(device);
  const forecast = fromSpecs(device, backend, workload);
  const memory = [cold, ...bursts].map((burst) => burst.memory);
  const gpuBytes = memory.flatMap((each) => (each.gpuBytes === null ? [] : [each.gpuBytes]));
  return {
    readySeconds,
    firstStepSeconds: cold.wholeSeconds,
    droppedSteps,
    p95SecondsPerStep: quantile(steps, 0.95),
    idleToIdleSecondsPerStep: median(bursts.map((burst) => (burst.wholeSeconds + burst.readSeconds) / burst.stepCount)),
    examplesPerSecond: batchSize / mean(steps),
    flopPerStep: flop,
    flopPerSecond,
    peakFlopPerSecond,
    utilisation: peakFlopPerSecond === null ? null : flopPerSecond / peakFlopPerSecond,
    parameterFileBytes: serialisation.fileBytes,
    encodeSeconds: serialisation.encodeSeconds,
    decodeSeconds: serialisation.decodeSeconds,
    readParametersSeconds: median(bursts.map((burst) => burst.readSeconds)),
    peakRssBytes: max(memory.map((each) => each.peakRssBytes)),
    tensorBytes: max(memory.map((each) => each.tensorBytes)),
    gpuBytes: gpuBytes.length === 0 ? null : max(gpuBytes),
    forecast: {
      secondsPerStep: forecast.secondsPerStep,
      tier: forecast.tier,
      relativeError: forecast.secondsPerStep / secondsPerStep - 1,
    },
  };
}

/** In FLOP/s; null where nobody knows it. */
export function peakOf(device: ResolvedDevice): number | null {
  return device.kind === "known" ? peakFor(device.device, PRECISION) : null;
}
