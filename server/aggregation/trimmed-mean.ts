// The mean of each parameter without its largest and its smallest values.
// Yin et al. 2018, "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", arXiv 1803.01498, definition 2.

import { z } from "zod";
import { countOfShare } from "./byzantine-count.ts";
import { createSortedColumnsStrategy } from "./sorted-columns.ts";
import type { AggregationStrategy } from "./types.ts";

export const trimmedMeanSettings = z.strictObject({
  /** beta: of the updates, as many at each end; at least the share of those that may be dishonest. */
  trimmedShare: z.number().min(0).lt(0.5).default(0.2),
});

/**
 * Without floor(trimmedShare * n) of n values at each end: of few updates none may be cut. It is right as long as no more of
 * them are dishonest than are cut at one end.
 *
 * @example createTrimmedMean({ trimmedShare: 0.2 }) // of [-50], [1], [2], [6], [90]: [(1 + 2 + 6) / 3]
 */
export function createTrimmedMean({ trimmedShare }: z.infer<typeof trimmedMeanSettings>): AggregationStrategy {
  return createSortedColumnsStrategy("trimmed-mean", (sorted) => {
    const cut = countOfShare(trimmedShare, sorted.length);
    let sum = 0;
    for (let place = cut; place < sorted.length - cut; place++) sum += sorted[place] as number;
    return sum / (sorted.length - 2 * cut);
  });
}
