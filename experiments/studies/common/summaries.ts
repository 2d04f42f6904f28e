// From runs to figures' points: the mean of a metric over seeds, with its interval, for each policy in each setting.

import { mean } from "simple-statistics";
import { seededRandom } from "../../../foundation/random-source.ts";
import { clusterBootstrap } from "../statistics/bootstrap.ts";
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

/** Mean over the runs that have a value, seeds resampled; null if none has. */
export function meanOverSeeds<Setting extends AnySetting>(
  { rows, policy, setting }: SummaryGroup<Setting>,
  metric: MetricName | ((metrics: CellMetrics) => number | null),
): Estimate | null {
  const of = typeof metric === "function" ? metric : (metrics: CellMetrics) => metrics[metric];
  const seeds = [...new Set(rows.map(({ seed }) => seed))];
  const clusters = seeds.map((seed) =>
    rows.flatMap((row) => {
      const value = row.seed === seed ? of(row.metrics) : null;
      return value === null ? [] : [value];
    }),
  );
  const found = clusterBootstrap(
    clusters.filter((values) => values.length > 0),
    (drawn) => (drawn.length === 0 ? null : mean(drawn.flat())),
    { random: seededRandom(1, "mean", policy, JSON.stringify(setting), String(metric)), resamples: RESAMPLES },
  );
  return found && { estimate: found.estimate, low: found.low, high: found.high };
}

/** A line of the CSV file: the setting, the policy, and each metric as three columns. */
export function summaryRecord<Setting extends AnySetting>(
  group: SummaryGroup<Setting>,
  metrics: readonly MetricName[],
): Readonly<Record<string, CellValue>> {
  const figures = metrics.map((metric): readonly (readonly [string, CellValue])[] => {
    const found = meanOverSeeds(group, metric);
    return [
      [metric, found?.estimate ?? null],
      [`${metric}Low`, found?.low ?? null],
      [`${metric}High`, found?.high ?? null],
    ];
  });
  const { setting, policy, rows } = group;
  return { ...(setting as AnySetting), policy, runs: rows.length, ...Object.fromEntries(figures.flat()) };
}
