// ProbAlloc of E3CS (Huang et al., arXiv 2011.08756): the probability with which each client is to be selected, from its weight.
// Everybody has the quota; what it leaves follows the weights, which are capped where a probability would pass 1.

import { numberColumn } from "../../../policy/number-column.ts";

export interface Allocation {
  /** p_i, in the order of the weights; their sum is `count`. */
  readonly probabilities: Float64Array;
  /** 1 for a client whose weight was capped: it is selected for certain, which tells nothing about its weight. */
  readonly isCapped: Uint8Array;
}

/** Rounding alone must not cap a client whose probability is exactly 1. */
const TOLERANCE = 1e-12;

/**
 * p_i = sigma + (k - K sigma) min(w_i, c) / sum_j min(w_j, c), with the largest c that leaves every p_i at most 1.
 *
 * Of the capped, p_i = 1; the others share what is left: p_i = sigma + (k - K sigma - s (1 - sigma)) w_i / (sum of their weights),
 * s the number of capped. Weights are given by their logarithms, so that none is too large or too small for a number.
 *
 * @param options.logWeights ln w_i, finite; one for each of the K clients.
 * @param options.count k, 0 to K.
 * @param options.quota sigma, 0 to k / K.
 * @example allocateProbabilities({ logWeights: Float64Array.of(Math.log(2), 0, 0), count: 1, quota: 0 }).probabilities // [0.5, 0.25, 0.25]
 */
export function allocateProbabilities(options: {
  readonly logWeights: Float64Array;
  readonly count: number;
  readonly quota: number;
}): Allocation {
  const { logWeights, count, quota } = options;
  const spread = Math.max(0, count - logWeights.length * quota);
  const { edge, cappedCount, tail } = capEdge(logWeights, spread, 1 - quota);
  const left = Math.max(0, spread - cappedCount * (1 - quota));
  const isCapped = Uint8Array.from(numberColumn(logWeights, (logWeight) => (logWeight > edge ? 1 : 0)));
  const probabilities = logWeights.map((logWeight, index) =>
    isCapped[index] === 1 ? 1 : Math.min(1, quota + (left * Math.exp(logWeight - edge)) / tail),
  );
  return { probabilities, isCapped };
}

interface CapEdge {
  /** The largest logarithm that is not capped; -Infinity if all are. */
  readonly edge: number;
  readonly cappedCount: number;
  /** The sum of the weights that are not capped, in units of the largest of them. */
  readonly tail: number;
}

function capEdge(logWeights: Float64Array, spread: number, room: number): CapEdge {
  const fits = (capped: number, tail: number) => (spread - capped * room) / tail <= room * (1 + TOLERANCE);
  const largest = logWeights.reduce((most, logWeight) => Math.max(most, logWeight), Number.NEGATIVE_INFINITY);
  const sum = logWeights.reduce((total, logWeight) => total + Math.exp(logWeight - largest), 0);
  if (fits(0, sum)) return { edge: largest, cappedCount: 0, tail: sum };
  return edgeOfSorted(logWeights.toSorted().reverse(), fits);
}

/** @param sorted descending. */
function edgeOfSorted(sorted: Float64Array, fits: (capped: number, tail: number) => boolean): CapEdge {
  const tails = new Float64Array(sorted.length + 1);
  for (let index = sorted.length - 1; index >= 0; index--) {
    const next = sorted[index + 1] ?? Number.NEGATIVE_INFINITY;
    tails[index] = 1 + (tails[index + 1] as number) * Math.exp(next - (sorted[index] as number));
  }
  for (let index = 1; index < sorted.length; index++) {
    const tail = tails[index] as number;
    if (fits(index, tail)) return { edge: sorted[index] as number, cappedCount: index, tail };
  }
  return { edge: Number.NEGATIVE_INFINITY, cappedCount: sorted.length, tail: 1 };
}
