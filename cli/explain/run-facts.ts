// What `probselect explain --run` knows of a client's rounds: what --json prints, and all that the texts are made of.

import type {
  CandidateStanding,
  ClientHistory,
  ClientRoundEntry,
  Registration,
} from "../../experiments/report/client-history.ts";
import { clientSummary, notSelectedCode } from "../../experiments/report/client-summary.ts";
import { forecastInterval } from "../../experiments/report/forecast-interval.ts";
import type { RoundData, RunData } from "../../experiments/report/run-data.ts";
import { forecastParts, secondsForCompute } from "../../selection/explain-forecast.ts";
import { roundTimeLawOf } from "../../selection/latency/round-model.ts";
import { roundTimeCdf } from "../../selection/probability/round-time.ts";
import type { LatencyForecast } from "../../selection/types.ts";
import type { RoundPlan } from "../../server/rounds/types.ts";
import { stepCount } from "../../workloads/round-workload.ts";
import { asksForProbability, placeAmong, whatIf } from "./round-place.ts";
import { standingReason, standingWord, whyInShort } from "./standing-words.ts";

export interface JournalSource {
  readonly journal: string;
  readonly run: RunData;
}

export type HistoryFacts = ReturnType<typeof historyFacts>;
export type RoundFacts = ReturnType<typeof roundFacts>;
export type EntryFacts = ReturnType<typeof entryFacts>;
export type ClientFacts = ReturnType<typeof clientFacts>;

/** All rounds of one client. */
export function historyFacts(history: ClientHistory, source: JournalSource) {
  return {
    ...runFacts(source),
    client: clientFacts(history.clientId, history.registration, evidenceOf(history.rounds.at(-1))),
    rounds: history.rounds.map((entry) => entryFacts(entry, source.run)),
    summary: clientSummary(history),
  };
}

/** One round of one client, in full. */
export function roundFacts(entry: ClientRoundEntry, history: ClientHistory, source: JournalSource) {
  const registration = entry.registration ?? history.registration;
  const { round, standing } = entry;
  const inShort = entryFacts(entry, source.run);
  return {
    ...runFacts(source),
    client: clientFacts(history.clientId, registration, evidenceOf(entry)),
    ...inShort,
    ...(standing.kind === "candidate"
      ? candidateFacts(round.plan, standing, inShort.isProbabilityAskedFor)
      : { forecast: null, place: null, whatIf: null, comparison: null }),
    work: workFacts(entry, registration, source.run),
    /** With so many updates the round was to close; null: at its deadline, or with its last client. */
    closesAfterUpdates: round.plan.closesAfterUpdates ?? null,
    roundForecast: round.plan.forecast ?? null,
    roundOutcome: roundOutcomeFacts(round),
  };
}

/** What every answer of `explain --run` begins with. */
export function runFacts({ journal, run }: JournalSource) {
  return {
    journal,
    runName: run.started.runName,
    /** Null: the run was cut off, or is still running. */
    runEnd: run.finished?.reason ?? null,
  };
}

type Evidence = Pick<LatencyForecast, "tier" | "tierReason">;

function evidenceOf(entry: ClientRoundEntry | undefined): Evidence | undefined {
  return entry?.standing.kind === "candidate" ? entry.standing.decision.forecast : undefined;
}

function clientFacts(clientId: string, registration: Registration | null, evidence: Evidence | undefined) {
  const known = evidence ?? registration?.forecast ?? registration?.device;
  return {
    clientId,
    device: registration?.device ?? null,
    tier: known?.tier ?? null,
    tierReason: known?.tierReason ?? null,
    backend: registration?.backend ?? null,
    /** Why it trained with that; null for a client that has no other back-end. */
    backendReason: registration?.backendChoice?.reason ?? null,
    isEmulated: registration?.emulated ?? null,
    link: registration?.link ?? null,
    exampleCount: registration?.exampleCount ?? null,
    labels: registration?.labels ?? [],
    /** What it may spend in a round; null: what it needs. */
    energy: registration?.energy ?? null,
    /** Sentences on its examples beside those of other clients. */
    dataWarnings: registration?.dataWarnings ?? [],
    /** Why it can never be forecast, and so is never selected; null if it can. */
    unforecastable: registration?.unforecastable ?? null,
  };
}

