// Rounds on a virtual clock without training: whom the policy selects, how long they really take, what was of use and what was wasted.
// Over columns, so that fleets of millions go through thousands of rounds; test/experiments/simulation shows that it makes the
// same rounds as the aggregator's engine.

import type { ClientFeedback, Selection, SelectionPolicy, SelectionRequest } from "../../selection/policy/policy.ts";
import type { ServiceLevelObjective } from "../../selection/types.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { ReliabilityCounts } from "./cell.ts";
import { clientInRound, staysNextRound, truthOfRound } from "./clients-in-round.ts";
import type { ParticipationCounts } from "./participation.ts";
import type { RoundTables } from "./round-tables.ts";
import { type AskedClient, RunLedger } from "./run-ledger.ts";
import { type SelectedClient, type SettledRound, settleRound } from "./settle-round.ts";
import type { Fleet, FleetTruth, Presence, RoundRecord } from "./types.ts";

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

interface SimulationState {
  readonly round: number;
  readonly nowSeconds: number;
}

/** A run on the virtual clock; `next` runs one round. */
export class Simulation {
  readonly #setup: SimulationSetup;
  readonly #ledger: RunLedger;
  #state: SimulationState = { round: 0, nowSeconds: 0 };

  constructor(setup: SimulationSetup) {
    this.#setup = setup;
    this.#ledger = new RunLedger(setup.fleet, setup.workload);
  }

  get participation(): ParticipationCounts {
    return this.#ledger.participation;
  }

  get reliability(): ReliabilityCounts {
    return this.#ledger.reliability;
  }

  /** Everything that the rounds to come depend on: plain data and typed arrays. */
  read(): unknown {
    const { policy, presence } = this.#setup;
    const ledger = this.#ledger.read();
    return { simulation: this.#state, ledger, policy: policy.memory.read(), presence: presence.read() };
  }

  /** @param state what `read` gave in a run of the same setup. */
  write(state: unknown): void {
    const saved = state as { simulation: SimulationState; ledger: unknown; policy: unknown; presence: unknown };
    this.#state = saved.simulation;
    this.#ledger.write(saved.ledger);
    this.#setup.policy.memory.write(saved.policy);
    this.#setup.presence.write(saved.presence);
  }

  next(): RoundRecord {
    const { presence, tables, slo, pauseSeconds, seed } = this.#setup;
    const round = this.#state.round + 1;
    const startedSeconds = this.#state.nowSeconds;
    const present = presence.presentAt(startedSeconds);
    const request = { round, seed, slo, candidates: tables.at(present, startedSeconds) };
    const selection = this.#ask(request, present);
    const deadlineSeconds = selection.deadlineSeconds ?? slo.deadlineSeconds;
    const { selected, asked } = this.#dispatch(request, selection, deadlineSeconds);
    const settled = settleRound(selected, selection.roundEnd ?? { kind: "deadline" }, deadlineSeconds);
    this.#learn(settled, asked, { round, deadlineSeconds });
    this.#state = { round, nowSeconds: startedSeconds + settled.seconds + pauseSeconds };
    return this.#ledger.record({
      ...{ round, startedSeconds, presentCount: present.length },
      statedRoundProbability: selection.objective?.reached ?? null,
      ...{ settled, deadlineSeconds, asked },
    });
  }

  #ask(request: SelectionRequest, present: Uint32Array): Selection {
    const { policy, fleet, slo } = this.#setup;
    if (policy.needs === "truth") {
      const { contactSeconds } = request.candidates;
      const truth = truthOfRound(this.#setup, request.round, { present, contactSeconds });
      return policy.select({ ...request, truth });
    }
    if (policy.needs !== "monitoring") return policy.select(request);
    const losses = new Float64Array(fleet.size).fill(Number.NaN);
    // Nothing is trained, so that all losses are alike.
    for (const client of present) losses[client] = 1;
    const stays = staysNextRound(this.#setup, present, slo.deadlineSeconds);
    return policy.select({ ...request, monitoring: { losses, staysNextRound: stays } });
  }

  /** The selected, with their work and their p_i. */
  #dispatch({ round, candidates }: SelectionRequest, selection: Selection, deadlineSeconds: number) {
    const { slo, tables, workload, fleet } = this.#setup;
    const selected: SelectedClient[] = [];
    const asked = new Map<number, AskedClient>();
    for (let index = 0; index < candidates.size; index++) {
      if (selection.reasons[index] !== 0) continue;
      const client = candidates.slots[index] as number;
      const less = selection.work?.get(index);
      const contactSeconds = candidates.contactSeconds?.[index] ?? 0;
      const work = less ?? {
        exampleCount: fleet.columns.exampleCounts[client] as number,
        epochs: workload.epochs,
      };
      const probability =
        less === undefined && deadlineSeconds === slo.deadlineSeconds
          ? (candidates.probabilities[index] as number)
          : tables.probabilityOf(client, work, deadlineSeconds, contactSeconds);
      selected.push(clientInRound(this.#setup, client, { round, contactSeconds, asked: work }));
      asked.set(client, { ...work, probability });
    }
    return { selected, asked };
  }

  #learn(
    { clients, seconds }: SettledRound,
    asked: ReadonlyMap<number, AskedClient>,
    round: { readonly round: number; readonly deadlineSeconds: number },
  ): void {
    const { policy } = this.#setup;
    if (policy.needs !== "history" && policy.needs !== "monitoring") return;
    const feedback = clients.map(({ client, status, latencySeconds }): ClientFeedback => {
      const onTime = status === "completed";
      const exampleCount = onTime ? (asked.get(client) as AskedClient).exampleCount : 0;
      const loss = onTime ? 1 : null;
      return { slot: client, onTime, latencySeconds, exampleCount, trainingLoss: loss, rootMeanSquareLoss: loss };
    });
    policy.learn({ ...round, roundSeconds: seconds, clients: feedback });
  }
}
