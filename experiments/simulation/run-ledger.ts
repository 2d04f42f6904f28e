// What came of a run's rounds: a record each, how often each client took part, and whether what was said of it was kept. With and
// without training the books are the same.

import { flopPerStep, stepCount } from "../../workloads/round-workload.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { ReliabilityCounts } from "./cell.ts";
import type { ParticipationCounts } from "./participation.ts";
import { arrivalSeconds, type SettledClient, type SettledRound } from "./settle-round.ts";
import { addSpending, type SpendingSum, spendingOf, zeroSpending } from "./spending.ts";
import type { Fleet, RoundRecord } from "./types.ts";

export const RELIABILITY_BINS = 20;

/** What a selected client was asked to do, and how probable it was that it does so in time. */
export interface AskedClient {
  readonly exampleCount: number;
  readonly epochs: number;
  /** p_i with that work and by the round's deadline. */
  readonly probability: number;
}

/** A round that is over. */
export interface FinishedRound {
  readonly round: number;
  readonly startedSeconds: number;
  readonly presentCount: number;
  readonly statedRoundProbability: number | null;
  readonly settled: SettledRound;
  readonly deadlineSeconds: number;
  /** One for each client of `settled`. */
  readonly asked: ReadonlyMap<number, AskedClient>;
}

/** Plain data and typed arrays. */
interface LedgerState {
  readonly counts: ParticipationCounts;
  readonly reliability: { readonly counts: number[]; readonly saidSums: number[]; readonly keptCounts: number[] };
}

export class RunLedger {
  readonly #fleet: Fleet;
  readonly #workload: Workload;
  readonly #flopPerStep: number;
  /** Design power by device, 0 if unknown. */
  readonly #watts: readonly number[];
  #state: LedgerState;

  constructor(fleet: Fleet, workload: Workload) {
    this.#fleet = fleet;
    this.#workload = workload;
    this.#flopPerStep = flopPerStep(workload);
    this.#watts = fleet.devices.map(({ device }) =>
      device.kind === "known" ? (device.device.thermalDesignWatts ?? 0) : 0,
    );
    const zeros = () => Array.from({ length: RELIABILITY_BINS }, () => 0);
    this.#state = {
      counts: { selections: new Uint32Array(fleet.size), completions: new Uint32Array(fleet.size) },
      reliability: { counts: zeros(), saidSums: zeros(), keptCounts: zeros() },
    };
  }

  get participation(): ParticipationCounts {
    return this.#state.counts;
  }

  get reliability(): ReliabilityCounts {
    return this.#state.reliability;
  }

  read(): unknown {
    return this.#state;
  }

  /** @param state what `read` gave in a run of the same fleet. */
  write(state: unknown): void {
    this.#state = state as LedgerState;
  }

  record({ settled, asked, ...round }: FinishedRound): RoundRecord {
    const tally = { completed: 0, late: 0, surplus: 0, lost: 0 };
    const useful = zeroSpending();
    const wasted = zeroSpending();
    let expectedOnTimeCount = 0;
    let usefulExamples = 0;
    for (const client of settled.clients) {
      const work = asked.get(client.client) as AskedClient;
      tally[client.status] += 1;
      expectedOnTimeCount += work.probability;
      if (client.status === "completed") usefulExamples += work.exampleCount;
      this.#count(client);
      this.#compare(work.probability, arrivalSeconds(client) <= round.deadlineSeconds);
      this.#spend(client, work, client.status === "completed" ? useful : wasted);
    }
    return {
      round: round.round,
      startedSeconds: round.startedSeconds,
      seconds: settled.seconds,
      presentCount: round.presentCount,
      selectedCount: settled.clients.length,
      ...{ completedCount: tally.completed, lateCount: tally.late, surplusCount: tally.surplus, lostCount: tally.lost },
      expectedOnTimeCount,
      statedRoundProbability: round.statedRoundProbability,
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

  #spend(client: SettledClient, { exampleCount, epochs }: AskedClient, into: SpendingSum): void {
    const workload = this.#workload;
    const watts = this.#watts[this.#fleet.columns.deviceIndices[client.client] as number] ?? 0;
    const flop = this.#flopPerStep * stepCount({ epochs, batchSize: workload.batchSize }, exampleCount);
    addSpending(into, spendingOf(client, { flop, watts, workload }));
  }
}
