// An order of clients that spreads over causes of delay: whoever shares a cause with many already taken adds more to the spread of
// how many are in time than his p tells. Greedy, by the normal approximation of the tail.

import { type CorrelatedMembers, NO_GROUP, requireMembers, smallestCorrelatedPrefix } from "./correlated-tail.ts";
import { descendingOrder } from "./descending-order.ts";
import { normalQuantile } from "./normal-distribution.ts";

/** Whom to take so that `count` of them succeed with the wanted probability. */
export interface CorrelatedQuorum extends CorrelatedMembers {
  /** An integer. */
  readonly count: number;
  /** In [0, 1]. */
  readonly wanted: number;
}

/**
 * All members, first those that a diversified prefix may take, then the others by p. With mean M and variance V of N, the tail is
 * about Phi(u), u = (M - count + 1/2) / sqrt(V). A member that adds dM = p and dV changes u by (p - u / (2 sqrt(V)) dV) / sqrt(V).
 * Where the quorum is just reached u = Phi^-1(wanted), and V hardly depends on who exactly is taken, so that each step takes the
 * member with the largest
 *
 *   p - lambda dV,  lambda = Phi^-1(wanted) / (2 sqrt(V)) at the smallest prefix by p,  dV = p (1 - p) + 2 sum of cov(i, j)
 *
 * over the j taken of its group, with cov(i, j) = rho phi(Phi^-1(p_i)) phi(Phi^-1(p_j)), the first term of the tetrachoric
 * series (Pearson 1900). A wanted probability of 1/2 or less has no use for a smaller variance: the order is that of p.
 *
 * The diversified part ends where its expected failures exceed those of the smallest prefix by p, which is cheaper from there
 * on. It costs its length times the groups that it touches.
 *
 * @returns indices of the members.
 * @throws {ProbSelectError} selection.invalid-argument naming the argument that is not usable.
 */
export function diversifiedOrder(quorum: CorrelatedQuorum): Uint32Array {
  requireMembers(quorum);
  const byProbability = descendingOrder(quorum.probabilities);
  const sorted = reordered(quorum, byProbability);
  const { size } = smallestCorrelatedPrefix(sorted, quorum.count, quorum.wanted);
  if (size === null) return byProbability;
  const positions = diversifiedPositions(sorted, size, quorum.wanted);
  const isTaken = new Uint8Array(byProbability.length);
  for (const position of positions) isTaken[position] = 1;
  const rest = byProbability.filter((_, position) => isTaken[position] === 0);
  const order = new Uint32Array(byProbability.length);
  order.set(positions.map((position) => byProbability[position] as number));
  order.set(rest, positions.length);
  return order;
}

/** The members at these indices, in their order. */
export function reordered(members: CorrelatedMembers, order: ArrayLike<number>): CorrelatedMembers {
  const probabilities = new Float64Array(order.length);
  const groups = new Uint32Array(order.length);
  for (let position = 0; position < order.length; position++) {
    const index = order[position] as number;
    probabilities[position] = members.probabilities[index] as number;
    groups[position] = members.groups[index] as number;
  }
  return { probabilities, groups, correlation: members.correlation };
}

/** A group of which some are taken and some are not. */
interface TouchedGroup {
  /** Of its next member, with p and phi(Phi^-1(p)). */
  readonly position: number;
  readonly probability: number;
  readonly density: number;
  /** Sum of phi(Phi^-1(p)) of those taken. */
  readonly densityTaken: number;
}

/**
 * The diversified part of the order.
 *
 * @param sorted by descending p.
 * @param size of the smallest prefix that reaches the quorum.
 * @returns positions in `sorted`.
 */
