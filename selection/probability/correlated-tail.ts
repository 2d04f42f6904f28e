// P(N >= k) where some clients share a cause of delay: groups are independent of each other, and the members of one group by the
// one-factor copula of group-law.ts. Ignoring a shared cause overstates a promise: of 60 clients of p = 0.9, 50 are in time with
// 0.966 if they are independent, but with 0.864 if all share a cause with rho = 0.1.

import { ProbSelectError } from "../../foundation/errors.ts";
import { addMember, type CountLaw, emptyCountLaw, NEGLIGIBLE_IN_MIXTURE, sumOfCounts } from "./count-law.ts";
import { groupLaw } from "./group-law.ts";
import {
  type QuorumPrefix,
  requireCount,
  requireProbabilities,
  requireWanted,
  smallestPrefix,
  type TailMethod,
  tailProbability,
  trivialPrefix,
} from "./poisson-binomial.ts";

/** The group of a member that shares its causes of delay with nobody. */
export const NO_GROUP = 0xffff_ffff;

export interface CorrelatedMembers {
  /** p_i in [0, 1]. */
  readonly probabilities: ArrayLike<number>;
  /** A group's number for each member, an unsigned 32-bit integer; NO_GROUP for one on its own. */
  readonly groups: ArrayLike<number>;
  /** rho in [0, 1), between the latent normal variables of two members of one group; 0 is independence. */
  readonly correlation: number;
}

/**
 * P(N >= count) with the precision and the cost of `groupLaw` for each group of two or more. The groups' sum costs up to `count`
 * times the members: milliseconds for a count of 100, a tenth of a second for 10,000, minutes for 100,000 of several groups.
 *
 * @param count an integer; 1 if it is 0 or less, 0 if it exceeds the members.
 * @throws {ProbSelectError} selection.invalid-argument naming the argument that is not usable.
 * @example correlatedTail({ probabilities: [0.5, 0.5], groups: [7, 7], correlation: 0.5 }, 2) // 1/4 + asin(1/2) / (2 pi) = 1/3
 */
export function correlatedTail(members: CorrelatedMembers, count: number): number {
  requireMembers(members);
  requireCount(count);
  if (members.correlation === 0) return tailProbability(members.probabilities, count);
  if (count <= 0) return 1;
  return tailOfFirst(members, members.probabilities.length, count).probability;
}

/**
 * As `smallestPrefix`, for members that may share causes of delay. A further member never lowers N, whatever else happens, so
 * the tail never falls along the list: the size is found by doubling the members beyond the quorum, beginning with what
 * independent ones would need, and by bisection.
 *
 * In descending order of p the prefix is the set of least expected failures if all share one cause: p_i(z) never falls with p_i
 * at any z, so that exchanging a member for one of higher p raises the tail there too. With several groups another set may be
 * better: see `bestCorrelatedPrefix`.
 *
 * @throws {ProbSelectError} selection.invalid-argument naming the argument that is not usable.
 */
export function smallestCorrelatedPrefix(members: CorrelatedMembers, count: number, wanted: number): QuorumPrefix {
  requireMembers(members);
  requireCount(count);
  requireWanted(wanted);
  const { probabilities, correlation } = members;
  if (correlation === 0) return smallestPrefix(probabilities, count, wanted);
  const trivial = trivialPrefix(probabilities, count, wanted);
  if (trivial) return trivial;
  const most = probabilities.length;
  let excess = Math.max(1, (smallestPrefix(probabilities, count, wanted).size ?? most) - count + 1);
  let failing = count - 1;
  let reached: (FoundTail & { readonly size: number }) | null = null;
  while (reached === null || reached.size - failing > 1) {
    const size: number = reached === null ? Math.min(most, count - 1 + excess) : (failing + reached.size) >>> 1;
    const tail = tailOfFirst(members, size, count);
    // One of 1 asks for certainty, which `trivialPrefix` has found where there is any.
    if (wanted < 1 && tail.probability >= wanted) reached = { ...tail, size };
    else if (size === most) return { ...tail, size: null };
    else failing = size;
    excess *= 2;
  }
  return reached;
}

interface FoundTail {
  readonly probability: number;
  readonly method: TailMethod;
}

/** Of the first `size` members. @param count at least 1. */
function tailOfFirst(
  { probabilities, groups, correlation }: CorrelatedMembers,
  size: number,
  count: number,
): FoundTail {
  if (count > size) return { probability: 0, method: "exact" };
  const byGroup = new Map<number, number[]>();
  let law: CountLaw = emptyCountLaw(count, NEGLIGIBLE_IN_MIXTURE);
  for (let index = 0; index < size; index++) {
    const group = groups[index] as number;
    const p = probabilities[index] as number;
    const others = byGroup.get(group);
    if (group === NO_GROUP) addMember(law, p, 1 - p);
    else if (others) others.push(p);
    else byGroup.set(group, [p]);
  }
  let method: TailMethod = "exact";
  for (const group of byGroup.values()) {
    const [p = 0] = group;
    if (group.length === 1) {
      addMember(law, p, 1 - p);
      continue;
    }
    const ofGroup = groupLaw(group, correlation, Math.min(count, group.length + 1));
    if (ofGroup.method !== "exact") method = ofGroup.method;
    law = sumOfCounts(law, ofGroup.law);
  }
  return { probability: Math.min(1, law.atLeast), method };
}

/** @throws {ProbSelectError} selection.invalid-argument */
export function requireMembers({ probabilities, groups, correlation }: CorrelatedMembers): void {
  requireProbabilities(probabilities);
  if (groups.length !== probabilities.length) {
    throw new ProbSelectError(
      "selection.invalid-argument",
      `Every member needs a group, but there are ${probabilities.length} probabilities and ${groups.length} groups.`,
    );
  }
  if (!(correlation >= 0 && correlation < 1)) {
    throw new ProbSelectError(
      "selection.invalid-argument",
      `The correlation must be at least 0 and below 1, but it is ${correlation}.`,
    );
  }
}
