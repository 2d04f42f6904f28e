// What the tests of policies with a memory share: the request itself, so that a policy's reducers can be called one by one.

import { ClientSlots } from "../../../../selection/policy/client-slots.ts";
import type { ClientFeedback, RoundFeedback, SelectionRequest } from "../../../../selection/policy/policy.ts";
import { type TableOptions, tableOfCandidates } from "../../../../selection/policy/table-of-candidates.ts";
import type { ForecastCandidate } from "../../../../selection/types.ts";

/** Round 1, seed 7, 30 s and p_slo 0.8 if nothing else is said. */
export function requestOf(
  candidates: readonly ForecastCandidate[],
  { round = 1, seed = 7, ...options }: Partial<TableOptions> & { readonly round?: number; readonly seed?: number } = {},
): SelectionRequest {
  const slo = { deadlineSeconds: 30, minimumProbability: 0.8 };
  return { round, seed, slo, candidates: tableOfCandidates(candidates, { slo, ...options }) };
}

/** Slots as the candidates' order gives them, fixed for a run in which some are away. */
export function slotsOf(candidates: readonly ForecastCandidate[]): ClientSlots {
  const slots = new ClientSlots();
  for (const { candidate } of candidates) slots.slotOf(candidate.clientId);
  return slots;
}

/** Indices of those that are selected. */
export function selectedOf({ reasons }: { readonly reasons: Uint8Array }): number[] {
  return [...reasons.keys()].filter((index) => reasons[index] === 0);
}

/** A client's feedback: in time after 10 s, with a loss of 1. */
export function fared(slot: number, changes: Partial<ClientFeedback> = {}): ClientFeedback {
  return {
    slot,
    onTime: true,
    latencySeconds: 10,
    exampleCount: 100,
    trainingLoss: 1,
    rootMeanSquareLoss: null,
    ...changes,
  };
}

/** A round of 30 s with these clients. */
export function feedbackOf(clients: readonly ClientFeedback[], changes: Partial<RoundFeedback> = {}): RoundFeedback {
  return { round: 1, deadlineSeconds: 30, roundSeconds: 30, clients, ...changes };
}
