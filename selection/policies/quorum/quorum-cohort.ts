// The fewest clients of an order that bring the required updates with the required probability. Of all sets that reach it, the
// least prefix of the order by p has the fewest expected misses: swapping a member for a more probable client raises the tail and
// lowers the misses, and every further member adds some (Hoeffding 1956 for the order; test: full enumeration up to 12 clients).

import { numberColumn } from "../../policy/number-column.ts";
import { firstOf, type Order } from "../../policy/ranking.ts";
import { bestCorrelatedPrefix } from "../../probability/best-correlated-prefix.ts";
import { correlatedTail, smallestCorrelatedPrefix } from "../../probability/correlated-tail.ts";
import { smallestPrefix, tailProbability } from "../../probability/poisson-binomial.ts";

export interface QuorumCohort {
  /** In the order's order. */
  readonly members: Uint32Array;
  /** P(at least so many of them are on time). */
  readonly reached: number;
  readonly isEnough: boolean;
}

export interface QuorumQuestion {
  readonly order: Order;
  /** By candidate. */
  readonly probabilities: Float64Array;
  readonly requiredUpdates: number;
  readonly wantedProbability: number;
  /** The most members. */
  readonly limit: number;
  /** Null where clients fail independently. */
  readonly sharedCauses: {
    readonly groups: Uint32Array;
    readonly correlation: number;
    /** Whether members may be taken in another order, to spread them over the causes. */
    readonly mayReorder: boolean;
  } | null;
}

/** Where the quorum is out of reach, all that may be asked, and what they reach. */
export function quorumCohort(question: QuorumQuestion): QuorumCohort {
  const { order, limit, requiredUpdates } = question;
  const most = Math.min(limit, order.eligible.length);
  // A third more than required is usual; only who may be needed is sorted.
  for (let count = Math.ceil(1.5 * requiredUpdates) + 32; ; count *= 2) {
    const isLast = count >= most;
    const members = firstOf(order, Math.min(count, most));
    const { sharedCauses } = question;
    const found = sharedCauses === null ? independent(question, members) : correlated(question, sharedCauses, members);
    if (found.isEnough || isLast) return found;
  }
}

function independent(question: QuorumQuestion, members: Uint32Array): QuorumCohort {
  const { probabilities, requiredUpdates, wantedProbability } = question;
  const values = valuesOf(probabilities, members);
  const { size, probability } = smallestPrefix(values, requiredUpdates, wantedProbability);
  return { members: members.subarray(0, size ?? members.length), reached: probability, isEnough: size !== null };
}

function correlated(
  { probabilities, requiredUpdates, wantedProbability }: QuorumQuestion,
  sharedCauses: NonNullable<QuorumQuestion["sharedCauses"]>,
  members: Uint32Array,
): QuorumCohort {
  const crowd = crowdOf(probabilities, sharedCauses, members);
  if (!sharedCauses.mayReorder) {
    const { size, probability } = smallestCorrelatedPrefix(crowd, requiredUpdates, wantedProbability);
    return { members: members.subarray(0, size ?? members.length), reached: probability, isEnough: size !== null };
  }
  const best = bestCorrelatedPrefix({ ...crowd, count: requiredUpdates, wanted: wantedProbability });
  const chosen = best.members?.map((place) => members[place] as number) ?? members;
  return { members: chosen, reached: best.probability, isEnough: best.members !== null };
}

/** P(N >= count) of exactly these members. */
export function reachedBy(question: QuorumQuestion, members: Uint32Array): number {
  const { probabilities, requiredUpdates, sharedCauses } = question;
  if (sharedCauses === null) return tailProbability(valuesOf(probabilities, members), requiredUpdates);
  return correlatedTail(crowdOf(probabilities, sharedCauses, members), requiredUpdates);
}

function crowdOf(
  probabilities: Float64Array,
  { groups, correlation }: NonNullable<QuorumQuestion["sharedCauses"]>,
  members: Uint32Array,
) {
  return {
    probabilities: valuesOf(probabilities, members),
    groups: members.map((index) => groups[index] as number),
    correlation,
  };
}

function valuesOf(column: Float64Array, members: Uint32Array): Float64Array {
  return numberColumn(members, (index) => column[index] as number);
}
