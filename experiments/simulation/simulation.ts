// Rounds on a virtual clock without training: whom the policy selects, how long they really take, what was of use and what was wasted.
// Over columns, so that fleets of millions go through thousands of rounds; test/experiments/simulation shows that it makes the
// same rounds as the aggregator's engine.

import type { ClientFeedback, Selection, SelectionPolicy, SelectionRequest } from "../../selection/policy/policy.ts";
import type { ServiceLevelObjective } from "../../selection/types.ts";
import { trainingFlop } from "../../workloads/round-workload.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { ReliabilityCounts } from "./cell.ts";
import type { ParticipationCounts } from "./participation.ts";
import type { RoundTables } from "./round-tables.ts";
import {
  arrivalSeconds,
  type SelectedClient,
  type SettledClient,
  type SettledRound,
  settleRound,
} from "./settle-round.ts";
import { addSpending, type SpendingSum, spendingOf, zeroSpending } from "./spending.ts";
import type { Fleet, FleetTruth, Presence, RoundRecord } from "./types.ts";

export const RELIABILITY_BINS = 20;

export interface SimulationSetup {
  readonly fleet: Fleet;
  readonly truth: FleetTruth;
  readonly presence: Presence;
  readonly tables: RoundTables;
  readonly policy: SelectionPolicy;
  readonly workload: Workload;
  readonly slo: ServiceLevelObjective;
  /** Seeds the policy's draws. */
  readonly seed: number;
  readonly pauseSeconds: number;
}

/** Plain data and typed arrays. */
interface SimulationState {
  round: number;
  nowSeconds: number;
  readonly counts: ParticipationCounts;
  readonly reliability: { readonly counts: number[]; readonly saidSums: number[]; readonly keptCounts: number[] };
}

/** A run on the virtual clock; `next` runs one round. */
export class Simulation {
  readonly #setup: SimulationSetup;
  #state: SimulationState;

