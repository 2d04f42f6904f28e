// One round, end to end: forecast, select, write the plan, dispatch, collect, aggregate, evaluate, record. The same code runs
// in production over sockets and in experiments over a virtual clock; only what is passed in differs.

import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { seededRandom } from "../../foundation/random-source.ts";
import type { Architecture } from "../../models/architecture.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import type { ClientSlots } from "../../selection/policy/client-slots.ts";
import type { Monitoring, RoundEnd, SelectionPolicy, Truth } from "../../selection/policy/policy.ts";
import { reforecastWith } from "../../selection/policy/reforecast.ts";
import type { LatencyModel, ServiceLevelObjective } from "../../selection/types.ts";
import type { TrainingSettings, Workload } from "../../workloads/workload.ts";
import type { JournalEvent } from "../journal/events.ts";
import { askClients } from "./ask-clients.ts";
import { chooseClients } from "./choose-clients.ts";
import { forecastCandidates } from "./forecast-candidates.ts";
import { feedbackOf } from "./policy-feedback.ts";
import { roundMetrics } from "./round-metrics.ts";
import type {
  Aggregation,
  AggregationStrategy,
  ClientOutcome,
  Cohort,
  CohortReply,
  EvaluationResult,
  ModelVersion,
  RoundOutcome,
  RoundPlan,
  RoundTask,
  StoredModel,
} from "./types.ts";

/** The global model as a round needs it; on disk, so that agents can fetch it, or wherever the cohort finds it. */
export interface GlobalModel<Model extends ModelVersion = StoredModel> {
  readonly current: Model;
  read(): Promise<ParameterSet>;
  /** Makes `parameters` the current model. */
  replace(modelVersion: number, parameters: ParameterSet): Promise<Model>;
}

export interface RoundEngineOptions<Model extends ModelVersion = StoredModel> {
  readonly cohort: Cohort;
  readonly latencyModel: LatencyModel;
  readonly policy: SelectionPolicy;
  /** The numbers of the run's clients, which the policy knows them by. */
  readonly slots: ClientSlots;
  readonly strategy: AggregationStrategy;
  readonly slo: ServiceLevelObjective;
  readonly workload: Workload;
  readonly architecture: Architecture;
  readonly training: TrainingSettings;
  /** The run's seed; each round derives its own from it. */
  readonly seed: number;
  readonly globalModel: GlobalModel<Model>;
  /** Scores the current global model on held-out data. */
  readonly evaluate: (model: Model) => Promise<EvaluationResult | null>;
  readonly journal: { append(event: JournalEvent): void; flush(): Promise<void> };
  /**
   * Asks clients before a round, for a policy that needs it. Absent: nobody is asked, and the policy is shown that.
   *
   * @param lossOf whose loss the policy wants to know.
   */
  readonly monitor?: ((lossOf: readonly string[]) => Promise<Monitoring>) | undefined;
  /** How long the round would take everybody, for a policy that needs it: only a simulation knows. */
  readonly truth?: (() => Truth) | undefined;
}

/**
 * Runs one round. A round whose policy fails, or in which nobody is selected or nobody delivers, "fails": the model stays and the
 * run goes on.
 *
 * @param round 1 for the first.
 * @param signal ends the round early; it then counts as failed.
 * @throws if the journal cannot be written, the model cannot be stored or the evaluation breaks.
 */
export async function runRound<Model extends ModelVersion>(
  round: number,
  options: RoundEngineOptions<Model>,
  signal: AbortSignal,
): Promise<RoundOutcome> {
  const { policy, slots } = options;
  const { plan, roundEnd } = await planRound(round, options);
  const outcome = await carryOut(plan, roundEnd, options, signal);
  // A policy of static specs has no ear for it.
  if (policy.needs === "history" || policy.needs === "monitoring") {
    policy.learn(feedbackOf(outcome, plan.slo.deadlineSeconds, slots));
  }
  return outcome;
}

async function carryOut<Model extends ModelVersion>(
  plan: RoundPlan,
  roundEnd: RoundEnd,
  options: RoundEngineOptions<Model>,
  signal: AbortSignal,
): Promise<RoundOutcome> {
  const { round } = plan;
  options.journal.append({ type: "round-planned", plan });
  await options.journal.flush();

  const selected = plan.decisions.filter((decision) => decision.selected).map(({ clientId }) => clientId);
  if (selected.length === 0) return failedRound(plan, [], plan.selectionFailure ?? describeEmptyCohort(plan));

  const aggregation = options.strategy.begin(await options.globalModel.read());
  const clients: ClientOutcome[] = [];
  for await (const reply of options.cohort.train(roundTask(plan, roundEnd, options), selected, signal)) {
    const outcome = await settle(reply, aggregation);
    clients.push(outcome);
    options.journal.append({ type: "client-ended", round, outcome });
  }
  if (signal.aborted) return failedRound(plan, clients, "The run was interrupted.");
  if (!clients.some(({ status }) => status === "completed")) {
    return failedRound(
      plan,
      clients,
      `None of the ${selected.length} selected clients delivered a usable update in time.`,
    );
  }
  const parameters = finish(aggregation);
  if (typeof parameters === "string") return failedRound(plan, clients, parameters);
  const model = await options.globalModel.replace(plan.modelVersion + 1, parameters);
  return {
    round,
    status: "aggregated",
    modelVersion: model.modelVersion,
    clients,
    metrics: roundMetrics(clients, true),
    evaluation: await options.evaluate(model),
  };
}

