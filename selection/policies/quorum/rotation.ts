// Rotation by deficit queues: a feasible client that is not asked has one round more owed to it, one that is asked has its queue
// emptied. Order by V * p + Z is the drift-plus-penalty rule (Neely 2010, "Stochastic Network Optimization", chapter 4; for client
// selection RBCS-F, arXiv 2011.01783), with the client's turn as the service. Unlike a queue that a turn lowers by one, it has a
// bound on every wait (`longestWaitRounds`). It remembers the policy's own choices only.

import type { CandidateTable } from "../../policy/candidate-table.ts";

/** Z by slot: rounds in which the client was feasible and not asked, since it was last asked. */
export type Deficits = Float64Array;

/**
 * The order's weight: Z + V (p - floor) / (1 - floor), V in rounds.
 *
 * @param floor the least p of the feasible, below 1.
 * @example rotationWeight({ deficit: 3, probability: 0.9, floor: 0.8, patienceRounds: 5 }) // 3 + 5 * 0.5 = 5.5
 */
export function rotationWeight(client: {
  readonly deficit: number;
  readonly probability: number;
  readonly floor: number;
  readonly patienceRounds: number;
}): number {
  const { deficit, probability, floor, patienceRounds } = client;
  const share = floor >= 1 ? 0 : Math.max(0, probability - floor) / (1 - floor);
  return deficit + patienceRounds * share;
}

/**
 * The queues after a round.
 *
 * @param feasible indices of the candidates that could have been asked. Others owe and are owed nothing.
 * @param reasons 0 for those that were asked.
 */
export function nextDeficits(
  deficits: Deficits,
  { fleetSize, slots }: Pick<CandidateTable, "fleetSize" | "slots">,
  feasible: Uint32Array,
  reasons: Uint8Array,
): Deficits {
  const next = new Float64Array(Math.max(fleetSize, deficits.length));
  next.set(deficits);
  for (const index of feasible) {
    const slot = slots[index] as number;
    next[slot] = reasons[index] === 0 ? 0 : (next[slot] as number) + 1;
  }
  return next;
}

/**
 * The most rounds from one turn of a client to its next while n clients are feasible and at least k are asked a round:
 * V + ceil((n - 1) / k) + 1. Once its queue passes V, whoever is asked falls behind it for good, since queues grow alike; so each of
 * the others goes before it at most once more.
 *
 * @example longestWaitRounds({ feasibleCount: 21, cohortSize: 5, patienceRounds: 5 }) // 5 + 4 + 1 = 10
 */
export function longestWaitRounds(fleet: {
  readonly feasibleCount: number;
  readonly cohortSize: number;
  readonly patienceRounds: number;
}): number {
  return Math.ceil(fleet.patienceRounds) + Math.ceil((fleet.feasibleCount - 1) / fleet.cohortSize) + 1;
}
