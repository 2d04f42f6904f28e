// One round, end to end: forecast, select, write the plan, dispatch, collect, aggregate, evaluate, record. The same code runs
// in production over sockets and in experiments over a virtual clock; only what is passed in differs.

import { counted } from "../../foundation/counted.ts";
import { seededRandom } from "../../foundation/random-source.ts";
import type { Architecture } from "../../models/architecture.ts";
import type { UpdateEncoding } from "../../models/compression/update-encoding.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import type { ClientSlots } from "../../selection/policy/client-slots.ts";
import type { Monitoring, RoundEnd, SelectionPolicy, Truth } from "../../selection/policy/policy.ts";
import { reforecastWith } from "../../selection/policy/reforecast.ts";
import type { LatencyModel, ServiceLevelObjective } from "../../selection/types.ts";
import type { TrainingSettings, Workload } from "../../workloads/workload.ts";
import type { ScratchFolder } from "../aggregation/scratch/scratch-folder.ts";
import type { AggregationStrategy } from "../aggregation/types.ts";
import type { JournalEvent } from "../journal/events.ts";
import type { SecureConfig } from "../secure-aggregation/secure-config.ts";
import { askClients } from "./ask-clients.ts";
import { chooseClients } from "./choose-clients.ts";
import { describeEmptyCohort } from "./describe-empty-cohort.ts";
import { failedRound } from "./failed-round.ts";
import { forecastCandidates } from "./forecast-candidates.ts";
import { OrderedAggregation, outcomeOf } from "./ordered-aggregation.ts";
import { feedbackOf } from "./policy-feedback.ts";
import { roundMetrics } from "./round-metrics.ts";
import { beginSecureSum } from "./secure/secure-sum.ts";
import type {
  ClientBackendChoice,
  Cohort,
  CohortReply,
  EvaluationResult,
  GlobalModel,
  ModelVersion,
  ResumedRound,
  RoundOutcome,
  RoundPlan,
  RoundTask,
  StoredModel,
} from "./types.ts";

export interface RoundEngineOptions<Model extends ModelVersion = StoredModel> {
  readonly cohort: Cohort;
  readonly latencyModel: LatencyModel;
  readonly policy: SelectionPolicy;
  /** The numbers of the run's clients, which the policy knows them by. */
  readonly slots: ClientSlots;
  readonly strategy: AggregationStrategy;
  /** Where a round's updates lie while a strategy needs all at once; the engine removes it. Absent: they lie in memory. */
  readonly openScratch?: (() => ScratchFolder) | undefined;
  readonly slo: ServiceLevelObjective;
  readonly workload: Workload;
  readonly architecture: Architecture;
  readonly training: TrainingSettings;
  /** How clients code their updates; absent: not at all. */
  readonly compression?: UpdateEncoding | undefined;
  /** The updates come as one masked sum; absent: each for itself. */
  readonly secure?: SecureConfig | undefined;
  /** The run's seed; each round derives its own from it. */
  readonly seed: number;
  readonly globalModel: GlobalModel<Model>;
  /** Scores the current global model on held-out data. */
  readonly evaluate: (model: Model) => Promise<EvaluationResult | null>;
  readonly journal: { append(event: JournalEvent): void; flush(): Promise<void> };
  /** Decides what clients train with that can train in several ways, before they are forecast. Absent: nobody can. */
  readonly clientBackends?: ClientBackendChoice | undefined;
  /** Keeps what the choice of a round's clients has changed, before its plan is journalled. */
  readonly keepPlan?: ((plan: RoundPlan) => Promise<void>) | undefined;
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
  const { plan, roundEnd } = await planRound(round, options);
  await options.keepPlan?.(plan);
  options.journal.append({ type: "round-planned", plan });
  await options.journal.flush();
  return carryOut({ plan, task: roundTask(plan, roundEnd, options), ended: [] }, options, signal);
}

/** A round that an aggregator goes on with after a restart. */
export interface RoundInFlight {
  readonly plan: RoundPlan;
  /** How clients had ended before; those of them whose update was accepted are journalled as such. */
  readonly ended: readonly CohortReply[];
  readonly resumed: Omit<ResumedRound, "acceptedCount">;
}

/** Goes on with a round whose plan was made and journalled before; otherwise as `runRound`. */
export async function resumeRound<Model extends ModelVersion>(
  { plan, ended, resumed }: RoundInFlight,
  options: RoundEngineOptions<Model>,
  signal: AbortSignal,
): Promise<RoundOutcome> {
  const { closesAfterUpdates } = plan;
  const roundEnd: RoundEnd =
    closesAfterUpdates === undefined ? { kind: "deadline" } : { kind: "first", updates: closesAfterUpdates };
  const acceptedCount = ended.filter(({ kind }) => kind === "update").length;
  const task = { ...roundTask(plan, roundEnd, options), resumed: { ...resumed, acceptedCount } };
  return carryOut({ plan, task, ended }, options, signal);
}

