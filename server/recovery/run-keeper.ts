// Writes down what a restart needs: the choice of a round's clients, each accepted update, and after a round its checkpoint.

import type { ClientSlots } from "../../selection/policy/client-slots.ts";
import type { ClientBackends } from "../clients/client-backends.ts";
import type { ClientRegistry } from "../clients/client-registry.ts";
import type { ServerConfig } from "../config.ts";
import type { AcceptedUpdate, JournalEvent } from "../journal/events.ts";
import { packageVersion } from "../package-version.ts";
import { RetiredWork } from "../rounds/asynchronous/retired-work.ts";
import type { RunCohort } from "../rounds/run-cohort.ts";
import type { RoundOutcome, RoundPlan } from "../rounds/types.ts";
import type { RunResources } from "../run-resources.ts";
import { addRound, noRounds, type RunTotals } from "../run-totals.ts";
import { CHECKPOINT_FORMAT, planPath, pruneCheckpoints, statePath, writeCheckpoint } from "./checkpoint.ts";
import { type KeptState, writeState } from "./kept-state.ts";

export interface RunKeeperOptions {
  readonly config: ServerConfig;
  readonly resources: RunResources;
  readonly registry: ClientRegistry;
  readonly slots: ClientSlots;
  readonly clientBackends: Pick<ClientBackends, "memory">;
  /** How long the run has lasted, all its starts together. */
  readonly wallSeconds: () => number;
}

export class RunKeeper {
  readonly #options: RunKeeperOptions;
  #totals: RunTotals;
  #finishedRounds: number;
  /** Only in an asynchronous run. */
  readonly #retired: RetiredWork | undefined;

  constructor(options: RunKeeperOptions) {
    this.#options = options;
    this.#totals = options.resources.resumed?.checkpoint.totals ?? noRounds;
    this.#finishedRounds = options.resources.resumed?.checkpoint.round ?? 0;
    const { config, resources } = options;
    this.#retired = config.aggregation.asynchronous && new RetiredWork(resources, resources.resumed?.checkpoint);
  }

  /** Sums over the rounds that are over. */
  get totals(): RunTotals {
    return this.#totals;
  }

  /** The last round that came to its end; 0 before the first. */
  get finishedRounds(): number {
    return this.#finishedRounds;
  }

  /** Before a round's plan is journalled. */
  async keepPlan(plan: RoundPlan): Promise<void> {
    const { registry, resources } = this.#options;
    const counts = plan.decisions.flatMap(({ clientId, selected }) => {
      const exampleCount = registry.find(clientId)?.candidate.exampleCount;
      return selected && exampleCount !== undefined ? [[clientId, exampleCount] as const] : [];
    });
    await writeState(planPath(resources.folder.checkpoints, plan.round), this.#state(new Map(counts)));
  }

  /** Before a client is told that its update counts. */
  async keepAccepted(round: number, update: AcceptedUpdate): Promise<void> {
    const { journal } = this.#options.resources;
    journal.append({ type: "update-accepted", round, ...update });
    await journal.flush();
  }

  /** After a round that was not cut short: its record, the checkpoint, and then the end of what only the round before needed. */
  async keepRound(outcome: RoundOutcome, wallSeconds: number, cohort: RunCohort): Promise<void> {
    const { journal, uploads } = this.#options.resources;
    this.#totals = addRound(this.#totals, outcome);
    this.#finishedRounds = outcome.round;
    const privacy = this.#options.resources.parts.privacySpent?.();
    journal.append({ type: "round-finished", outcome, wallSeconds, ...(privacy && { privacy }) });
    await this.checkpoint(outcome.round, cohort);
    // The spool of this round stays until the next checkpoint: should this one turn out damaged, the round is aggregated again.
    if (this.#retired) await this.#retired.after(outcome, cohort.keptWork?.() ?? []);
    else await uploads.retire(outcome.round - 1);
  }

  /** A round that was stopped counts in the summary of this start alone: the next one goes on with it. */
  countInterrupted(outcome: RoundOutcome): void {
    this.#totals = addRound(this.#totals, outcome);
  }

  /** Journals that the run goes on, and shows whoever watches what the round that goes on had come to. */
  tellResumed(facts: Omit<Extract<JournalEvent, { type: "run-resumed" }>, "type" | "probselectVersion">): void {
    const { resources } = this.#options;
    resources.journal.append({ type: "run-resumed", probselectVersion: packageVersion(), ...facts });
  }

  /** After the last round: nothing can need its uploads any more. */
  async end(): Promise<void> {
    if (this.#retired) await this.#retired.retireAll(this.#finishedRounds);
    else await this.#options.resources.uploads.retire(this.#finishedRounds);
  }

  /** @param round the last one that is over; 0 before the first. */
  async checkpoint(round: number, cohort: RunCohort): Promise<void> {
    const { config, registry, resources, wallSeconds } = this.#options;
    const { folder, globalModel, journal } = resources;
    await journal.flush();
    await pruneCheckpoints(folder.checkpoints, round);
    await writeState(statePath(folder.checkpoints, round), this.#state(new Map()));
    const { modelVersion, sha256, byteLength } = globalModel.current;
    await writeCheckpoint(folder.checkpoints, {
      format: CHECKPOINT_FORMAT,
      round,
      modelVersion,
      model: { sha256, byteLength },
      journal: journal.end,
      totals: this.#totals,
      wallSeconds: wallSeconds(),
      acceptedCommits: [...cohort.acceptedCommits],
      connectedClientIds: registry.candidates().map(({ clientId }) => clientId),
      work: cohort.keptWork && [...cohort.keptWork()],
      config,
    });
  }

  #state(datasetExampleCounts: ReadonlyMap<string, number>): KeptState {
    const { resources, slots, clientBackends } = this.#options;
    const { policy, strategy } = resources.parts;
    return {
      policy: policy.memory.read(),
      strategy: strategy.memory?.read() ?? null,
      clientIds: slots.clientIds(),
      governor: clientBackends.memory(),
      datasetExampleCounts,
    };
  }
}
