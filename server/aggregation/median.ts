// The median of each parameter: right as long as more than half of the updates are honest, and slow to learn from few of them.
// Yin et al. 2018, "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", arXiv 1803.01498, definition 1.

import { z } from "zod";
import { createSortedColumnsStrategy } from "./sorted-columns.ts";
import type { AggregationStrategy } from "./types.ts";

export const medianSettings = z.strictObject({});

/** @example createMedian() // of the updates [1], [2], [90]: [2]; of [1], [2], [4], [90]: [(2 + 4) / 2] */
export function createMedian(): AggregationStrategy {
  return createSortedColumnsStrategy("median", medianOf);
}

/** Of an even number the mean of the two in the middle. */
function medianOf(sorted: Float32Array): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}
