// Whom to take where some share causes of delay: the cheaper of the smallest prefix by probability and of the smallest prefix of
// an order that spreads over the causes.

import { type CorrelatedMembers, requireMembers, smallestCorrelatedPrefix } from "./correlated-tail.ts";
import { descendingOrder } from "./descending-order.ts";
import { type CorrelatedQuorum, diversifiedPositions, reordered } from "./diversified-order.ts";
import type { TailMethod } from "./poisson-binomial.ts";

export interface BestPrefix {
  /** Indices of those to take, by descending p; null if all members together do not reach the quorum. */
  readonly members: Uint32Array | null;
  /** P(N >= count) of these; of all members where there are none. */
  readonly probability: number;
  /** Sum of 1 - p over the same. */
  readonly expectedFailures: number;
  readonly order: "by-probability" | "diversified";
  readonly method: TailMethod;
}

/**
 * The prefix with the fewer expected failures, of the order by p (equal ones in the given order) and of the diversified one; that
 * by p on a tie. Both keep the promise; neither need be the best set there is, except without correlation or with one cause only.
 *
 * @throws {ProbSelectError} selection.invalid-argument naming the argument that is not usable.
 * @example
 * // The third client costs more failures than the second one, but does not share the first one's cause.
 * bestCorrelatedPrefix({ probabilities: [0.9, 0.9, 0.88], groups: [1, 1, 2], correlation: 0.5, count: 1, wanted: 0.98 })
 * // { members: Uint32Array [0, 2], probability: 0.988, expectedFailures: 0.22, order: "diversified", method: "exact" }
 */
export function bestCorrelatedPrefix(quorum: CorrelatedQuorum): BestPrefix {
  requireMembers(quorum);
  const { count, wanted, correlation } = quorum;
  const order = descendingOrder(quorum.probabilities);
  const sorted = reordered(quorum, order);
  const plain = smallestCorrelatedPrefix(sorted, count, wanted);
  const plainFailures = expectedFailures(sorted, plain.size ?? order.length);
  const { probability, method } = plain;
  const plainResult = { probability, expectedFailures: plainFailures, order: "by-probability", method } as const;
  if (plain.size === null) return { ...plainResult, members: null };
  const plainChoice: BestPrefix = { ...plainResult, members: order.slice(0, plain.size) };
  if (correlation === 0) return plainChoice;

  const positions = diversifiedPositions(sorted, plain.size, wanted);
  const diversified = smallestCorrelatedPrefix(reordered(sorted, positions), count, wanted);
  if (diversified.size === null) return plainChoice;
  // In the order of p again, so that equal sets have equal sums.
  const chosen = Uint32Array.from(positions.slice(0, diversified.size)).sort();
  const failures = expectedFailures(reordered(sorted, chosen), chosen.length);
  if (failures >= plainFailures) return plainChoice;
  return {
    members: chosen.map((position) => order[position] as number),
    probability: diversified.probability,
    expectedFailures: failures,
    order: "diversified",
    method: diversified.method,
  };
}

function expectedFailures({ probabilities }: CorrelatedMembers, size: number): number {
  let sum = 0;
  for (let position = 0; position < size; position++) sum += 1 - (probabilities[position] as number);
  return sum;
}
