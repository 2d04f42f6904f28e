// From runs to figures' points: the mean of a metric over seeds, with its interval, for each policy in each setting.

import { mean } from "simple-statistics";
import { seededRandom } from "../../../foundation/random-source.ts";
import { clusterBootstrap, MINIMUM_CLUSTERS, nestedBootstrap } from "../statistics/bootstrap.ts";
import type { CellMetrics, MetricName } from "../statistics/cell-metrics.ts";
import type { CellValue, Estimate } from "../study.ts";
import type { ScoredRow } from "./measured-rows.ts";

const RESAMPLES = 2000;

type AnySetting = Readonly<Record<string, CellValue>>;

/** The rows of one policy in one setting, over seeds (and whatever else the study averages over). */
export interface SummaryGroup<Setting extends AnySetting> {
  readonly setting: Partial<Setting>;
  readonly policy: string;
  readonly rows: readonly ScoredRow<Setting>[];
}

/**
 * Groups rows by policy and the named parts of their settings, in the order of their first appearance.
 *
 * @example groupsBy(rows, ["deadlineQuantile"])
 */
export function groupsBy<Setting extends AnySetting>(
  rows: readonly ScoredRow<Setting>[],
  names: readonly (keyof Setting & string)[],
): readonly SummaryGroup<Setting>[] {
  const groups = new Map<string, { setting: Partial<Setting>; policy: string; rows: ScoredRow<Setting>[] }>();
  for (const row of rows) {
    const setting = Object.fromEntries(names.map((name) => [name, row.setting[name]])) as Partial<Setting>;
    const policy = row.policy.label;
    const key = JSON.stringify([setting, policy]);
    const group = groups.get(key) ?? { setting, policy, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/**
 * Mean over the runs that have a value; null if none has. Resampled are the workloads, if there are five or more, and the seeds in
 * each; else the seeds.
 */
export function meanEstimate<Setting extends AnySetting>(
  { rows, policy, setting }: SummaryGroup<Setting>,
  metric: MetricName | ((metrics: CellMetrics) => number | null),
): Estimate | null {
  const of = typeof metric === "function" ? metric : (metrics: CellMetrics) => metrics[metric];
  const options = {
    random: seededRandom(1, "mean", policy, JSON.stringify(setting), String(metric)),
    resamples: RESAMPLES,
  };
  const clusters = clustersBy(rows, ({ seed }) => seed, of);
  const groups = clustersBy(rows, ({ setting: { workload = null } }) => workload, of);
  const found =
    groups.length >= MINIMUM_CLUSTERS
      ? nestedBootstrap(groups, (drawn) => mean(drawn.map((values) => mean([...values]))), options)
      : clusterBootstrap(clusters, (drawn) => (drawn.length === 0 ? null : mean(drawn.flat())), options);
  return found && { estimate: found.estimate, low: found.low, high: found.high };
}

/** The values of the rows that agree in a key; keys without any value are left out. */
function clustersBy<Setting extends AnySetting>(
  rows: readonly ScoredRow<Setting>[],
  keyOf: (row: ScoredRow<Setting>) => CellValue,
  of: (metrics: CellMetrics) => number | null,
): readonly (readonly number[])[] {
  const clusters = new Map<CellValue, number[]>();
  for (const row of rows) {
    const value = of(row.metrics);
    if (value === null) continue;
    const values = clusters.get(keyOf(row)) ?? [];
    values.push(value);
    clusters.set(keyOf(row), values);
  }
  return [...clusters.values()];
}

/** A line of the CSV file: the setting, the policy, and each metric as three columns. */
export function summaryRecord<Setting extends AnySetting>(
  group: SummaryGroup<Setting>,
  metrics: readonly MetricName[],
): Readonly<Record<string, CellValue>> {
  const figures = metrics.map((metric): readonly (readonly [string, CellValue])[] => {
    const found = meanEstimate(group, metric);
    return [
      [metric, found?.estimate ?? null],
      [`${metric}Low`, found?.low ?? null],
      [`${metric}High`, found?.high ?? null],
    ];
  });
  const { setting, policy, rows } = group;
  return { ...(setting as AnySetting), policy, runs: rows.length, ...Object.fromEntries(figures.flat()) };
}