function entryFacts(entry: ClientRoundEntry, run: RunData) {
  const { round, standing } = entry;
  const { plan } = round;
  const candidate = standing.kind === "candidate" ? standing : null;
  const forecast = candidate?.decision.forecast ?? null;
  return {
    round: round.round,
    policy: plan.policy,
    deadlineSeconds: plan.slo.deadlineSeconds,
    minimumProbability: plan.slo.minimumProbability,
    /** Whether the policy asks for `minimumProbability`; one that draws at random does not. */
    // Journals of old have no settings.
    isProbabilityAskedFor: asksForProbability(plan, run.started.config.selection.settings ?? {}),
    standing: standingWord(entry),
    reasonCode: notSelectedCode(entry) ?? "selected",
    reasonInShort: whyInShort(entry),
    reason: standingReason(entry),
    selectionNote: plan.selectionNote ?? null,
    deadlineProbability: forecast?.deadlineProbability ?? null,
    /** The round at the mean utilisation; the catalogue's median where the device is not known. */
    expectedSeconds: forecast?.atMeanUtilisation.totalSeconds ?? null,
    isDeviceUnknown: forecast === null ? null : forecast.computeLaw === null,
    outcome: candidate?.outcome ?? null,
    deviceSeconds: candidate?.outcome?.computeSeconds ?? null,
    deviceTimeUse: candidate?.use ?? null,
    /** Null if the journal ends in this round. */
    roundStatus: round.outcome?.status ?? null,
  };
}

function candidateFacts(plan: RoundPlan, { decision, outcome }: CandidateStanding, isProbabilityAskedFor: boolean) {
  const { forecast } = decision;
  return {
    forecast: {
      ...forecast,
      parts: forecastParts(forecast),
      secondsForCompute: secondsForCompute(forecast, plan.slo.deadlineSeconds),
      /** Central 80 % of the round's time; null for an unknown device, whose law is a mixture. */
      interval80: forecastInterval(forecast),
    },
    place: placeAmong(plan, decision),
    whatIf: whatIf(plan, decision, isProbabilityAskedFor),
    comparison: outcome?.status === "completed" ? compare(outcome.latencySeconds, forecast) : null,
  };
}

/** What happened beside what was forecast. */
function compare(latencySeconds: number, forecast: LatencyForecast) {
  const { totalSeconds } = forecast.atMeanUtilisation;
  const law = roundTimeLawOf(forecast);
  return {
    ratioToExpected: totalSeconds === 0 ? null : latencySeconds / totalSeconds,
    /** With which probability it had been forecast to be done by then; null for an unknown device. */
    probabilityByThen: law && roundTimeCdf(law, latencySeconds),
  };
}

/** What it was, or would have been, asked to train; null where the journal does not have its examples. */
function workFacts({ standing }: ClientRoundEntry, registration: Registration | null, { started }: RunData) {
  const assigned = standing.kind === "candidate" ? standing.decision.work : undefined;
  const exampleCount = assigned?.exampleCount ?? registration?.exampleCount;
  if (exampleCount === undefined) return null;
  const { model, training } = started.config;
  const { batchSize } = training;
  const epochs = assigned?.epochs ?? training.epochs;
  return {
    modelName: model,
    parameterCount: started.parameterCount,
    exampleCount,
    heldExampleCount: registration?.exampleCount ?? null,
    epochs,
    batchSize,
    stepCount: stepCount({ epochs, batchSize }, exampleCount),
    isSetByPolicy: assigned !== undefined,
  };
}

/** Null if the journal ends in this round. */
function roundOutcomeFacts({ outcome }: RoundData) {
  if (outcome === null) return null;
  const { status, reason = null, metrics, evaluation } = outcome;
  return { status, reason, ...metrics, testAccuracy: evaluation?.accuracy ?? null };
}
