// One run of an aggregator, without the sockets and the HTTP that reach it: who takes part, the rounds, what is kept, and how it ends.

import { type Clock, wallClock } from "../foundation/clock.ts";
import { ClientSlots } from "../selection/policy/client-slots.ts";
import { createFolderScratch } from "./aggregation/scratch/folder-scratch.ts";
import { type AggregatorLimits, type AggregatorOptions, defaultLimits } from "./aggregator-options.ts";
import { ClientBackends } from "./clients/client-backends.ts";
import { ClientRegistry } from "./clients/client-registry.ts";
import { runDoor } from "./clients/run-door.ts";
import type { AgentDoor } from "./clients/serve-agent.ts";
import type { ServerConfig } from "./config.ts";
import { asynchronousEngine, createCohort } from "./create-cohort.ts";
import { blamingDisk, isCannotWrite } from "./files/cannot-write.ts";
import { describeRun, type RunStatus } from "./http/run-status.ts";
import type { JournalEvent, RunSummary } from "./journal/events.ts";
import { packageVersion } from "./package-version.ts";
import { RunKeeper } from "./recovery/run-keeper.ts";
import { keepPulse, type Pulse } from "./recovery/run-pulse.ts";
import type { RunCohort } from "./rounds/run-cohort.ts";
import { STOPPED_FOR_RESTART } from "./rounds/socket-cohort.ts";
import type { RoundPlan } from "./rounds/types.ts";
import type { RunResources } from "./run-resources.ts";
import { runRounds } from "./run-rounds.ts";
import { summarizeRun } from "./run-summary.ts";
import { doubtUpdate } from "./security/doubt-clients.ts";

export class Run {
  readonly limits: AggregatorLimits;
  readonly clock: Clock;
  readonly #config: ServerConfig;
  readonly #resources: RunResources;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #registry: ClientRegistry;
  readonly #clientBackends: ClientBackends;
  readonly #cohort: RunCohort;
  readonly #keeper: RunKeeper;
  readonly #slots: ClientSlots;
  readonly #show: (event: JournalEvent) => void;
  readonly #startedAtSeconds: number;
  /** Resolves when a round that goes on knows its tasks, or needs nobody any more. */
  readonly ready: Promise<void>;
  #ready = () => {};
  #isDraining = false;
  /** Why the run cannot go on. */
  #failure: Error | undefined;
  #phase: RunStatus["phase"] = "waiting-for-clients";
  #round = 0;

