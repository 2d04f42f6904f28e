// A small made data set: measured times of real catalogue GPUs and networks, by a rule that a test can follow.

import { measuredSteps } from "../../../../experiments/forecast-accuracy/measured-steps.ts";
import { networkCosts } from "../../../../experiments/forecast-accuracy/network-costs.ts";
import type { StudyStep } from "../../../../experiments/forecast-accuracy/study/study-data.ts";
import { requirePeak } from "../../../../selection/latency/peaks.ts";
import { trainingFlop } from "../../../../workloads/round-workload.ts";

export interface MadeStep {
  readonly gpu: string;
  readonly network: string;
  readonly precision?: "fp32" | "fp16";
  /** Share of the peak; the time follows. */
  readonly utilisation: number;
}

const costOf = networkCosts();

/** Steps of batch 16 that reach the given utilisations. */
export function madeSteps(made: readonly MadeStep[]): readonly StudyStep[] {
  return made.map(({ gpu, network, precision = "fp32", utilisation }) => {
    const row = { gpu, network, precision, batchSize: 16, stepSeconds: 1, stack: "pytorch" as const };
    const [step] = measuredSteps({ rows: [row], skipped: [] }, costOf).steps;
    if (step === undefined) throw new Error(`no step of ${gpu} and ${network}`);
    return { ...step, source: "torchvision", stepSeconds: secondsAt(step, utilisation) };
  });
}

/** Seconds of one step at a utilisation: W / (eta P). */
export function secondsAt(step: Pick<StudyStep, "device" | "workload" | "precision">, utilisation: number): number {
  const { device, workload, precision } = step;
  return trainingFlop(workload, workload.batchSize) / (utilisation * requirePeak(device.device, precision));
}