  constructor(setup: SimulationSetup) {
    this.#setup = setup;
    const { size } = setup.fleet;
    const zeros = () => Array.from({ length: RELIABILITY_BINS }, () => 0);
    this.#state = {
      round: 0,
      nowSeconds: 0,
      counts: { selections: new Uint32Array(size), completions: new Uint32Array(size) },
      reliability: { counts: zeros(), saidSums: zeros(), keptCounts: zeros() },
    };
  }

  get participation(): ParticipationCounts {
    return this.#state.counts;
  }

  get reliability(): ReliabilityCounts {
    return this.#state.reliability;
  }

  /** Everything that the rounds to come depend on. */
  read(): unknown {
    const { policy, presence } = this.#setup;
    return { simulation: this.#state, policy: policy.memory.read(), presence: presence.read() };
  }

  /** @param state what `read` gave in a run of the same setup. */
  write(state: unknown): void {
    const saved = state as { simulation: SimulationState; policy: unknown; presence: unknown };
    this.#state = saved.simulation;
    this.#setup.policy.memory.write(saved.policy);
    this.#setup.presence.write(saved.presence);
  }

  next(): RoundRecord {
    const { presence, tables, slo, pauseSeconds } = this.#setup;
    const state = this.#state;
    state.round += 1;
    const startedSeconds = state.nowSeconds;
    const present = presence.presentAt(startedSeconds);
    const request = { round: state.round, seed: this.#setup.seed, slo, candidates: tables.at(present, startedSeconds) };
    const selection = this.#ask(request, present);
    const deadlineSeconds = selection.deadlineSeconds ?? slo.deadlineSeconds;
    const chosen = this.#dispatch(request, selection, deadlineSeconds);
    const settled = settleRound(
      chosen.map(({ selected }) => selected),
      selection.roundEnd ?? { kind: "deadline" },
      deadlineSeconds,
    );
    const byClient = new Map(chosen.map((each) => [each.selected.client, each]));
    this.#learn(settled, byClient, deadlineSeconds);
    state.nowSeconds += settled.seconds + pauseSeconds;
    return this.#record({
      startedSeconds,
      presentCount: present.length,
      selection,
      byClient,
      settled,
      deadlineSeconds,
    });
  }

  #ask(request: SelectionRequest, present: Uint32Array): Selection {
    const { policy, presence, fleet, slo } = this.#setup;
    if (policy.needs === "truth") return policy.select({ ...request, truth: { roundSeconds: this.#truth(request) } });
    if (policy.needs !== "monitoring") return policy.select(request);
    const staysNextRound = new Uint8Array(fleet.size).fill(255);
    const losses = new Float64Array(fleet.size).fill(Number.NaN);
    for (const client of present) {
      staysNextRound[client] = presence.staysSeconds(client) > slo.deadlineSeconds ? 1 : 0;
      // Nothing is trained, so that all losses are alike.
      losses[client] = 1;
    }
    return policy.select({ ...request, monitoring: { losses, staysNextRound } });
  }

  #truth({ candidates }: SelectionRequest): Float64Array {
    const roundSeconds = new Float64Array(this.#setup.fleet.size).fill(Number.POSITIVE_INFINITY);
    for (let index = 0; index < candidates.size; index++) {
      const client = candidates.slots[index] as number;
      roundSeconds[client] = arrivalSeconds(this.#selectedClient(client, candidates.contactSeconds?.[index]));
    }
    return roundSeconds;
  }

  #selectedClient(client: number, contactSeconds = 0, exampleCount?: number, epochs?: number): SelectedClient {
    const { fleet, truth, presence, workload } = this.#setup;
    const work = {
      exampleCount: exampleCount ?? (fleet.columns.exampleCounts[client] as number),
      epochs: epochs ?? workload.epochs,
    };
    const duration = truth.durationOf(client, this.#state.round, work);
    return { client, contactSeconds, duration, staysSeconds: presence.staysSeconds(client) };
  }

  /** The selected, with their work and their p_i. */
  #dispatch({ candidates }: SelectionRequest, selection: Selection, deadlineSeconds: number): readonly Dispatched[] {
    const { slo, tables, workload, fleet } = this.#setup;
    const dispatched: Dispatched[] = [];
    for (let index = 0; index < candidates.size; index++) {
      if (selection.reasons[index] !== 0) continue;
      const client = candidates.slots[index] as number;
      const asked = selection.work?.get(index);
      const contactSeconds = candidates.contactSeconds?.[index] ?? 0;
      const exampleCount = asked?.exampleCount ?? (fleet.columns.exampleCounts[client] as number);
      const epochs = asked?.epochs ?? workload.epochs;
      const probability =
        asked === undefined && deadlineSeconds === slo.deadlineSeconds
          ? (candidates.probabilities[index] as number)
          : tables.probabilityOf(client, { exampleCount, epochs }, deadlineSeconds, contactSeconds);
      const selected = this.#selectedClient(client, contactSeconds, exampleCount, epochs);
      const flop = trainingFlop({ ...workload, epochs }, exampleCount);
      dispatched.push({ selected, probability, exampleCount, flop });
    }
    return dispatched;
  }

  #learn({ clients, seconds }: SettledRound, byClient: DispatchedClients, deadlineSeconds: number): void {
    const { policy } = this.#setup;
    if (policy.needs !== "history" && policy.needs !== "monitoring") return;
    const feedback = clients.map(({ client, status, latencySeconds }): ClientFeedback => {
      const onTime = status === "completed";
      const exampleCount = onTime ? (byClient.get(client) as Dispatched).exampleCount : 0;
      const loss = onTime ? 1 : null;
      return { slot: client, onTime, latencySeconds, exampleCount, trainingLoss: loss, rootMeanSquareLoss: loss };
    });
    policy.learn({ round: this.#state.round, deadlineSeconds, roundSeconds: seconds, clients: feedback });
  }

  #record(round: {
    readonly startedSeconds: number;
    readonly presentCount: number;
    readonly selection: Selection;
    readonly byClient: DispatchedClients;
    readonly settled: SettledRound;
    readonly deadlineSeconds: number;
  }): RoundRecord {
    const { startedSeconds, presentCount, selection, byClient, settled, deadlineSeconds } = round;
    const tally = { completed: 0, late: 0, surplus: 0, lost: 0 };
    const useful = zeroSpending();
    const wasted = zeroSpending();
    let expectedOnTimeCount = 0;
    let usefulExamples = 0;
    for (const client of settled.clients) {
      const { probability, exampleCount, flop } = byClient.get(client.client) as Dispatched;
      tally[client.status] += 1;
      expectedOnTimeCount += probability;
      if (client.status === "completed") usefulExamples += exampleCount;
      this.#count(client);
      this.#compare(probability, arrivalSeconds(client) <= deadlineSeconds);
      this.#spend(client, flop, client.status === "completed" ? useful : wasted);
    }
    return {
      round: this.#state.round,
      ...{ startedSeconds, seconds: settled.seconds, presentCount, selectedCount: settled.clients.length },
      ...{ completedCount: tally.completed, lateCount: tally.late, surplusCount: tally.surplus, lostCount: tally.lost },
      expectedOnTimeCount,
      statedRoundProbability: selection.objective?.reached ?? null,
      ...{ useful, wasted, usefulExamples },
    };
  }

  #count({ client, status }: SettledClient): void {
    const { counts } = this.#state;
    counts.selections[client] = (counts.selections[client] as number) + 1;
    if (status === "completed") counts.completions[client] = (counts.completions[client] as number) + 1;
  }

  /** What was said of a client beside what it would have kept had no round closed before the deadline. */
  #compare(probability: number, isKept: boolean): void {
    const { reliability } = this.#state;
    const bin = Math.min(RELIABILITY_BINS - 1, Math.floor(probability * RELIABILITY_BINS));
    reliability.counts[bin] = (reliability.counts[bin] as number) + 1;
    reliability.saidSums[bin] = (reliability.saidSums[bin] as number) + probability;
    if (isKept) reliability.keptCounts[bin] = (reliability.keptCounts[bin] as number) + 1;
  }

  #spend(client: SettledClient, flop: number, into: SpendingSum): void {
    const { fleet, workload } = this.#setup;
    const device = fleet.devices[fleet.columns.deviceIndices[client.client] as number]?.device;
    const watts = device?.kind === "known" ? (device.device.thermalDesignWatts ?? 0) : 0;
    addSpending(into, spendingOf(client, { flop, watts, workload }));
  }
}

type DispatchedClients = ReadonlyMap<number, Dispatched>;

interface Dispatched {
  readonly selected: SelectedClient;
  /** p_i with the work and by the deadline that it was given. */
  readonly probability: number;
  readonly exampleCount: number;
  readonly flop: number;
}
