// The Cohort of production: reaches the registered clients over their sockets, one round at a time.

import type { Failure, Progress, Reply, Update } from "../../protocol/messages.ts";
import { refuse } from "../../protocol/parse-message.ts";
import type { Candidate } from "../../selection/types.ts";
import type { TaskMessages } from "../clients/serve-agent.ts";
import type { AcceptedUpdate } from "../journal/events.ts";
import { type AcceptedCommit, AcceptedCommits } from "./accepted-commits.ts";
import { ActiveRound } from "./active-round.ts";
import { taskIdOf } from "./client-task.ts";
import type { CohortRound, CohortRoundOptions } from "./cohort-round.ts";
import { expectedUpload } from "./create-tasks.ts";
import { ActiveSecureRound } from "./secure/active-secure-round.ts";
import type { Cohort, CohortReply, RoundTask } from "./types.ts";

export interface SocketCohortOptions extends CohortRoundOptions {
  /** Commits that were accepted before a restart. */
  readonly acceptedCommits?: readonly AcceptedCommit[] | undefined;
  /** A round knows its tasks from now on. */
  readonly onRoundStarted?: (() => void) | undefined;
}

/** Reason of an abort after which the aggregator will be started again: agents keep their work. */
export const STOPPED_FOR_RESTART = "stopped for a restart";

export class SocketCohort implements Cohort, TaskMessages {
  readonly #options: CohortRoundOptions;
  readonly #accepted: AcceptedCommits;
  readonly #checking = new Map<string, Promise<Reply>>();
  /** The round that runs and the one before it, whose late messages deserve a true answer. Newest first. */
  #rounds: readonly CohortRound[] = [];

  readonly #onRoundStarted: () => void;

  constructor({ acceptedCommits, onRoundStarted = () => {}, ...options }: SocketCohortOptions) {
    this.#onRoundStarted = onRoundStarted;
    this.#accepted = new AcceptedCommits(acceptedCommits);
    this.#options = {
      ...options,
      keepAccepted: async (round, update) => {
        await options.keepAccepted(round, update);
        this.remember(round, update);
      },
    };
  }

  /** To be kept through a restart. */
  get acceptedCommits(): readonly AcceptedCommit[] {
    return this.#accepted.list();
  }

  /** Takes an acceptance for granted that an earlier start of the aggregator gave. */
  remember(round: number, { clientId, sha256 }: AcceptedUpdate): void {
    this.#accepted.add({ round, taskId: taskIdOf({ round }, clientId), clientId, sha256 });
  }

  candidates(): readonly Candidate[] {
    return this.#options.registry.candidates();
  }

  /** Seconds on the clock of the round that runs; undefined between rounds. */
  roundSeconds(): { readonly elapsedSeconds: number; readonly isClockRunning: boolean } | undefined {
    return this.#rounds[0]?.clockState();
  }

  async *train(task: RoundTask, clientIds: readonly string[], signal: AbortSignal): AsyncIterable<CohortReply> {
    this.#accepted.forgetBefore(task.round);
    if (task.resumed) await this.#recoverUploads(task, clientIds);
    const round = task.secure
      ? new ActiveSecureRound(task, task.secure, clientIds, this.#options)
      : new ActiveRound(task, clientIds, this.#options);
    this.#rounds = [round, ...this.#rounds].slice(0, 2);
    const stop = () => round.replies.end();
    signal.addEventListener("abort", stop);
    try {
      if (signal.aborted) return;
      round.start();
      this.#onRoundStarted();
      yield* round.replies;
    } finally {
      signal.removeEventListener("abort", stop);
      if (signal.reason === STOPPED_FOR_RESTART) round.leave();
      else await round.close(signal.aborted ? "The run was interrupted." : "The round is over.");
    }
  }

  progress(clientId: string, message: Progress): Reply {
    return this.#roundOf(message.taskId)?.progress(clientId, message) ?? refuseUnknown(message.taskId);
  }

  async update(clientId: string, message: Update): Promise<Reply> {
    if (this.#accepted.has(clientId, message)) return { accepted: true };
    const round = this.#roundOf(message.taskId);
    if (!round) return refuseUnknown(message.taskId);
    // Sent again on a new connection while the first one is being checked: both get the one answer.
    const commit = JSON.stringify([clientId, message.taskId, message.sha256]);
    const answer = this.#checking.get(commit) ?? round.update(clientId, message);
    this.#checking.set(commit, answer);
    try {
      return await answer;
    } finally {
      this.#checking.delete(commit);
    }
  }

  failure(clientId: string, message: Failure): Reply {
    return this.#roundOf(message.taskId)?.failure(clientId, message) ?? refuseUnknown(message.taskId);
  }

  async #recoverUploads(task: RoundTask, clientIds: readonly string[]): Promise<void> {
    const { uploads, partBytes } = this.#options;
    for (const clientId of clientIds) await uploads.recover(expectedUpload(task, clientId, partBytes));
  }

  #roundOf(taskId: string): CohortRound | undefined {
    return this.#rounds.find((round) => round.has(taskId));
  }
}

function refuseUnknown(taskId: string): Reply {
  return refuse("server.unknown-task", `There is no task "${taskId}". Its round may be long over.`);
}
