// The Cohort of experiments: a fleet on the virtual clock. How long everybody takes is the truth's; what is trained is real, and of the
// clients that are selected only those train whose update will be aggregated: the others' gradients would be thrown away.

import { messageOf, ProbSelectError } from "../../../foundation/errors.ts";
import type { LocalTrainingResult } from "../../../models/tensorflow/train-locally.ts";
import type { Monitoring, RoundEnd, Truth } from "../../../selection/policy/policy.ts";
import type { Candidate } from "../../../selection/types.ts";
import type { Cohort, CohortReply, RoundTask } from "../../../server/rounds/types.ts";
import { clientInRound, staysNextRound, type TrueFleet, truthOfRound } from "../clients-in-round.ts";
import { type SelectedClient, type SettledClient, type SettledRound, settleRound } from "../settle-round.ts";
import { clientIdOf, clientOf } from "../types.ts";
import { unlessAborted } from "../unless-aborted.ts";
import type { CohortTrainer } from "./cohort-trainer.ts";
import { outcomeOf } from "./cohort-words.ts";
import type { FleetCandidates } from "./fleet-candidates.ts";
import type { MemoryModel } from "./memory-model.ts";

/** So many trainings per thread are begun or done before the aggregation has asked for them; each holds one update in memory. */
const TRAININGS_AHEAD_PER_THREAD = 2;

export interface VirtualCohortOptions extends TrueFleet {
  readonly candidates: FleetCandidates;
  readonly trainer: CohortTrainer;
  readonly globalModel: MemoryModel;
}

/** Who is there in the round that is open. */
interface OpenRound {
  readonly round: number;
  readonly present: Uint32Array;
  /** One for each of `present`; null: all can be reached now. */
  readonly contactSeconds: Float64Array | null;
}

/** A training, or why it failed. */
type Trained = LocalTrainingResult | { readonly failure: string };

export class VirtualCohort implements Cohort {
  readonly #options: VirtualCohortOptions;
  #open: OpenRound = { round: 0, present: new Uint32Array(0), contactSeconds: null };
  #settled: SettledRound | null = null;

  constructor(options: VirtualCohortOptions) {
    this.#options = options;
  }

  /** Begins a round: whoever is there now is a candidate. @returns who that is, in rising order. */
  openRound(round: number, nowSeconds: number): Uint32Array {
    const { presence, fleet } = this.#options;
    const present = presence.presentAt(nowSeconds);
    const { contact } = fleet;
    const contactSeconds =
      contact && Float64Array.from(present, (client) => contact.secondsUntilContact(client, nowSeconds));
    this.#open = { round, present, contactSeconds };
    this.#settled = null;
    return present;
  }

  /** How the round went; null until it was trained, and if nobody was selected. */
  get settled(): SettledRound | null {
    return this.#settled;
  }

  candidates(): readonly Candidate[] {
    const { present, contactSeconds } = this.#open;
    return Array.from(present, (client, index) =>
      this.#options.candidates.candidateOf(client, contactSeconds?.[index]),
    );
  }

