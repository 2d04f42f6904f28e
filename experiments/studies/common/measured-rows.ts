// Rows of a study with their metrics, and how they become lines of its results.

import { type CellMetrics, cellMetrics } from "../statistics/cell-metrics.ts";
import type { CellValue } from "../study.ts";
import type { StudyRow } from "./run-cells.ts";

export interface ScoredRow<Setting extends Readonly<Record<string, CellValue>>> extends StudyRow<Setting> {
  readonly metrics: CellMetrics;
}

/** k is the world's own. */
export function scoredRows<Setting extends Readonly<Record<string, CellValue>>>(
  rows: readonly StudyRow<Setting>[],
): readonly ScoredRow<Setting>[] {
  return rows.map((row) => ({ ...row, metrics: cellMetrics(row.result, row.world.requiredUpdates) }));
}

/** One line of the study's NDJSON file. */
export function recordOf<Setting extends Readonly<Record<string, CellValue>>>(
  row: ScoredRow<Setting>,
): Readonly<Record<string, CellValue>> {
  const { setting, policy, seed, result, metrics } = row;
  const { truthLevel, deadlineSeconds, fleetSize, rounds } = result;
  return {
    ...setting,
    ...{ policy: policy.label, policyName: policy.name, settings: JSON.stringify(policy.settings), seed },
    ...{ truthLevel, deadlineSeconds, fleetSize, rounds: rounds.length },
    ...metrics,
  };
}
