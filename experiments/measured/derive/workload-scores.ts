// How good the left-out forecasts of the carried workloads are: what a simulation on measured truth has to live with.

import { median } from "simple-statistics";
import { computeCdf, lawWith } from "../../../selection/probability/compute-law.ts";
import { gpuOf } from "../../forecast-accuracy/fit/leave-out.ts";
import { groupBy } from "../../forecast-accuracy/group-by.ts";
import { defaultLaw } from "../../forecast-accuracy/study/run-study.ts";
import type { LeftOutWorkload } from "./left-out-cells.ts";

export interface WorkloadScores {
  readonly source: string;
  readonly precision: string;
  readonly workloads: number;
  readonly gpus: number;
  readonly cells: number;
  /** Median of |forecast - measured| / measured. */
  readonly medianError: number;
  /** Share of the cells that are done by the time at which the default law promises 80 %, 90 %, 95 %. */
  readonly kept: Readonly<Record<80 | 90 | 95, number>>;
}

/** One entry for each source and precision. */
export function workloadScores(workloads: readonly LeftOutWorkload[]): readonly WorkloadScores[] {
  const groups = groupBy(workloads.flat(), ({ step }) => JSON.stringify([step.source, step.precision]));
  return [...groups.values()].map((cells) => {
    const probabilities = cells.map(({ step, predictedSeconds, spread }) =>
      computeCdf(lawWith(spread, defaultLaw), step.stepSeconds / predictedSeconds),
    );
    const kept = (probability: number) => probabilities.filter((each) => each <= probability).length / cells.length;
    const members = new Set(cells);
    return {
      source: cells[0]?.step.source ?? "",
      precision: cells[0]?.step.precision ?? "",
      workloads: workloads.filter(([first]) => first && members.has(first)).length,
      gpus: new Set(cells.map(({ step }) => gpuOf(step))).size,
      cells: cells.length,
      medianError: median(cells.map(({ step, predictedSeconds }) => Math.abs(predictedSeconds / step.stepSeconds - 1))),
      kept: { 80: kept(0.8), 90: kept(0.9), 95: kept(0.95) },
    };
  });
}