  constructor(config: ServerConfig, options: AggregatorOptions, resources: RunResources) {
    const { parts, journal, resumed, uploads } = resources;
    this.ready = new Promise((resolve) => {
      this.#ready = resolve;
    });
    this.limits = { ...defaultLimits, ...config.liveness, ...options.limits };
    this.clock = options.clock ?? wallClock;
    this.#config = config;
    this.#resources = resources;
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#abort.signal]) : this.#abort.signal;
    this.#show = (event) => options.onEvent?.({ ...event, sequence: 0, time: new Date().toISOString() });
    this.#startedAtSeconds = this.clock.nowSeconds();
    this.#registry = new ClientRegistry({
      resolveDevice: parts.resolveDevice,
      isClockEmulated: config.clock.kind === "emulated",
    });
    this.#clientBackends = new ClientBackends({ config, parts, registry: this.#registry, resumed });
    this.#slots = new ClientSlots(resumed?.state.clientIds);
    if (resumed) parts.policy.memory.write(resumed.state.policy);
    if (resumed?.state.strategy) parts.strategy.memory?.write(resumed.state.strategy);
    this.#keeper = new RunKeeper({
      ...{ config, resources, registry: this.#registry, slots: this.#slots, clientBackends: this.#clientBackends },
      wallSeconds: () => this.#wallSeconds(),
    });
    this.#cohort = createCohort(config, resources.models, {
      ...this.limits,
      registry: this.#registry,
      uploads,
      clockDescription: config.clock,
      wall: this.clock,
      reconnectGraceSeconds: config.reconnectGraceSeconds,
      onProgress: (event) => options.onEvent?.(event),
      onClockStarted: (event) => journal.append(event),
      keepAccepted: async (round, update) => {
        doubtUpdate(update, { parts, journal, registry: this.#registry });
        await this.#keeper.keepAccepted(round, update);
        this.#clientBackends.accepted(update);
      },
      onTaskFailed: (failed) => this.#clientBackends.failed(failed),
      acceptedCommits: resumed?.checkpoint.acceptedCommits,
      onRoundStarted: () => this.#ready(),
    });
  }

  /** What connections of agents are served with. */
  get door(): AgentDoor {
    const { journal, parts } = this.#resources;
    return runDoor({
      ...{
        config: this.#config,
        journal,
        parts,
        registry: this.#registry,
        clientBackends: this.#clientBackends,
        cohort: this.#cohort,
      },
      round: () => this.#round,
      isOver: () => this.#phase === "finished",
    });
  }

  /** Whether clients are at work: their tasks have to be known before anybody may ask for them. */
  get hasRoundInFlight(): boolean {
    const { resumed } = this.#resources;
    return resumed?.openRound !== undefined || (resumed?.checkpoint.work ?? []).length > 0;
  }

  /** Whether all its rounds are over. */
  get isComplete(): boolean {
    return this.#keeper.finishedRounds >= this.#config.rounds;
  }

  /** Whether agents are to keep their work, since the run goes on with the next start. */
  get isStoppedForRestart(): boolean {
    return this.#isDraining || this.#signal.reason === STOPPED_FOR_RESTART;
  }

  interrupt(): void {
    this.#abort.abort();
  }

  /** Ends the run with an error that is not a round's: what was kept so far is all that there is. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#abort.abort(STOPPED_FOR_RESTART);
  }

  /** Lets the round that runs end within so many seconds, and stops. @param finished resolves or rejects when the run is over. */
  async drain(seconds: number, finished: Promise<unknown>): Promise<void> {
    this.#isDraining = true;
    const done = new AbortController();
    if (this.#phase === "waiting-for-clients") this.#abort.abort(STOPPED_FOR_RESTART);
    await Promise.race([finished.catch(() => {}), this.clock.wait(seconds, done.signal)]);
    done.abort();
    this.#abort.abort(STOPPED_FOR_RESTART);
    await finished.catch(() => {});
  }

  /** Goes through the rounds until they are over or the run is stopped. Throws what makes it impossible to go on. */
  async go(): Promise<RunSummary> {
    const { journal, folder } = this.#resources;
    const end = new AbortController();
    try {
      await this.#begin();
      void keepPulse(folder.pulse, () => this.#pulse(), this.clock, end.signal);
      await this.#runRounds();
      if (this.#failure) throw this.#failure;
      if (this.isComplete) await this.#keeper.end();
      this.#phase = "finished";
      const summary = this.#summarize();
      journal.append({ type: "run-finished", reason: this.isComplete ? "completed" : "interrupted", summary });
      return summary;
    } catch (thrown) {
      const error = blamingDisk(thrown, folder.path);
      // Agents keep their work: the next start goes on with it.
      if (isCannotWrite(error)) this.fail(error);
      throw error;
    } finally {
      this.#phase = "finished";
      end.abort();
      await this.#cohort.stop?.(this.isStoppedForRestart);
      this.#abort.abort();
    }
  }

  journalFailure(detail: string): void {
    const { journal } = this.#resources;
    journal.append({ type: "run-finished", reason: "failed", detail, summary: this.#summarize() });
  }

  status(): RunStatus {
    return describeRun({
      config: this.#config,
      phase: this.#isDraining && this.#phase !== "finished" ? "draining" : this.#phase,
      round: this.#round,
      model: this.#resources.globalModel.current,
      lastEvaluation: this.#keeper.totals.evaluation,
      registry: this.#registry,
      atWork: this.#cohort.atWork?.(),
    });
  }

  /** Journals the start of a new run, with a checkpoint to come back to; shows viewers that of one that goes on. */
  async #begin(): Promise<void> {
    const { journal, parts, resumed } = this.#resources;
    const { runName, clock } = this.#config;
    const started: JournalEvent = {
      type: "run-started",
      ...{ runName, clock, config: this.#config, probselectVersion: packageVersion() },
      parameterCount: parts.initialParameters.values.length,
      policyNeeds: parts.policy.needs,
    };
    if (resumed?.journalEnd) return this.#show(started);
    journal.append(started);
    await this.#keeper.checkpoint(resumed?.checkpoint.round ?? 0, this.#cohort);
  }

  async #runRounds(): Promise<void> {
    const { journal, parts, globalModel } = this.#resources;
    const { slo, training, seed, compression, aggregation } = this.#config;
    const openScratch = () => createFolderScratch(this.#resources.folder.scratch);
    const engine = {
      ...{ ...parts, slots: this.#slots, cohort: this.#cohort, slo, training, seed, globalModel, journal, compression },
      ...{ clientBackends: this.#clientBackends, openScratch, secure: aggregation.secure },
      keepPlan: (plan: RoundPlan) => this.#keeper.keepPlan(plan),
    };
    const options = {
      ...{ config: this.#config, resources: this.#resources, engine, cohort: this.#cohort },
      asynchronous: asynchronousEngine(engine, this.#config),
      ...{ registry: this.#registry, keeper: this.#keeper, clock: this.clock, show: this.#show },
      ...{ partBytes: this.limits.partBytes, restartGraceSeconds: this.limits.restartGraceSeconds },
      isDraining: () => this.#isDraining,
      onCaughtUp: () => this.#ready(),
      onRound: (round: number) => {
        this.#phase = "running";
        this.#round = round;
      },
    };
    await runRounds(options, this.#signal);
  }

  #pulse(): Pulse | undefined {
    const state = this.#cohort.roundSeconds();
    return state && { round: this.#round, ...state };
  }

  #wallSeconds(): number {
    const before = this.#resources.resumed?.checkpoint.wallSeconds ?? 0;
    return before + this.clock.nowSeconds() - this.#startedAtSeconds;
  }

  #summarize(): RunSummary {
    const { journal, globalModel } = this.#resources;
    return summarizeRun(this.#keeper.totals, {
      runName: this.#config.runName,
      wallSeconds: this.#wallSeconds(),
      journal: journal.path,
      modelFile: globalModel.current.path,
      privacy: this.#resources.parts.privacySpent?.(),
    });
  }
}
