// One round of an asynchronous run: forecast, select for the free places, write the plan, dispatch, take the first updates that come from
// anybody at work, aggregate them by their age, evaluate, record. Nguyen et al. 2022, arXiv 2106.06639, algorithm 1.

import { counted } from "../../../foundation/counted.ts";
import type { Aggregation } from "../../aggregation/types.ts";
import { describeEmptyCohort } from "../describe-empty-cohort.ts";
import { addUpdate, finishAggregation, outcomeOf } from "../ordered-aggregation.ts";
import { codedFor, planRound, type RoundEngineOptions, type RoundInFlight, roundTask } from "../round-engine.ts";
import { roundMetrics } from "../round-metrics.ts";
import type { ClientOutcome, CohortReply, RoundMetrics, RoundOutcome, RoundPlan, RoundTask } from "../types.ts";
import type { AsynchronousCohort } from "./asynchronous-cohort.ts";
import type { AsynchronousSettings } from "./asynchronous-config.ts";

export interface AsynchronousEngineOptions extends RoundEngineOptions {
  readonly cohort: AsynchronousCohort;
  readonly settings: AsynchronousSettings;
}

/**
 * Runs one round. A round "fails", and the model stays, if nobody is at work and nobody can be selected, or if all those at work end
 * without an update; one that gets fewer updates than its buffer holds aggregates these.
 *
 * @param round 1 for the first.
 * @param signal ends the round early; it then counts as interrupted.
 * @throws as `runRound`.
 */
export async function runAsynchronousRound(
  round: number,
  options: AsynchronousEngineOptions,
  signal: AbortSignal,
): Promise<RoundOutcome> {
  const { cohort, journal, settings } = options;
  // The policy's forecast of the round as a whole knows nothing of those who are at work, and is no forecast of this round.
  const { forecast: _, ...choice } = (await planRound(round, options, cohort.freePlaces)).plan;
  const plan: RoundPlan = { ...choice, closesAfterUpdates: settings.bufferSize, atWork: cohort.atWork() };
  await options.keepPlan?.(plan);
  journal.append({ type: "round-planned", plan });
  await journal.flush();
  const newClients = plan.decisions.filter(({ selected }) => selected).map(({ clientId }) => clientId);
  return fillBuffer({ plan, task: taskOf(plan, options), newClients, ended: [] }, options, signal);
}

/** Goes on with a round whose plan was made and journalled before a restart, and whose tasks the cohort has again. */
export async function resumeAsynchronousRound(
  { plan, ended, resumed }: RoundInFlight,
  options: AsynchronousEngineOptions,
  signal: AbortSignal,
): Promise<RoundOutcome> {
  const acceptedCount = ended.filter(({ kind }) => kind === "update").length;
  const task = { ...taskOf(plan, options), resumed: { ...resumed, acceptedCount } };
  return fillBuffer({ plan, task, newClients: [], ended }, options, signal);
}

/** The task of those whom a plan selects. */
export function taskOf(plan: RoundPlan, options: RoundEngineOptions): RoundTask {
  return roundTask(plan, { kind: "deadline" }, options);
}

interface DispatchedRound {
  readonly plan: RoundPlan;
  readonly task: RoundTask;
  readonly newClients: readonly string[];
  /** How clients had ended before a restart. */
  readonly ended: readonly CohortReply[];
}

async function fillBuffer(
  { plan, task, newClients, ended }: DispatchedRound,
  options: AsynchronousEngineOptions,
  signal: AbortSignal,
): Promise<RoundOutcome> {
  const { cohort, globalModel, journal } = options;
  const { round } = plan;
  const global = await globalModel.read();
  const buffer = new UpdateBuffer(options.strategy.begin(global), (outcome) =>
    journal.append({ type: "client-ended", round, outcome }),
  );
  for (const reply of ended) await buffer.add(reply);
  for await (const reply of cohort.train({ ...task, ...codedFor(global, options) }, newClients, signal)) {
    journal.append({ type: "client-ended", round, outcome: outcomeOf(reply) });
    await buffer.add(reply);
  }
  const clients = buffer.outcomes();
  const fail = (reason: string): RoundOutcome => {
    const metrics = metricsOf(clients, false, cohort);
    return { round, status: "failed", reason, modelVersion: plan.modelVersion, clients, metrics, evaluation: null };
  };
  if (signal.aborted) return { ...fail("The run was interrupted."), interrupted: true };
  if (!clients.some(({ status }) => status === "completed")) return fail(whyEmpty(plan, clients));
  const parameters = await buffer.finish();
  if (typeof parameters === "string") return fail(parameters);
  const model = await globalModel.replace(plan.modelVersion + 1, parameters);
  return {
    round,
    status: "aggregated",
    modelVersion: model.modelVersion,
    clients,
    metrics: metricsOf(clients, true, cohort),
    evaluation: await options.evaluate(model),
  };
}

/** The updates of a round in the order in which they were accepted. */
class UpdateBuffer {
  readonly #aggregation: Aggregation;
  readonly #onSpoiled: (outcome: ClientOutcome) => void;
  readonly #outcomes = new Map<string, ClientOutcome>();

  /** @param onSpoiled told of a client whose update was accepted and cannot be aggregated after all. */
  constructor(aggregation: Aggregation, onSpoiled: (outcome: ClientOutcome) => void) {
    this.#aggregation = aggregation;
    this.#onSpoiled = onSpoiled;
  }

  async add(reply: CohortReply): Promise<void> {
    const spoiled = await addUpdate(this.#aggregation, reply);
    if (spoiled) this.#onSpoiled(spoiled);
    const outcome = spoiled ?? outcomeOf(reply);
    this.#outcomes.set(outcome.clientId, outcome);
  }

  outcomes(): readonly ClientOutcome[] {
    return [...this.#outcomes.values()];
  }

  finish() {
    return finishAggregation(this.#aggregation);
  }
}

function whyEmpty(plan: RoundPlan, clients: readonly ClientOutcome[]): string {
  if (clients.length === 0) return plan.selectionFailure ?? `Nobody was at work. ${describeEmptyCohort(plan)}`;
  return `Of ${counted(clients.length, "client")} at work, none ended with a usable update, and nobody is left to wait for.`;
}

function metricsOf(clients: readonly ClientOutcome[], aggregated: boolean, cohort: AsynchronousCohort): RoundMetrics {
  const ages = clients.flatMap(({ status, origin }) => (status === "completed" ? [origin?.staleness ?? 0] : []));
  const mean = ages.reduce((sum, age) => sum + age, 0) / ages.length;
  return {
    ...roundMetrics(clients, aggregated),
    roundSeconds: cohort.lastRoundSeconds,
    ...(aggregated && ages.length > 0 && { staleness: { mean, maximum: Math.max(...ages) } }),
    atWorkCount: cohort.atWork().length,
  };
}
