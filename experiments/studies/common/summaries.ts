// From runs to figures' points: the mean of a metric over seeds, with its interval, for each policy in each setting.

import { mean } from "simple-statistics";
import { seededRandom } from "../../../foundation/random-source.ts";
import { type CrossedTable, clusterBootstrap, crossedBootstrap, MINIMUM_CLUSTERS } from "../statistics/bootstrap.ts";
import { type MetricName, metricOf } from "../statistics/cell-metrics.ts";
import { crossedTable } from "../statistics/crossed-table.ts";
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

/** A mean over runs, and over how many of them. */
export interface MeanEstimate extends Estimate {
  readonly runCount: number;
  /** Runs that have a value; the others are left out of the mean. */
  readonly valueCount: number;
}

/**
 * Mean over the workloads of their means over seeds; null if no run has a value. Resampled are the seeds, the same for all workloads, and
 * the workloads, too, if there are five or more. A run that asked nobody has a compliance of 0 (`metricOf`).
 */
export function meanEstimate<Setting extends AnySetting>(
  { rows, policy, setting }: SummaryGroup<Setting>,
  metric: MetricName,
): MeanEstimate | null {
  const options = {
    random: seededRandom(1, "mean", policy, JSON.stringify(setting), metric),
    resamples: RESAMPLES,
  };
  const table = crossedTable(rows, placeOf, (own) =>
    meanOfPresent(own.map(({ metrics }) => metricOf(metrics, metric))),
  );
  const found =
    table.length >= MINIMUM_CLUSTERS
      ? crossedBootstrap(table, meanOfMeans, options)
      : clusterBootstrap(columnsOf(table), (drawn) => meanOfMeans(rowsOf(drawn, table.length)), options);
  const valueCount = rows.filter(({ metrics }) => metricOf(metrics, metric) !== null).length;
  return found && { ...found, runCount: rows.length, valueCount };
}

/** @example countInWords({ valueCount: 7, runCount: 10 }) // " (7 of 10 runs)"; "" where all have a value */
export function countInWords({ valueCount, runCount }: Pick<MeanEstimate, "valueCount" | "runCount">): string {
  return valueCount === runCount ? "" : ` (${valueCount} of ${runCount} runs)`;
}

function placeOf<Setting extends AnySetting>({ setting, seed }: ScoredRow<Setting>) {
  return { workload: String(setting.workload ?? ""), seed };
}

function columnsOf<Value>(table: CrossedTable<Value>): readonly (readonly (Value | null)[])[] {
  return (table[0] ?? []).map((_, column) => table.map((row) => row[column] ?? null));
}

function rowsOf(columns: readonly (readonly (number | null)[])[], rowCount: number): readonly (readonly number[])[] {
  return Array.from({ length: rowCount }, (_, row) =>
    columns.map((column) => column[row] ?? null).filter((value) => value !== null),
  );
}

function meanOfMeans(rows: readonly (readonly number[])[]): number | null {
  return meanOfPresent(rows.map(meanOfPresent));
}

function meanOfPresent(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : mean(present);
}

/** A line of the CSV file: the setting, the policy, and each metric as three columns; a fourth where only some runs have a value. */
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
      ...(found && found.valueCount < found.runCount ? [[`${metric}Runs`, found.valueCount] as const] : []),
    ];
  });
  const { setting, policy, rows } = group;
  return { ...(setting as AnySetting), policy, runs: rows.length, ...Object.fromEntries(figures.flat()) };
}
