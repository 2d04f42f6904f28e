// What one policy gains over another on the same fleets with the same luck: differences in points and relative changes, over workloads and
// seeds, with intervals that resample both.

import { mean } from "simple-statistics";
import { seededRandom } from "../../../foundation/random-source.ts";
import type { ScoredRow } from "../common/measured-rows.ts";
import { type CrossedTable, crossedBootstrap } from "../statistics/bootstrap.ts";
import { type MetricName, metricOf } from "../statistics/cell-metrics.ts";
import { crossedTable } from "../statistics/crossed-table.ts";
import type { Estimate } from "../study.ts";
import type { PaperSetting } from "./paper-settings.ts";

export type PaperRow = ScoredRow<PaperSetting>;

/** One run's value under the one policy and under the other. */
export interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

/** Enough for two digits of a bound; there are hundreds of intervals. */
const RESAMPLES = 2000;

/** The value that is compared; a run that has none counts as the other's where `otherwise` says so. */
export interface Comparison {
  readonly metric: MetricName;
  /** What counts where ours has no value (it asked nobody, or had no update); theirs without one is left out. */
  readonly otherwise: (theirs: number) => number;
}

/** A run that asked nobody kept no promise. */
export const sloCompliance: Comparison = { metric: "sloComplianceMicro", otherwise: () => 0 };
/** A run without an update avoided no waste: it counts as the other's. */
export const wastePerUpdate: Comparison = { metric: "wastedDeviceSecondsPerUpdate", otherwise: (theirs) => theirs };

/** The pairs of runs that agree in seed and `place`, by workload and seed: where a place has several, their mean. */
export function pairedTable(
  ours: readonly PaperRow[],
  theirs: readonly PaperRow[],
  { metric, otherwise }: Comparison,
): CrossedTable<Pair> {
  const key = ({ setting, seed }: PaperRow) =>
    JSON.stringify([setting.workload, setting.links, setting.deadlineQuantile, setting.condition, seed]);
  const others = new Map(theirs.map((row) => [key(row), row]));
  const pairs = ours.flatMap((row) => {
    const other = others.get(key(row));
    const value = other === undefined ? null : metricOf(other.metrics, metric);
    if (value === null) return [];
    const { workload } = row.setting;
    return [{ workload, seed: row.seed, ours: metricOf(row.metrics, metric) ?? otherwise(value), theirs: value }];
  });
  return crossedTable(pairs, (pair) => pair, meanPair);
}

/** Mean of ours minus mean of theirs, every workload alike. */
export function gainInPoints(table: CrossedTable<Pair>, label: string): Estimate | null {
  const difference = (pairs: readonly Pair[]) => mean(pairs.map(({ ours, theirs }) => ours - theirs));
  const options = { random: seededRandom(1, "points", label), resamples: RESAMPLES };
  return crossedBootstrap(table, (rows) => mean(rows.map(difference)), options);
}

/** Mean over the workloads of (ours - theirs) / theirs, each of their means: workloads have times of their own. */
export function relativeChange(table: CrossedTable<Pair>, label: string): Estimate | null {
  const change = (pairs: readonly Pair[]): number | null => {
    const { ours, theirs } = meanPair(pairs);
    return theirs === 0 ? null : ours / theirs - 1;
  };
  const statistic = (rows: readonly (readonly Pair[])[]) => {
    const changes = rows.map(change).filter((value) => value !== null);
    return changes.length === 0 ? null : mean(changes);
  };
  return crossedBootstrap(table, statistic, { random: seededRandom(1, "change", label), resamples: RESAMPLES });
}

function meanPair(pairs: readonly Pair[]): Pair {
  return { ours: mean(pairs.map(({ ours }) => ours)), theirs: mean(pairs.map(({ theirs }) => theirs)) };
}

/** Whether a number lies in the interval; false without one. */
export function contains({ low, high }: Estimate, value: number): boolean {
  return low !== null && high !== null && low <= value && value <= high;
}
