// Who has which task in an asynchronous run, by the rounds that gave them out.

import type { ActiveRound } from "../active-round.ts";
import type { ClientAtWork, RoundTask } from "../types.ts";
import type { KeptWork } from "./kept-work.ts";

/** The tasks that one round gave out. */
export interface WorkOfRound {
  readonly task: RoundTask;
  readonly active: ActiveRound;
}

/** Rounds all of whose tasks have ended, whose late messages deserve a true answer. */
const REMEMBERED_ROUNDS = 4;

export class WorkOfRounds {
  /** Of each client that has a task, or has ended one of which no round knows yet. */
  readonly #atWork = new Map<string, WorkOfRound>();
  /** Newest first: the rounds with tasks and some before. */
  #rounds: readonly WorkOfRound[] = [];

  /** Clients that have a task. */
  get clientCount(): number {
    return this.#atWork.size;
  }

  get rounds(): readonly WorkOfRound[] {
    return this.#rounds;
  }

  has(clientId: string): boolean {
    return this.#atWork.has(clientId);
  }

  add(work: WorkOfRound, clientIds: readonly string[]): void {
    for (const clientId of clientIds) this.#atWork.set(clientId, work);
    const working = new Set(this.#atWork.values());
    const ended = this.#rounds.filter((round) => !working.has(round)).slice(0, REMEMBERED_ROUNDS);
    this.#rounds = [work, ...this.#rounds.filter((round) => working.has(round) || ended.includes(round))];
  }

  /** A round knows how the client's task ended: it is free for another one. */
  release(clientId: string): void {
    this.#atWork.delete(clientId);
  }

  clients(): readonly ClientAtWork[] {
    return [...this.#atWork].map(([clientId, { task }]) => {
      return { clientId, round: task.round, modelVersion: task.model.modelVersion };
    });
  }

  /** Of the rounds remembered here. */
  activeOf(taskId: string): ActiveRound | undefined {
    return this.#rounds.find(({ active }) => active.has(taskId))?.active;
  }

  /** What a checkpoint keeps. */
  kept(): readonly KeptWork[] {
    return [...new Set(this.#atWork.values())].map((work) => {
      return keptWorkOf(work, (clientId) => this.#atWork.get(clientId) === work);
    });
  }
}

function keptWorkOf({ task, active }: WorkOfRound, isKept: (clientId: string) => boolean): KeptWork {
  const { round, model, deadlineSeconds, work, backendByClient } = task;
  const { modelVersion, sha256, byteLength } = model;
  const clients = active.tasks.flatMap(({ clientId, datasetExampleCount }) => {
    const less = work?.get(clientId);
    const backend = backendByClient?.get(clientId);
    const asked = { ...(less && { work: less }), ...(backend !== undefined && { backend }) };
    return isKept(clientId) ? [{ clientId, datasetExampleCount, ...asked }] : [];
  });
  const elapsedSeconds = active.clockState()?.elapsedSeconds ?? deadlineSeconds;
  return { round, modelVersion, model: { sha256, byteLength }, deadlineSeconds, elapsedSeconds, clients };
}
