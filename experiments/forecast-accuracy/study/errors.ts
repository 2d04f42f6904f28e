// Errors of predictions, and their summary by GPU, network, precision or vendor.

import { mean, median } from "simple-statistics";
import { groupBy } from "../group-by.ts";
import type { StudyPrediction } from "./predictions.ts";
import type { StudyStep } from "./study-data.ts";

/** Shares of 1. */
export interface ErrorSummary {
  readonly rows: number;
  /** Mean and median of |predicted - measured| / measured. */
  readonly mape: number;
  readonly medianApe: number;
  /** Median of predicted / measured: above 1, forecasts are too slow. */
  readonly medianRatio: number;
}

export interface GroupErrors extends ErrorSummary {
  readonly group: string;
}

/**
 * @param pairs at least one.
 * @example errorSummary([{ predictedSeconds: 1.5, actualSeconds: 1 }]) // { rows: 1, mape: 0.5, medianApe: 0.5, medianRatio: 1.5 }
 */
export function errorSummary(
  pairs: readonly { readonly predictedSeconds: number; readonly actualSeconds: number }[],
): ErrorSummary {
  const ratios = pairs.map(({ predictedSeconds, actualSeconds }) => predictedSeconds / actualSeconds);
  const errors = ratios.map((ratio) => Math.abs(ratio - 1));
  return { rows: pairs.length, mape: mean(errors), medianApe: median(errors), medianRatio: median(ratios) };
}

export function errorsOf(points: readonly StudyPrediction[]): ErrorSummary {
  return errorSummary(
    points.map(({ step, predictedSeconds }) => ({ predictedSeconds, actualSeconds: step.stepSeconds })),
  );
}

/** The errors of each group, smallest median first. */
export function errorsBy(
  points: readonly StudyPrediction[],
  groupOf: (step: StudyStep) => string,
): readonly GroupErrors[] {
  return [...groupBy(points, ({ step }) => groupOf(step))]
    .map(([group, members]) => ({ group, ...errorsOf(members) }))
    .sort((a, b) => a.medianApe - b.medianApe || a.group.localeCompare(b.group, "en"));
}
