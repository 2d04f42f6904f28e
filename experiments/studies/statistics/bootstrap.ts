// The bootstrap: how uncertain a statistic is if whole seeds (a fleet with its luck), or seeds and workloads, are what chance drew. Rounds
// of one run resemble each other, so they are never resampled one by one.
//
// Intervals are the expanded percentile intervals of Hesterberg, "What Teachers Should Know About the Bootstrap", The American
// Statistician 69(4), 2015: the plain percentile interval of n values is too narrow by sqrt((n - 1) / n) and by the difference between
// the normal law and Student's t, which matters for ten seeds.

import { quantileSorted } from "simple-statistics";
import { type RandomSource, randomInteger } from "../../../foundation/random-source.ts";
import { normalCdf } from "../../../selection/probability/normal-distribution.ts";
import { studentTQuantile } from "../../../selection/probability/student-t.ts";
import type { Estimate } from "../study.ts";

export interface BootstrapOptions {
  readonly random: RandomSource;
  /** Default 10,000. */
  readonly resamples?: number | undefined;
}

/** Four values resampled have their extremes as bounds in one case of eight: no 95 % interval can be had from fewer than these. */
export const MINIMUM_CLUSTERS = 5;
const DEFAULT_RESAMPLES = 10_000;
const LEVEL = 0.95;
/** More resamples than this share without a value leave an estimate without an interval. */
const MOST_UNDEFINED = 0.05;

/**
 * The statistic of the clusters with its 95 % interval. Bounds are null with fewer than five clusters, or where more than one resample
 * in twenty has no value.
 *
 * @param statistic of clusters, in any order; null where it has no value. The array that it gets is used again.
 * @returns null if the statistic of the clusters themselves is.
 */
export function clusterBootstrap<Cluster>(
  clusters: readonly Cluster[],
  statistic: (clusters: readonly Cluster[]) => number | null,
  options: BootstrapOptions,
): Estimate | null {
  const resample = [...clusters];
  return bootstrap(clusters.length, statistic(clusters), options, () => {
    for (let index = 0; index < resample.length; index++) {
      resample[index] = clusters[randomInteger(options.random, clusters.length)] as Cluster;
    }
    return statistic(resample);
  });
}

/** A row a workload, a column a seed; null where the two have no value. */
export type CrossedTable<Value> = readonly (readonly (Value | null)[])[];

/**
 * The same where chance drew two things that are crossed: every workload meets the same seeds, so that what a seed does to one it may do
 * to all. Rows are resampled and, apart from them and once for all rows, columns: the pigeonhole bootstrap of Owen, Annals of Applied
 * Statistics 1(2), 2007. No bootstrap of crossed effects is exact (McCullagh, Bernoulli 6, 2000); this one errs on the wide side (Owen &
 * Eckles, Annals of Applied Statistics 6(3), 2012). Of a mean over R rows and C columns it counts what rows and columns do by themselves
 * once, but for the (n - 1) / n that the expansion makes up for, and the rest (2 - 1/R)(2 - 1/C) - 1, almost three, times.
 *
 * The expansion takes n for the fewer of rows and columns; with fewer than five of either the bounds are null. Ten of each cover at
 * least the 95 % that they say; five, in the worst case that either of the two decides alone, 93 %.
 *
 * @param table rows of equal length.
 * @param statistic of the values of each row; rows without any are left out.
 * @returns null if the statistic of the table itself is.
 */
export function crossedBootstrap<Value>(
  table: CrossedTable<Value>,
  statistic: (rows: readonly (readonly Value[])[]) => number | null,
  options: BootstrapOptions,
): Estimate | null {
  const { random } = options;
  const columnCount = table[0]?.length ?? 0;
  const columns = Array.from({ length: columnCount }, (_, column) => column);
  const of = (rows: CrossedTable<Value>) => {
    const filled = rows.map((row) => presentAt(row, columns)).filter(({ length }) => length > 0);
    return filled.length === 0 ? null : statistic(filled);
  };
  return bootstrap(Math.min(table.length, columnCount), of(table), options, () => {
    for (let index = 0; index < columnCount; index++) columns[index] = randomInteger(random, columnCount);
    return of(table.map(() => table[randomInteger(random, table.length)] as readonly (Value | null)[]));
  });
}

/** The row's values in these columns; a loop, since it is what a bootstrap spends its time on. */
function presentAt<Value>(row: readonly (Value | null)[], columns: readonly number[]): readonly Value[] {
  const values: Value[] = [];
  for (const column of columns) {
    const value = row[column] ?? null;
    if (value !== null) values.push(value);
  }
  return values;
}

function bootstrap(
  count: number,
  estimate: number | null,
  { resamples = DEFAULT_RESAMPLES }: BootstrapOptions,
  replicate: () => number | null,
): Estimate | null {
  if (estimate === null) return null;
  const withoutInterval = { estimate, low: null, high: null };
  if (count < MINIMUM_CLUSTERS) return withoutInterval;
  const replicates: number[] = [];
  for (let index = 0; index < resamples; index++) {
    const value = replicate();
    if (value !== null) replicates.push(value);
  }
  if (replicates.length < (1 - MOST_UNDEFINED) * resamples) return withoutInterval;
  const sorted = Array.from(Float64Array.from(replicates).sort());
  const tail = tailShare(count);
  return { estimate, low: quantileSorted(sorted, tail), high: quantileSorted(sorted, 1 - tail) };
}

/** Share of the replicates beyond each bound: Phi(-sqrt(n / (n - 1)) t), t the 97.5 % quantile of Student's law of n - 1. */
function tailShare(count: number): number {
  return normalCdf(-Math.sqrt(count / (count - 1)) * studentTQuantile((1 + LEVEL) / 2, count - 1));
}