  /**
   * Asks whoever is there, without cost: on the virtual clock a question takes no time.
   *
   * @param lossOf whose loss of the current model is wanted.
   * @param roundSeconds who says that it will be there in the next round stays for longer than that.
   */
  async monitor(lossOf: readonly string[], roundSeconds: number): Promise<Monitoring> {
    const { trainer, globalModel, fleet } = this.#options;
    const losses = new Float64Array(fleet.size).fill(Number.NaN);
    const asked = lossOf.map(clientOf);
    const answers = await Promise.all(asked.map((client) => trainer.lossOf(client, globalModel.parameters)));
    for (const [place, client] of asked.entries()) losses[client] = answers[place] as number;
    return { losses, staysNextRound: staysNextRound(this.#options, this.#open.present, roundSeconds) };
  }

  truth(): Truth {
    return truthOfRound(this.#options, this.#open.round, this.#open);
  }

  /** Replies come in the order in which updates arrive on the virtual clock, whichever was computed first. */
  async *train(task: RoundTask, clientIds: readonly string[], signal: AbortSignal): AsyncIterable<CohortReply> {
    const selected = clientIds.map((clientId) => this.#select(clientId, task));
    const failures = new Map<number, SettledClient>();
    const trainings = new Map<number, Promise<Trained>>();
    let settled = settle(selected, failures, task);
    this.#settled = settled;
    for (let place = 0; place < settled.clients.length; ) {
      const client = settled.clients[place] as SettledClient;
      if (failures.has(client.client)) break;
      if (client.status !== "completed") {
        yield outcomeOf(client, settled, task);
        place += 1;
        continue;
      }
      this.#trainAhead(settled.clients.slice(place), trainings, task);
      const trained = await unlessAborted(trainings.get(client.client) as Promise<Trained>, signal);
      if (trained === null) return;
      trainings.delete(client.client);
      if (!("failure" in trained)) {
        yield this.#update(client, trained);
        place += 1;
        continue;
      }
      // The round goes on without it: who arrives later may now be among the first. Nobody before it is touched.
      const failed = failedClient(client);
      failures.set(client.client, failed);
      settled = settle(selected, failures, task);
      this.#settled = settled;
      yield { kind: "outcome", outcome: failedOutcome(failed, trained.failure) };
    }
  }

  #select(clientId: string, { round, work }: RoundTask): SelectedClient {
    const client = clientOf(clientId);
    const { present, contactSeconds } = this.#open;
    const wait = contactSeconds?.[present.indexOf(client)] ?? 0;
    return clientInRound(this.#options, client, { round, contactSeconds: wait, asked: work?.get(clientId) });
  }

  /** Keeps the threads busy, without more updates in memory than they need. */
  #trainAhead(rest: readonly SettledClient[], trainings: Map<number, Promise<Trained>>, task: RoundTask): void {
    const { trainer } = this.#options;
    for (const { client, status } of rest.slice(0, TRAININGS_AHEAD_PER_THREAD * trainer.threadCount)) {
      if (status !== "completed" || trainings.has(client)) continue;
      const training = this.#trainClient(client, task);
      // A round that is given up waits for nobody.
      training.catch(() => {});
      trainings.set(client, training);
    }
  }

  async #trainClient(client: number, { training, work, seed }: RoundTask): Promise<Trained> {
    const { trainer, globalModel, fleet } = this.#options;
    const less = work?.get(clientIdOf(client));
    const shareSize = trainer.shareSizeOf(client);
    // What it is asked for is a part of what its fleet says it holds; the same part of its share of the data set is trained on.
    const part = (less?.exampleCount ?? Number.POSITIVE_INFINITY) / (fleet.columns.exampleCounts[client] as number);
    const maximumExamples = part < 1 ? Math.max(1, Math.round(part * shareSize)) : shareSize;
    const settings = { ...training, ...(less && { epochs: less.epochs }), maximumExamples };
    try {
      return await trainer.train(client, { parameters: globalModel.parameters, settings, seed });
    } catch (thrown) {
      if (thrown instanceof ProbSelectError && thrown.code === "models.training-diverged") {
        return { failure: messageOf(thrown) };
      }
      throw thrown;
    }
  }

  #update(settled: SettledClient, trained: LocalTrainingResult): CohortReply {
    const { client, latencySeconds, computeSeconds } = settled;
    const { exampleCount, stepCount, trainingLoss, parameters } = trained;
    return {
      kind: "update",
      update: {
        clientId: clientIdOf(client),
        ...{ exampleCount, stepCount, trainingLoss },
        datasetExampleCount: this.#options.trainer.shareSizeOf(client),
        readParameters: async () => parameters,
      },
      ...{ latencySeconds, computeSeconds },
    };
  }
}

/** The round without those whose training failed, who stand at its end. It lasts until they have said so. */
function settle(
  selected: readonly SelectedClient[],
  failures: ReadonlyMap<number, SettledClient>,
  { waitsForAll, closesAfterUpdates, deadlineSeconds }: RoundTask,
): SettledRound {
  const end: RoundEnd = waitsForAll
    ? { kind: "all" }
    : closesAfterUpdates === undefined
      ? { kind: "deadline" }
      : { kind: "first", updates: closesAfterUpdates };
  const others = selected.filter(({ client }) => !failures.has(client));
  const lastFailure = Math.max(0, ...[...failures.values()].map(({ latencySeconds }) => latencySeconds));
  if (others.length === 0 && failures.size > 0) return { seconds: lastFailure, clients: [...failures.values()] };
  const { seconds, clients } = settleRound(others, end, deadlineSeconds);
  return { seconds: Math.max(seconds, lastFailure), clients: [...clients, ...failures.values()] };
}

/** It computed to no avail, and says so instead of an upload. */
function failedClient(client: SettledClient): SettledClient {
  const { downloadSeconds, computeSeconds } = client.duration;
  const latencySeconds = client.contactSeconds + downloadSeconds + computeSeconds;
  return { ...client, status: "lost", latencySeconds, computeSeconds, downloadShare: 1, uploadShare: 0 };
}

function failedOutcome({ client, latencySeconds, computeSeconds }: SettledClient, reason: string) {
  return { clientId: clientIdOf(client), status: "failed" as const, reason, latencySeconds, computeSeconds };
}
