// The paper's form from the same measurements: the utilisations measured on each GPU over all its networks, their mean and spread.

import { mean, standardDeviation } from "simple-statistics";
import {
  type FittedUtilisations,
  generationOf,
  type MeasuredUtilisation,
} from "../../../selection/latency/paper/paper-step.ts";
import { requirePeak } from "../../../selection/latency/peaks.ts";
import { trainingFlop } from "../../../workloads/round-workload.ts";
import type { MeasuredStep } from "../measured-steps.ts";

type Precision = MeasuredStep["precision"];

/** eta = W / (P t) of a measured step; above 1 where a convolution needs fewer multiplications than are counted. */
export function measuredUtilisation({ device, workload, precision, stepSeconds }: MeasuredStep): number {
  return trainingFlop(workload, workload.batchSize) / (requirePeak(device.device, precision) * stepSeconds);
}

/**
 * Means and standard deviations by GPU, by generation and over all. A group of one measurement takes the relative spread of all.
 *
 * @param steps of both precisions.
 */
export function fitPaper(steps: readonly MeasuredStep[]): FittedUtilisations {
  const all = { fp32: summary(ofPrecision(steps, "fp32")), fp16: summary(ofPrecision(steps, "fp16")) };
  const by = (groupOf: (step: MeasuredStep) => string) => {
    const groups = [...new Set(steps.map(groupOf))].sort();
    return Object.fromEntries(
      groups.map((group) => {
        const members = steps.filter((step) => groupOf(step) === group);
        return [group, byPrecision(members, all)];
      }),
    );
  };
  return {
    devices: by(({ device }) => device.device.name),
    generations: by(({ device }) => generationOf(device.device)),
    all,
  };
}

function byPrecision(steps: readonly MeasuredStep[], all: FittedUtilisations["all"]) {
  const entries = (["fp32", "fp16"] as const).flatMap((precision) => {
    const members = ofPrecision(steps, precision);
    return members.length === 0 ? [] : [[precision, summary(members, all[precision])] as const];
  });
  return Object.fromEntries(entries) as FittedUtilisations["devices"][string];
}

function ofPrecision(steps: readonly MeasuredStep[], precision: Precision): readonly MeasuredStep[] {
  return steps.filter((step) => step.precision === precision);
}

function summary(steps: readonly MeasuredStep[], all?: MeasuredUtilisation): MeasuredUtilisation {
  const utilisations = steps.map(measuredUtilisation);
  const average = mean(utilisations);
  const alone = all === undefined ? 0 : (average * all.standardDeviation) / all.mean;
  return {
    mean: average,
    standardDeviation: utilisations.length > 1 ? standardDeviation(utilisations) : alone,
    rows: utilisations.length,
  };
}
