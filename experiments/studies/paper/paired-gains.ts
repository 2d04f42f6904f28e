// What one policy gains over another on the same fleets with the same luck: differences in points and relative changes, over workloads and
// seeds, with intervals that resample both.

import { mean } from "simple-statistics";
import { seededRandom } from "../../../foundation/random-source.ts";
import type { ScoredRow } from "../common/measured-rows.ts";
import { nestedBootstrap } from "../statistics/bootstrap.ts";
import { groupedDifference, type Pair } from "../statistics/paired.ts";
import type { Estimate } from "../study.ts";
import type { PaperSetting } from "./paper-settings.ts";

export type PaperRow = ScoredRow<PaperSetting>;

/** Enough for two digits of a bound; there are hundreds of intervals. */
const RESAMPLES = 2000;

/** The value that is compared; `otherwise` is what counts where a run has none (it asked nobody). */
export interface Comparison {
  readonly of: (row: PaperRow) => number | null;
  readonly otherwise: (other: number) => number;
}

/** A run that asked nobody kept no promise. */
export const sloCompliance: Comparison = { of: ({ metrics }) => metrics.sloComplianceMicro, otherwise: () => 0 };
/** A run without an update avoided no waste: it counts as the other's. */
export const wastePerUpdate: Comparison = {
  of: ({ metrics }) => metrics.wastedDeviceSecondsPerUpdate,
  otherwise: (other) => other,
};
export const roundCompliance: Comparison = { of: ({ metrics }) => metrics.roundCompliance, otherwise: () => 0 };

/** The pairs of each workload, of runs that agree in seed and `place`. */
export function pairsByWorkload(
  ours: readonly PaperRow[],
  theirs: readonly PaperRow[],
  { of, otherwise }: Comparison,
): readonly (readonly Pair[])[] {
  const key = ({ setting, seed }: PaperRow) =>
    JSON.stringify([setting.workload, setting.links, setting.deadlineQuantile, setting.condition, seed]);
  const others = new Map(theirs.map((row) => [key(row), row]));
  const byWorkload = new Map<string, Pair[]>();
  for (const row of ours) {
    const other = others.get(key(row));
    const value = other === undefined ? null : of(other);
    if (value === null) continue;
    const pairs = byWorkload.get(row.setting.workload) ?? [];
    pairs.push({ ours: of(row) ?? otherwise(value), theirs: value });
    byWorkload.set(row.setting.workload, pairs);
  }
  return [...byWorkload.values()];
}

/** Mean of ours minus mean of theirs, every workload alike. */
export function gainInPoints(pairs: readonly (readonly Pair[])[], label: string): Estimate | null {
  return plain(groupedDifference(pairs, { random: seededRandom(1, "points", label), resamples: RESAMPLES }));
}

/** Mean over the workloads of (ours - theirs) / theirs, each of their means: workloads have times of their own. */
export function relativeChange(pairs: readonly (readonly Pair[])[], label: string): Estimate | null {
  const change = (group: readonly Pair[]): number | null => {
    const theirs = mean(group.map((pair) => pair.theirs));
    return theirs === 0 ? null : mean(group.map(({ ours }) => ours)) / theirs - 1;
  };
  const statistic = (groups: readonly (readonly Pair[])[]) => {
    const changes = groups.map(change).filter((value) => value !== null);
    return changes.length === 0 ? null : mean(changes);
  };
  return plain(nestedBootstrap(pairs, statistic, { random: seededRandom(1, "change", label), resamples: RESAMPLES }));
}

function plain(estimate: Estimate | null): Estimate | null {
  return estimate === null ? null : { estimate: estimate.estimate, low: estimate.low, high: estimate.high };
}

/** Whether a number lies in the interval; false without one. */
export function contains({ low, high }: Estimate, value: number): boolean {
  return low !== null && high !== null && low <= value && value <= high;
}
