// A run with real training on the virtual clock: the aggregator's own round engine, over a cohort that is a fleet of columns.

import { createParameterSet } from "../../../models/parameter-set.ts";
import type { StrategyState } from "../../../server/aggregation/types.ts";
import type { JournalEvent } from "../../../server/journal/events.ts";
import { type RoundEngineOptions, runRound } from "../../../server/rounds/round-engine.ts";
import type { EvaluationResult, ModelVersion, RoundOutcome, RoundPlan } from "../../../server/rounds/types.ts";
import type { ReliabilityCounts } from "../cell.ts";
import type { TrueFleet } from "../clients-in-round.ts";
import type { ResumableRun } from "../go-through.ts";
import type { ParticipationCounts } from "../participation.ts";
import { type AskedClient, RunLedger } from "../run-ledger.ts";
import { settleRound } from "../settle-round.ts";
import { clientOf, type RoundRecord } from "../types.ts";
import type { MemoryModel } from "./memory-model.ts";
import type { VirtualCohort } from "./virtual-cohort.ts";

export interface RunJournal {
  append(event: JournalEvent): void;
  finishRound(outcome: RoundOutcome): void;
}

type EngineParts =
  | ("latencyModel" | "policy" | "slots" | "strategy")
  | ("slo" | "workload" | "architecture" | "training" | "seed");

export interface LearningRunOptions {
  readonly world: TrueFleet;
  /** Over that world. */
  readonly cohort: VirtualCohort;
  /** The one that the cohort trains. */
  readonly globalModel: MemoryModel;
  readonly engine: Pick<RoundEngineOptions, EngineParts>;
  /** Virtual seconds from one round's end to the next one's start. */
  readonly pauseSeconds: number;
  readonly evaluate: () => Promise<EvaluationResult>;
  /** Whether the model is evaluated after that round. */
  readonly isEvaluated: (round: number) => boolean;
  /** Told what the engine writes into a journal, and how each round ended. */
  readonly journal: RunJournal;
  readonly signal: AbortSignal;
}

/** Plain data and typed arrays. */
interface SavedLearning {
  readonly round: number;
  readonly nowSeconds: number;
  readonly ledger: unknown;
  readonly policy: unknown;
  /** Null where the strategy keeps nothing between rounds. */
  readonly strategy: StrategyState | null;
  readonly presence: unknown;
  readonly modelVersion: number;
  readonly parameters: Float32Array;
}

export class LearningRun implements ResumableRun {
  readonly #options: LearningRunOptions;
  readonly #ledger: RunLedger;
  #round = 0;
  #nowSeconds = 0;
  /** As the last whole round left the run; null while no round is at work. */
  #before: SavedLearning | null = null;

  constructor(options: LearningRunOptions) {
    this.#options = options;
    this.#ledger = new RunLedger(options.world.fleet, options.world.workload);
  }

  get participation(): ParticipationCounts {
    return this.#ledger.participation;
  }

  get reliability(): ReliabilityCounts {
    return this.#ledger.reliability;
  }

  read(): unknown {
    return this.#before ?? this.#state();
  }

  #state(): SavedLearning {
    const { engine, world, globalModel } = this.#options;
    return {
      round: this.#round,
      nowSeconds: this.#nowSeconds,
      ledger: this.#ledger.read(),
      policy: engine.policy.memory.read(),
      strategy: engine.strategy.memory?.read() ?? null,
      presence: world.presence.read(),
      modelVersion: globalModel.current.modelVersion,
      // Memory that threads share cannot be serialised.
      parameters: Float32Array.from(globalModel.parameters.values),
    };
  }

  write(state: unknown): void {
    const saved = state as SavedLearning;
    const { engine, world, globalModel } = this.#options;
    this.#round = saved.round;
    this.#nowSeconds = saved.nowSeconds;
    this.#ledger.write(saved.ledger);
    engine.policy.memory.write(saved.policy);
    if (saved.strategy) engine.strategy.memory?.write(saved.strategy);
    world.presence.write(saved.presence);
    globalModel.set(saved.modelVersion, createParameterSet(globalModel.parameters.tensors, saved.parameters));
  }

  /** @throws what the signal is aborted with: the round is then lost, and the run of no more use. */
  async next(): Promise<RoundRecord> {
    const { cohort, world, pauseSeconds, journal, isEvaluated } = this.#options;
    // The policy and the clients' presence change in place.
    this.#before = structuredClone(this.#state());
    const round = this.#round + 1;
    const startedSeconds = this.#nowSeconds;
    const presentCount = cohort.openRound(round, startedSeconds).length;
    const { plan, outcome } = await this.#runRound(round);
    // A round that asks nobody passes all the same.
    const settled = cohort.settled ?? settleRound([], { kind: "deadline" }, plan.slo.deadlineSeconds);
    this.#round = round;
    this.#nowSeconds = startedSeconds + settled.seconds + pauseSeconds;
    const evaluation = isEvaluated(round) ? await this.#options.evaluate() : null;
    journal.finishRound({ ...outcome, evaluation });
    const record = this.#ledger.record({
      ...{ round, startedSeconds, presentCount, settled, deadlineSeconds: plan.slo.deadlineSeconds },
      statedRoundProbability: plan.forecast?.objective?.reached ?? null,
      asked: askedIn(plan, world),
    });
    this.#before = null;
    return evaluation ? { ...record, evaluation: { loss: evaluation.loss, accuracy: evaluation.accuracy } } : record;
  }

  async #runRound(round: number) {
    const { cohort, engine, globalModel, journal, signal } = this.#options;
    let plan: RoundPlan | undefined;
    const options: RoundEngineOptions<ModelVersion> = {
      ...engine,
      ...{ cohort, globalModel },
      // The model is evaluated after rounds that failed, too: below.
      evaluate: async () => null,
      journal: {
        append: (event) => {
          if (event.type === "round-planned") plan = event.plan;
          journal.append(event);
        },
        flush: async () => {},
      },
      monitor: (lossOf) => cohort.monitor(lossOf, engine.slo.deadlineSeconds),
      truth: () => cohort.truth(),
    };
    const outcome = await runRound(round, options, signal);
    signal.throwIfAborted();
    if (plan === undefined) throw new Error(`Round ${round} was run without a plan.`);
    return { plan, outcome };
  }
}

/** What each selected client was asked to do. */
function askedIn({ decisions }: RoundPlan, { fleet, workload }: TrueFleet): ReadonlyMap<number, AskedClient> {
  const asked = new Map<number, AskedClient>();
  for (const { clientId, selected, work, forecast } of decisions) {
    if (!selected) continue;
    const client = clientOf(clientId);
    const whole = { exampleCount: fleet.columns.exampleCounts[client] as number, epochs: workload.epochs };
    asked.set(client, { ...(work ?? whole), probability: forecast.deadlineProbability });
  }
  return asked;
}
