// The test accuracy that a run with training ended with, and its mean over seeds.

import { mean } from "simple-statistics";
import { seededRandom } from "../../../foundation/random-source.ts";
import { clusterBootstrap } from "../statistics/bootstrap.ts";
import type { CellValue } from "../study.ts";
import type { ScoredRow } from "./measured-rows.ts";
import type { MeanEstimate, SummaryGroup } from "./summaries.ts";

type AnySetting = Readonly<Record<string, CellValue>>;

/** Of the last round that was evaluated, 0..1; null: none was. @example finalAccuracy(row) // 0.912 */
export function finalAccuracy<Setting extends AnySetting>({
  result,
}: Pick<ScoredRow<Setting>, "result">): number | null {
  return result.learningRounds.findLast(({ evaluation }) => evaluation !== undefined)?.evaluation?.accuracy ?? null;
}

/**
 * Its mean over the runs of a group that were evaluated, a run a seed; null if none was.
 *
 * @example meanFinalAccuracy(group) // { estimate: 0.91, low: 0.9, high: 0.92, runCount: 5, valueCount: 5 }
 */
export function meanFinalAccuracy<Setting extends AnySetting>({
  rows,
  policy,
  setting,
}: SummaryGroup<Setting>): MeanEstimate | null {
  const values = rows.map(finalAccuracy).filter((accuracy) => accuracy !== null);
  if (values.length === 0) return null;
  const found = clusterBootstrap(values, (drawn) => mean([...drawn]), {
    random: seededRandom(1, "final accuracy", policy, JSON.stringify(setting)),
    resamples: 2000,
  });
  return found && { ...found, runCount: rows.length, valueCount: values.length };
}

/** Columns of the CSV file: the mean and its bounds. */
export function finalAccuracyRecord<Setting extends AnySetting>(
  group: SummaryGroup<Setting>,
): Readonly<Record<string, CellValue>> {
  const found = meanFinalAccuracy(group);
  return {
    finalAccuracy: found?.estimate ?? null,
    finalAccuracyLow: found?.low ?? null,
    finalAccuracyHigh: found?.high ?? null,
  };
}
