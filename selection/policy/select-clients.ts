// One round's selection, from candidates to decisions: forecasts, the policy's choice, and for every candidate, chosen or not, its
// forecast and its reason as a sentence. The aggregator and the experiments call the same function.

import { formatProbability, formatSeconds } from "../quantities.ts";
import {
  type ForecastCandidate,
  type LatencyForecast,
  type SelectionDecision,
  type SelectionReasonCode,
  type ServiceLevelObjective,
  selectionReasonCodes,
} from "../types.ts";
import { impossibilityInWords } from "./impossibility.ts";
import type { Monitoring, RoundEnd, Selection, SelectionPolicy, SelectionRequest, Truth } from "./policy.ts";
import { type RoundForecast, roundForecast } from "./round-forecast.ts";
import { type TableOptions, tableOfCandidates, withoutModel } from "./table-of-candidates.ts";

export interface SelectClientsOptions extends TableOptions {
  readonly policy: SelectionPolicy;
  readonly round: number;
  readonly seed: number;
  readonly candidates: readonly ForecastCandidate[];
  /** For a policy that needs it; entries by slot. */
  readonly monitoring?: Monitoring | undefined;
  /** For the oracle; entries by slot. */
  readonly truth?: Truth | undefined;
  /** As in the request. */
  readonly places?: number | undefined;
}

export interface RoundDecision {
  /** One a candidate, in their order. */
  readonly decisions: readonly SelectionDecision[];
  /** The round's, which the policy may have set. */
  readonly deadlineSeconds: number;
  readonly roundEnd: RoundEnd;
  /** What the round as a whole is expected to bring. */
  readonly forecast: RoundForecast;
  readonly note: string | undefined;
}

/**
 * Asks the policy and words its answer.
 *
 * @throws {ProbSelectError} selection.invalid-argument if the policy asks for what is not given.
 */
export function selectClients(options: SelectClientsOptions): RoundDecision {
  const { policy, round, seed, slo, candidates, places } = options;
  const table = tableOfCandidates(candidates, options);
  const request: SelectionRequest = { round, seed, slo, candidates: table, places };
  const selection = ask(policy, request, options);
  const finalSlo = { ...slo, deadlineSeconds: selection.deadlineSeconds ?? slo.deadlineSeconds };
  const decisions = candidates.map((entry, index) => decide(entry, index, selection, finalSlo, options));
  return {
    decisions,
    deadlineSeconds: finalSlo.deadlineSeconds,
    roundEnd: selection.roundEnd ?? { kind: "deadline" },
    forecast: roundForecast(decisions, finalSlo.deadlineSeconds, selection.objective),
    note: selection.note,
  };
}

const NOTHING_ASKED: Monitoring = { losses: null, staysNextRound: null };

function ask(
  policy: SelectionPolicy,
  request: SelectionRequest,
  { monitoring = NOTHING_ASKED, truth }: SelectClientsOptions,
): Selection {
  if (policy.needs === "monitoring") return policy.select({ ...request, monitoring });
  if (policy.needs !== "truth") return policy.select(request);
  // Without any truth nobody is known to be on time.
  const roundSeconds =
    truth?.roundSeconds ?? new Float64Array(request.candidates.fleetSize).fill(Number.POSITIVE_INFINITY);
  return policy.select({ ...request, truth: { roundSeconds } });
}

function decide(
  entry: ForecastCandidate,
  index: number,
  selection: Selection,
  slo: ServiceLevelObjective,
  { reforecast, slo: asked }: SelectClientsOptions,
): SelectionDecision {
  const work = selection.work?.get(index);
  const isChanged = work !== undefined || slo.deadlineSeconds !== asked.deadlineSeconds;
  if (slo.deadlineSeconds !== asked.deadlineSeconds && !reforecast) throw withoutModel("another deadline");
  const forecast =
    isChanged && reforecast ? reforecast(entry, { deadlineSeconds: slo.deadlineSeconds, work }) : entry.forecast;
  const reasonCode = selectionReasonCodes[selection.reasons[index] as number] as SelectionReasonCode;
  const selected = reasonCode === "selected";
  const because = wordsFor(reasonCode, forecast, slo) ?? selection.because(index, chanceInWords(forecast, slo));
  return {
    clientId: entry.candidate.clientId,
    selected,
    reasonCode,
    reason: `${selected ? "Selected" : "Skipped"}: ${because}.`,
    forecast,
    ...(work === undefined || !selected ? {} : { work }),
  };
}

/** The sentence of what is impossible, which is the same in every policy. */
function wordsFor(code: SelectionReasonCode, forecast: LatencyForecast, slo: ServiceLevelObjective): string | null {
  const isImpossible =
    code === "insufficient-memory" || code === "insufficient-energy" || code === "transfer-exceeds-deadline";
  return isImpossible ? impossibilityInWords(forecast, slo) : null;
}

/** "it should take about 1.2 s and meets the deadline of 30 s with 99.1 % probability", the common part of reasons. */
function chanceInWords(forecast: LatencyForecast, slo: ServiceLevelObjective): string {
  const { totalSeconds } = forecast.atMeanUtilisation;
  const estimate =
    forecast.tier === "unknown"
      ? `as an unknown device it would take ${formatSeconds(totalSeconds)} if it were the catalogue's median`
      : `it should take about ${formatSeconds(totalSeconds)}`;
  const chance = formatProbability(forecast.deadlineProbability, slo.minimumProbability);
  return `${estimate} and meets the deadline of ${formatSeconds(slo.deadlineSeconds)} with ${chance} probability`;
}
