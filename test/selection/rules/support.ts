// What the tests of rules share: clients with labels, and a run of several rounds.

import { createPolicy } from "../../../selection/policies/find-policy.ts";
import { ClientSlots } from "../../../selection/policy/client-slots.ts";
import type { SelectionPolicy } from "../../../selection/policy/policy.ts";
import type { ClientRules } from "../../../selection/rules/client-rules.ts";
import { withClientRules } from "../../../selection/rules/with-client-rules.ts";
import type { ForecastCandidate, LatencyForecast, SelectionDecision } from "../../../selection/types.ts";
import { type Circumstances, decide } from "../policies/support.ts";
import { forecastCandidate } from "../support.ts";

export function labelled(
  clientId: string,
  probability: number,
  labels: readonly string[],
  changes: Partial<LatencyForecast> = {},
): ForecastCandidate {
  const { candidate, forecast } = forecastCandidate(clientId, probability, changes);
  return { candidate: { ...candidate, labels }, forecast };
}

/** The paper's policy under these rules. */
export const probselect = (rules: ClientRules, cohortSize?: number): SelectionPolicy =>
  withClientRules(createPolicy("probselect", { cohortSize }), rules);

export const mixed: readonly ForecastCandidate[] = [
  labelled("sat-1", 0.9, ["site:orbit"]),
  labelled("sat-2", 0.9, ["site:orbit", "tier:gold"]),
  labelled("berlin-1", 0.9, ["site:berlin", "tier:gold"]),
  labelled("paris-1", 0.9, ["site:paris", "beta:x"]),
  labelled("plain", 0.9, []),
];

/** A forecast that no luck can help. */
export const tooSmall: Partial<LatencyForecast> = {
  memory: { requiredBytes: 9e9, availableBytes: 8e9, fits: false },
};

/** Numbers for these clients, whoever of them is there. */
export function slotsOf(candidates: readonly ForecastCandidate[]): ClientSlots {
  const slots = new ClientSlots();
  for (const { candidate } of candidates) slots.slotOf(candidate.clientId);
  return slots;
}

/** The decisions of rounds 1, 2, ... about these candidates; a client is the same one in all of them. */
export function runOf(
  policy: SelectionPolicy,
  rounds: readonly (readonly ForecastCandidate[])[],
  circumstances: Circumstances = {},
): readonly (readonly SelectionDecision[])[] {
  const slots = new ClientSlots();
  return rounds.map((candidates, index) => decide(policy, candidates, { ...circumstances, slots, round: index + 1 }));
}

/** "a" and its reason, of each decision. */
export const reasonsOf = (decisions: readonly SelectionDecision[]): Readonly<Record<string, string>> =>
  Object.fromEntries(decisions.map(({ clientId, reason }) => [clientId, reason]));

export const codesOf = (decisions: readonly SelectionDecision[]): Readonly<Record<string, string>> =>
  Object.fromEntries(decisions.map(({ clientId, reasonCode }) => [clientId, reasonCode]));