interface DispatchedRound {
  readonly plan: RoundPlan;
  readonly task: RoundTask;
  readonly ended: readonly CohortReply[];
}

async function carryOut<Model extends ModelVersion>(
  dispatched: DispatchedRound,
  options: RoundEngineOptions<Model>,
  signal: AbortSignal,
): Promise<RoundOutcome> {
  const { policy, slots } = options;
  const scratch = options.openScratch?.();
  const outcome = await trainAndAggregate({ ...dispatched, scratch }, options, signal).finally(() => scratch?.remove());
  // A policy of static specs has no ear for it.
  if (!outcome.interrupted && (policy.needs === "history" || policy.needs === "monitoring")) {
    policy.learn(feedbackOf(outcome, dispatched.plan.slo.deadlineSeconds, slots));
  }
  return outcome;
}

async function trainAndAggregate<Model extends ModelVersion>(
  { plan, task, ended, scratch }: DispatchedRound & { readonly scratch: ScratchFolder | undefined },
  options: RoundEngineOptions<Model>,
  signal: AbortSignal,
): Promise<RoundOutcome> {
  const { round } = plan;
  const selected = plan.decisions.filter((decision) => decision.selected).map(({ clientId }) => clientId);
  if (selected.length === 0) return failedRound(plan, [], plan.selectionFailure ?? describeEmptyCohort(plan));

  const global = await options.globalModel.read();
  const secure = beginSecureSum(global, options.secure);
  const aggregation = options.strategy.begin(global, scratch);
  const settling = new OrderedAggregation(selected, aggregation);
  for (const reply of ended) await settling.add(reply);
  const remaining = selected.filter((clientId) => !settling.has(clientId));
  if (remaining.length > 0) {
    const whole = { ...task, ...codedFor(global, options), secure: secure?.task };
    for await (const reply of options.cohort.train(whole, remaining, signal)) {
      options.journal.append({ type: "client-ended", round, outcome: outcomeOf(reply) });
      await settling.add(reply);
    }
  }
  const clients = settling.outcomes();
  if (signal.aborted) return { ...failedRound(plan, clients, "The run was interrupted."), interrupted: true };
  const noSum = await secure?.settle(round, aggregation, options.journal);
  if (noSum !== undefined) return failedRound(plan, clients, noSum);
  for (const outcome of settling.spoiled()) options.journal.append({ type: "client-ended", round, outcome });
  if (!clients.some(({ status }) => status === "completed")) {
    return failedRound(
      plan,
      clients,
      `Of ${counted(selected.length, "selected client")}, none delivered a usable update in time.`,
    );
  }
  const parameters = await settling.finish();
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

/** @param places for so many clients there is work; undefined: for any number. */
export async function planRound<Model extends ModelVersion>(
  round: number,
  options: RoundEngineOptions<Model>,
  places?: number,
): Promise<{ readonly plan: RoundPlan; readonly roundEnd: RoundEnd }> {
  const { cohort, latencyModel, policy, slo, seed, slots, training, workload, globalModel } = options;
  const backendDecisions = options.clientBackends?.beforeRound(round, cohort.candidates()) ?? [];
  const { forecasts: candidates, unforecastable } = forecastCandidates(cohort.candidates(), options);
  const reforecast = reforecastWith(latencyModel, workload, slo);
  const question = { policy, round, seed, slo, candidates, slots, training, reforecast, places };
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
    ...(backendDecisions.length === 0 ? {} : { backendDecisions }),
    ...(failure === undefined ? {} : { selectionFailure: failure }),
  };
  options.clientBackends?.planned(plan);
  return { plan, roundEnd };
}

export function roundTask<Model extends ModelVersion>(
  { round, slo, decisions, closesAfterUpdates, backendDecisions = [] }: RoundPlan,
  roundEnd: RoundEnd,
  { globalModel, architecture, training, strategy, seed }: RoundEngineOptions<Model>,
): RoundTask {
  return {
    round,
    model: globalModel.current,
    architecture,
    training: { ...training, ...strategy.clientTraining },
    work: new Map(
      decisions.flatMap(({ clientId, selected, work }) => (selected && work ? [[clientId, work] as const] : [])),
    ),
    backendByClient: new Map(backendDecisions.map(({ clientId, backend }) => [clientId, backend])),
    deadlineSeconds: slo.deadlineSeconds,
    closesAfterUpdates,
    waitsForAll: roundEnd.kind === "all",
    seed: roundSeed(seed, round),
  };
}

export function codedFor(global: ParameterSet, { compression }: { readonly compression?: UpdateEncoding | undefined }) {
  return compression && { coded: { encoding: compression, global } };
}

/** What a round's trainings are seeded with. @param seed the run's. */
export function roundSeed(seed: number, round: number): number {
  return Math.floor(seededRandom(seed, "round", round).next() * 2 ** 31);
}
