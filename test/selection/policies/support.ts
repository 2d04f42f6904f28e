// What the tests of policies share: fleets of given probabilities, and one round's decisions about them.

import fc from "fast-check";
import type { SelectionPolicy } from "../../../selection/policy/policy.ts";
import {
  type RoundDecision,
  type SelectClientsOptions,
  selectClients,
} from "../../../selection/policy/select-clients.ts";
import type { Reforecast } from "../../../selection/policy/table-of-candidates.ts";
import type { ForecastCandidate, SelectionDecision } from "../../../selection/types.ts";
import { forecastCandidate } from "../support.ts";

export interface Circumstances extends Partial<Omit<SelectClientsOptions, "slo">> {
  readonly minimumProbability?: number;
  readonly deadlineSeconds?: number;
}

/** One round of the policy: round 1, seed 7, p_slo 0.8 and 30 s if nothing else is said. */
export function decideRound(
  policy: SelectionPolicy,
  candidates: readonly ForecastCandidate[],
  { minimumProbability = 0.8, deadlineSeconds = 30, ...changes }: Circumstances = {},
): RoundDecision {
  const slo = { deadlineSeconds, minimumProbability };
  const training = { epochs: 1, batchSize: 32 };
  return selectClients({ policy, round: 1, seed: 7, slo, candidates, training, reforecast, ...changes });
}

/**
 * A stand-in for a latency model: the chance of a miss, given for 5,000 examples and 30 s, grows with the examples and shrinks
 * with the deadline.
 */
export const reforecast: Reforecast = ({ forecast }, { deadlineSeconds, work }) => {
  const share = work === undefined ? 1 : (work.exampleCount * work.epochs) / 5000;
  const miss = (1 - forecast.deadlineProbability) * share * (30 / deadlineSeconds);
  return { ...forecast, deadlineProbability: Math.max(0, 1 - miss) };
};

export const decide = (...round: Parameters<typeof decideRound>): readonly SelectionDecision[] =>
  decideRound(...round).decisions;

/** Ids of those that the policy selects, in the candidates' order. */
export const chosenBy = (...round: Parameters<typeof decideRound>): string[] => selectedIds(decide(...round));

export const selectedIds = (decisions: readonly SelectionDecision[]): string[] =>
  decisions.filter(({ selected }) => selected).map(({ clientId }) => clientId);

/** client-0, client-1, ... with these probabilities; like unknown devices they have no law, only `reforecast`. */
export const fleet = (probabilities: readonly number[]): readonly ForecastCandidate[] =>
  probabilities.map((probability, index) => forecastCandidate(`client-${index}`, probability, { computeLaw: null }));

export const probability = fc.double({ min: 0, max: 1, noNaN: true });
/** With ties, which are where order sneaks in. */
export const probabilities = fc.array(fc.oneof(probability, fc.constantFrom(0, 0.5, 0.8, 0.9, 1)), { maxLength: 30 });
