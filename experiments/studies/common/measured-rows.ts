// Rows of a study with their metrics, and how they become lines of its results.

import type { CellMetrics } from "../statistics/cell-metrics.ts";
import type { CellValue } from "../study.ts";
import type { StudyRow } from "./run-cells.ts";

export interface ScoredRow<Setting extends Readonly<Record<string, CellValue>>> extends StudyRow<Setting> {
  readonly metrics: CellMetrics;
}

/** The rows with the metrics that their results were kept with. */
export function scoredRows<Setting extends Readonly<Record<string, CellValue>>>(
  rows: readonly StudyRow<Setting>[],
): readonly ScoredRow<Setting>[] {
  return rows.map((row) => ({ ...row, metrics: row.result.metrics }));
}

/** One line of the study's NDJSON file. */
export function recordOf<Setting extends Readonly<Record<string, CellValue>>>(
  row: ScoredRow<Setting>,
): Readonly<Record<string, CellValue>> {
  const { setting, policy, seed, result, metrics } = row;
  const { truthLevel, deadlineSeconds, fleetSize, roundCount } = result;
  return {
    ...setting,
    ...{ policy: policy.label, policyName: policy.name, settings: JSON.stringify(policy.settings), seed },
    cohortSize: policy.cohortSize ?? null,
    ...{ truthLevel, deadlineSeconds, fleetSize, rounds: roundCount },
    ...metrics,
  };
}