async function planRound<Model extends ModelVersion>(
  round: number,
  options: RoundEngineOptions<Model>,
): Promise<{ readonly plan: RoundPlan; readonly roundEnd: RoundEnd }> {
  const { cohort, latencyModel, policy, slo, seed, slots, training, workload, globalModel } = options;
  const { forecasts: candidates, unforecastable } = forecastCandidates(cohort.candidates(), options);
  const reforecast = reforecastWith(latencyModel, workload, slo);
  const question = { policy, round, seed, slo, candidates, slots, training, reforecast };
  const monitoring = await askClients(question, options.monitor);
  const choice = chooseClients({ ...question, monitoring, truth: options.truth?.() });
  const { decisions, deadlineSeconds, roundEnd, forecast, note, failure } = choice;
  const plan: RoundPlan = {
    round,
    modelVersion: globalModel.current.modelVersion,
    policy: policy.name,
    slo: { ...slo, deadlineSeconds },
    decisions,
    forecast,
    ...(roundEnd.kind === "first" ? { closesAfterUpdates: roundEnd.updates } : {}),
    ...(note === undefined ? {} : { selectionNote: note }),
    ...(unforecastable.length === 0 ? {} : { unforecastable }),
    ...(failure === undefined ? {} : { selectionFailure: failure }),
  };
  return { plan, roundEnd };
}

function roundTask<Model extends ModelVersion>(
  { round, slo, decisions, closesAfterUpdates }: RoundPlan,
  roundEnd: RoundEnd,
  { globalModel, architecture, training, seed }: RoundEngineOptions<Model>,
): RoundTask {
  return {
    round,
    model: globalModel.current,
    architecture,
    training,
    work: new Map(
      decisions.flatMap(({ clientId, selected, work }) => (selected && work ? [[clientId, work] as const] : [])),
    ),
    deadlineSeconds: slo.deadlineSeconds,
    closesAfterUpdates,
    waitsForAll: roundEnd.kind === "all",
    seed: roundSeed(seed, round),
  };
}

/** What a round's trainings are seeded with. @param seed the run's. */
export function roundSeed(seed: number, round: number): number {
  return Math.floor(seededRandom(seed, "round", round).next() * 2 ** 31);
}

/** Adds an update to the aggregation, where an update that does not fit is its client's failure, not the round's. */
async function settle(reply: CohortReply, aggregation: Aggregation): Promise<ClientOutcome> {
  if (reply.kind === "outcome") return reply.outcome;
  const { update, latencySeconds, computeSeconds } = reply;
  const { clientId, exampleCount, trainingLoss } = update;
  try {
    aggregation.add(await update.readParameters(), update);
  } catch (thrown) {
    if (!(thrown instanceof ProbSelectError)) throw thrown;
    return { clientId, status: "failed", reason: messageOf(thrown), latencySeconds, computeSeconds };
  }
  return { clientId, status: "completed", latencySeconds, computeSeconds, exampleCount, trainingLoss };
}

/** The new global model, or why there is none. */
function finish(aggregation: Aggregation): ParameterSet | string {
  try {
    return aggregation.finish();
  } catch (thrown) {
    if (!(thrown instanceof ProbSelectError)) throw thrown;
    return messageOf(thrown);
  }
}

function failedRound(plan: RoundPlan, clients: readonly ClientOutcome[], reason: string): RoundOutcome {
  return {
    round: plan.round,
    status: "failed",
    reason,
    modelVersion: plan.modelVersion,
    clients,
    metrics: roundMetrics(clients, false),
    evaluation: null,
  };
}

function describeEmptyCohort({ decisions, unforecastable = [] }: RoundPlan): string {
  if (decisions.length === 0) {
    if (unforecastable.length === 0) return "No client was connected when the round was planned.";
    return `None of the ${unforecastable.length} connected clients could be forecast: ${unforecastable[0]?.reason}`;
  }
  const counts = new Map<string, number>();
  for (const { reasonCode } of decisions) counts.set(reasonCode, (counts.get(reasonCode) ?? 0) + 1);
  if (unforecastable.length > 0) counts.set("without a forecast", unforecastable.length);
  const list = [...counts].map(([reason, count]) => `${count} ${reason}`).join(", ");
  const clientCount = decisions.length + unforecastable.length;
  return `None of the ${clientCount} connected clients was selected (${list}). ${adviceFor(counts)}`;
}

/** Where the rules keep everybody out, no deadline helps. */
function adviceFor(counts: ReadonlyMap<string, number>): string {
  const isUpToRules = (reason: string) => reason === "excluded-by-rule" || reason === "participation-cap";
  if ([...counts.keys()].every(isUpToRules)) return "See selection.rules in the configuration.";
  return "A longer deadline selects more.";
}
