// The cluster bootstrap: how uncertain a statistic is if whole clusters (seeds: a fleet with its luck) are what chance drew. Rounds of
// one run resemble each other, so they are never resampled one by one.
//
// Intervals are the expanded percentile intervals of Hesterberg, "What Teachers Should Know About the Bootstrap", The American
// Statistician 69(4), 2015: the plain percentile interval of n values is too narrow by sqrt((n - 1) / n) and by the difference between
// the normal law and Student's t, which matters for ten seeds.

import { quantileSorted } from "simple-statistics";
import { type RandomSource, randomInteger } from "../../../foundation/random-source.ts";
import { normalCdf, normalQuantile } from "../../../selection/probability/normal-distribution.ts";
import { studentTCdf, studentTQuantile } from "../../../selection/probability/student-t.ts";
import type { Estimate } from "../study.ts";

export interface BootstrapOptions {
  readonly random: RandomSource;
  /** Default 10,000. */
  readonly resamples?: number | undefined;
  /** The value that the statistic has if there is nothing to find, for a p-value; absent: there is no p-value. */
  readonly against?: number | undefined;
}

export interface TestedEstimate extends Estimate {
  /** Two-sided; null: nothing was tested, or there were too few clusters. */
  readonly pValue: number | null;
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
): TestedEstimate | null {
  const resample = [...clusters];
  return bootstrap(clusters.length, statistic(clusters), options, () => {
    drawInto(resample, clusters, options.random);
    return statistic(resample);
  });
}

/**
 * The same where chance drew groups (workloads, populations) and clusters inside each: groups are resampled, then the clusters of each
 * drawn group. Somewhat too wide where groups are few, since the clusters' part is counted twice (Davison & Hinkley 1997,
 * "Bootstrap Methods and their Application", section 3.8). Bounds are null with fewer than five groups.
 */
export function nestedBootstrap<Cluster>(
  groups: readonly (readonly Cluster[])[],
  statistic: (groups: readonly (readonly Cluster[])[]) => number | null,
  options: BootstrapOptions,
): TestedEstimate | null {
  const { random } = options;
  return bootstrap(groups.length, statistic(groups), options, () => {
    const resample = groups.map(() => {
      const group = groups[randomInteger(random, groups.length)] as readonly Cluster[];
      return group.map(() => group[randomInteger(random, group.length)] as Cluster);
    });
    return statistic(resample);
  });
}

function bootstrap(
  count: number,
  estimate: number | null,
  { resamples = DEFAULT_RESAMPLES, against }: BootstrapOptions,
  replicate: () => number | null,
): TestedEstimate | null {
  if (estimate === null) return null;
  if (count < MINIMUM_CLUSTERS) return { estimate, low: null, high: null, pValue: null };
  const replicates: number[] = [];
  for (let index = 0; index < resamples; index++) {
    const value = replicate();
    if (value !== null) replicates.push(value);
  }
  if (replicates.length < (1 - MOST_UNDEFINED) * resamples) return { estimate, low: null, high: null, pValue: null };
  const sorted = Array.from(Float64Array.from(replicates).sort());
  const tail = tailShare(count);
  return {
    estimate,
    low: quantileSorted(sorted, tail),
    high: quantileSorted(sorted, 1 - tail),
    pValue: against === undefined ? null : pValueOf(sorted, count, against),
  };
}

/** Share of the replicates beyond each bound: Phi(-sqrt(n / (n - 1)) t), t the 97.5 % quantile of Student's law of n - 1. */
function tailShare(count: number): number {
  return normalCdf(-Math.sqrt(count / (count - 1)) * studentTQuantile((1 + LEVEL) / 2, count - 1));
}

/** One minus the level of the interval that `against` is just outside of. */
function pValueOf(sorted: readonly number[], count: number, against: number): number {
  const below = sorted.filter((value) => value <= against).length;
  const above = sorted.filter((value) => value >= against).length;
  // The statistic itself is one of its possible replicates: no p-value is 0.
  const share = (Math.min(below, above) + 1) / (sorted.length + 1);
  if (share >= 0.5) return 1;
  return 2 * studentTCdf(normalQuantile(share) * Math.sqrt((count - 1) / count), count - 1);
}

function drawInto<Item>(into: Item[], from: readonly Item[], random: RandomSource): void {
  for (let index = 0; index < into.length; index++) into[index] = from[randomInteger(random, from.length)] as Item;
}