export function diversifiedPositions(sorted: CorrelatedMembers, size: number, wanted: number): number[] {
  const probabilities = Float64Array.from(sorted.probabilities);
  const price = priceOfVariance(sorted, size, wanted);
  const { nextOfGroup, isFirstOfGroup } = chains(sorted.groups);
  const scoreOf = ({ probability: p, density, densityTaken }: TouchedGroup) =>
    p - price * (p * (1 - p) + 2 * sorted.correlation * density * densityTaken);
  let failuresLeft = probabilities.subarray(0, size).reduce((sum, p) => sum + 1 - p, 0);
  const positions: number[] = [];
  const touched = new Set<TouchedGroup>();
  // Of the untouched groups only the most probable member can be next: p - lambda p (1 - p) grows with p, from 1/2 on at least.
  let fresh = freshFrom(0, isFirstOfGroup, probabilities);
  while (failuresLeft >= 0 && positions.length < probabilities.length) {
    let best = fresh;
    let bestScore = fresh ? scoreOf(fresh) : Number.NEGATIVE_INFINITY;
    for (const group of touched) {
      const score = scoreOf(group);
      if (best && (score < bestScore || (score === bestScore && group.position > best.position))) continue;
      best = group;
      bestScore = score;
    }
    if (best === null) break;
    if (best === fresh) fresh = freshFrom(best.position + 1, isFirstOfGroup, probabilities);
    positions.push(best.position);
    failuresLeft -= 1 - best.probability;
    const next = nextOfGroup[best.position] as number;
    touched.delete(best);
    if (next !== NONE) touched.add(afterTaking(best, next, probabilities));
  }
  return positions;
}

/** The most probable member of the groups untouched so far, as the group that it opens; null if all are touched. */
function freshFrom(from: number, isFirstOfGroup: Uint8Array, probabilities: Float64Array): TouchedGroup | null {
  const position = isFirstOfGroup.indexOf(1, from);
  if (position < 0) return null;
  const probability = probabilities[position] as number;
  return { position, probability, density: densityAtQuantile(probability), densityTaken: 0 };
}

function afterTaking(group: TouchedGroup, next: number, probabilities: Float64Array): TouchedGroup {
  const probability = probabilities[next] as number;
  const densityTaken = group.densityTaken + group.density;
  return { position: next, probability, density: densityAtQuantile(probability), densityTaken };
}

/** lambda; 0 where there is no variance to be had. */
function priceOfVariance({ probabilities, groups, correlation }: CorrelatedMembers, size: number, wanted: number) {
  if (wanted <= 0.5 || wanted === 1 || correlation === 0) return 0;
  let variance = 0;
  const densities = new Map<number, number>();
  for (let position = 0; position < size; position++) {
    const p = probabilities[position] as number;
    const group = groups[position] as number;
    variance += p * (1 - p);
    if (group === NO_GROUP) continue;
    const density = densityAtQuantile(p);
    const taken = densities.get(group) ?? 0;
    variance += 2 * correlation * density * taken;
    densities.set(group, taken + density);
  }
  return variance > 0 ? normalQuantile(wanted) / (2 * Math.sqrt(variance)) : 0;
}

/** phi(Phi^-1(p)): how much p changes with the group's luck. */
function densityAtQuantile(p: number): number {
  const z = normalQuantile(p);
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

const NONE = -1;

/** For each position the next one of its group, and whether it is its group's first. */
function chains(groups: ArrayLike<number>): { readonly nextOfGroup: Int32Array; readonly isFirstOfGroup: Uint8Array } {
  const nextOfGroup = new Int32Array(groups.length).fill(NONE);
  const isFirstOfGroup = new Uint8Array(groups.length);
  const lastOfGroup = new Map<number, number>();
  for (let position = 0; position < groups.length; position++) {
    const group = groups[position] as number;
    const last = group === NO_GROUP ? undefined : lastOfGroup.get(group);
    if (last === undefined) isFirstOfGroup[position] = 1;
    else nextOfGroup[last] = position;
    if (group !== NO_GROUP) lastOfGroup.set(group, position);
  }
  return { nextOfGroup, isFirstOfGroup };
}
