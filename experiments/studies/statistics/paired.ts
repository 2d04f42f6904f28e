// Two policies on the same clusters: each seed gives both the same fleet and the same luck, so that what the seeds differ by cancels
// within a pair. Intervals are bootstrap.ts's; p-values flip signs, since a bootstrap of ten pairs cannot tell a p-value below its
// number of resamples.

import { mean } from "simple-statistics";
import type { RandomSource } from "../../../foundation/random-source.ts";
import {
  type BootstrapOptions,
  clusterBootstrap,
  MINIMUM_CLUSTERS,
  nestedBootstrap,
  type TestedEstimate,
} from "./bootstrap.ts";

/** One cluster's value under the one policy and under the other. */
export interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

type PairOptions = Omit<BootstrapOptions, "against">;

/** So many clusters have all of their sign patterns gone through; more are drawn at random. */
const MOST_ENUMERATED = 14;
const DRAWN_PATTERNS = 20_000;

/**
 * The pairs of the seeds that both have. Seeds without a value under one of the two are left out, and counted.
 *
 * @example pairBySeed(quorumCells, fedlimCells, ({ metrics }) => metrics.roundCompliance).pairs
 */
export function pairBySeed<Cell extends { readonly seed: number }>(
  ours: readonly Cell[],
  theirs: readonly Cell[],
  pick: (cell: Cell) => number | null,
): { readonly pairs: readonly Pair[]; readonly undefinedCount: number } {
  const others = new Map(theirs.map((cell) => [cell.seed, cell]));
  const both = ours.flatMap((cell) => {
    const other = others.get(cell.seed);
    return other === undefined ? [] : [{ ours: pick(cell), theirs: pick(other) }];
  });
  const pairs = both.filter((pair): pair is Pair => pair.ours !== null && pair.theirs !== null);
  return { pairs, undefinedCount: both.length - pairs.length };
}

/** Mean of ours minus mean of theirs; null for no pairs. */
export function pairedDifference(pairs: readonly Pair[], options: PairOptions): TestedEstimate | null {
  return withSignTest(clusterBootstrap(pairs, differenceOfMeans, options), pairs.map(differenceOf), options.random);
}

/** Mean of ours over mean of theirs; null where theirs is 0. Its test is whether the two means differ. */
export function pairedRatio(pairs: readonly Pair[], options: PairOptions): TestedEstimate | null {
  return withSignTest(clusterBootstrap(pairs, ratioOfMeans, options), pairs.map(differenceOf), options.random);
}

/** `pairedRatio` less 1. @example ours of mean 38, theirs of mean 100 // -0.62 */
export function pairedChange(pairs: readonly Pair[], options: PairOptions): TestedEstimate | null {
  return shifted(pairedRatio(pairs, options), -1);
}

/** The difference over groups (workloads) of pairs; every group weighs the same, and the test flips whole groups. */
export function groupedDifference(groups: readonly (readonly Pair[])[], options: PairOptions): TestedEstimate | null {
  const estimate = nestedBootstrap(groups, (drawn) => differenceOfMeans(drawn.map(meanPair)), options);
  return withSignTest(estimate, groups.map(meanPair).map(differenceOf), options.random);
}

/** The relative change over groups, of quantities that have the same scale in all of them (shares, say). */
export function groupedChange(groups: readonly (readonly Pair[])[], options: PairOptions): TestedEstimate | null {
  const ratio = nestedBootstrap(groups, (drawn) => ratioOfMeans(drawn.map(meanPair)), options);
  return shifted(withSignTest(ratio, groups.map(meanPair).map(differenceOf), options.random), -1);
}

/**
 * Two-sided p-value of "the differences are as likely to have the other sign": the share of sign patterns whose sum is at least as far
 * from 0 as what was seen. Exact up to 14 differences. For clusters it is the wild bootstrap with Rademacher weights under the
 * null (Cameron, Gelbach & Miller, "Bootstrap-Based Improvements for Inference with Clustered Errors", 2008).
 *
 * @example signFlipPValue([1, 2, 3], random) // 2 of 8 patterns, 0.25
 */
export function signFlipPValue(differences: readonly number[], random: RandomSource): number {
  const seen = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  // Sums of the same numbers in another order differ in their last digits.
  const scale = differences.reduce((sum, value) => sum + Math.abs(value), 0);
  const isAsFar = (sum: number) => Math.abs(sum) >= seen - 1e-12 * scale;
  let asFar = 0;
  if (differences.length <= MOST_ENUMERATED) {
    const patterns = 2 ** differences.length;
    for (let pattern = 0; pattern < patterns; pattern++) {
      if (isAsFar(differences.reduce((sum, value, index) => sum + ((pattern >> index) & 1 ? -value : value), 0)))
        asFar++;
    }
    return asFar / patterns;
  }
  for (let draw = 0; draw < DRAWN_PATTERNS; draw++) {
    if (isAsFar(differences.reduce((sum, value) => sum + (random.next() < 0.5 ? -value : value), 0))) asFar++;
  }
  return (asFar + 1) / (DRAWN_PATTERNS + 1);
}

function withSignTest(
  estimate: TestedEstimate | null,
  differences: readonly number[],
  random: RandomSource,
): TestedEstimate | null {
  if (estimate === null || differences.length < MINIMUM_CLUSTERS) return estimate;
  return { ...estimate, pValue: signFlipPValue(differences, random) };
}

function shifted(estimate: TestedEstimate | null, by: number): TestedEstimate | null {
  if (estimate === null) return null;
  const { low, high } = estimate;
  return {
    ...estimate,
    estimate: estimate.estimate + by,
    low: low === null ? null : low + by,
    high: high === null ? null : high + by,
  };
}

function differenceOfMeans(pairs: readonly Pair[]): number | null {
  return pairs.length === 0 ? null : mean(pairs.map(differenceOf));
}

function ratioOfMeans(pairs: readonly Pair[]): number | null {
  const theirs = pairs.reduce((sum, pair) => sum + pair.theirs, 0);
  return theirs === 0 ? null : pairs.reduce((sum, pair) => sum + pair.ours, 0) / theirs;
}

function meanPair(pairs: readonly Pair[]): Pair {
  return { ours: mean(pairs.map(({ ours }) => ours)), theirs: mean(pairs.map(({ theirs }) => theirs)) };
}

function differenceOf({ ours, theirs }: Pair): number {
  return ours - theirs;
}
