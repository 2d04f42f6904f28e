// What an asynchronous run keeps on disk for the clients that are at work, and deletes once nobody can need it: the models that they
// began from, and the updates that rounds took from them. One round's worth more than that is kept, should its checkpoint turn out damaged.

import type { ModelStore } from "../../models/model-store.ts";
import type { UploadStore } from "../../uploads/upload-store.ts";
import { taskIdOf } from "../client-task.ts";
import type { RoundOutcome } from "../types.ts";
import type { KeptWork } from "./kept-work.ts";

interface WorkAtCheckpoint {
  /** The last one that is over. */
  readonly round: number;
  readonly work?: readonly KeptWork[] | undefined;
}

interface EndedTask {
  readonly round: number;
  readonly clientId: string;
}

/** Hashes of the models that clients at work began from. */
export function basesOf(work: readonly KeptWork[] = []): ReadonlySet<string> {
  return new Set(work.map(({ model }) => model.sha256));
}

/** The earliest round whose uploads may still come or be needed. */
export function firstRoundAtWork({ round, work = [] }: WorkAtCheckpoint): number {
  return Math.min(round + 1, ...work.map((tasks) => tasks.round));
}

export class RetiredWork {
  readonly #models: Pick<ModelStore, "pin">;
  readonly #uploads: Pick<UploadStore, "retire" | "retireTask">;
  #bases: ReadonlySet<string>;
  /** Tasks that ended in the last round. */
  #ended: readonly EndedTask[] = [];
  /** Nothing is spooled for any round before it. */
  #firstRound: number;

  constructor(
    { models, uploads }: { readonly models: ModelStore; readonly uploads: UploadStore },
    start: WorkAtCheckpoint = { round: 0 },
  ) {
    this.#models = models;
    this.#uploads = uploads;
    this.#bases = basesOf(start.work);
    this.#firstRound = firstRoundAtWork(start);
  }

  /** After the checkpoint of a round, with the work that it names. */
  async after({ round, clients }: RoundOutcome, work: readonly KeptWork[]): Promise<void> {
    const bases = basesOf(work);
    this.#models.pin(new Set([...this.#bases, ...bases]));
    this.#bases = bases;
    for (const { round: taskRound, clientId } of this.#ended) {
      await this.#uploads.retireTask({ round: taskRound, taskId: taskIdOf({ round: taskRound }, clientId) });
    }
    this.#ended = clients.map(({ clientId, origin }) => ({ round: origin?.round ?? round, clientId }));
    const needed = this.#ended.map((task) => task.round);
    await this.#retireBefore(Math.min(firstRoundAtWork({ round, work }), ...needed));
  }

  /** At the end of the run. */
  async retireAll(lastRound: number): Promise<void> {
    await this.#retireBefore(lastRound + 1);
  }

  async #retireBefore(round: number): Promise<void> {
    for (; this.#firstRound < round; this.#firstRound++) await this.#uploads.retire(this.#firstRound);
  }
}
