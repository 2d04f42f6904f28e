// The Cohort of production: reaches the registered clients over their sockets, one round at a time.

import type { Failure, Progress, Reply, Update } from "../../protocol/messages.ts";
import { refuse } from "../../protocol/parse-message.ts";
import type { Candidate } from "../../selection/types.ts";
import type { TaskMessages } from "../clients/serve-agent.ts";
import { ActiveRound, type ActiveRoundOptions } from "./active-round.ts";
import type { Cohort, CohortReply, RoundTask } from "./types.ts";

export class SocketCohort implements Cohort, TaskMessages {
  readonly #options: ActiveRoundOptions;
  /** The round that runs and the one before it, whose late messages deserve a true answer. Newest first. */
  #rounds: readonly ActiveRound[] = [];

  constructor(options: ActiveRoundOptions) {
    this.#options = options;
  }

  candidates(): readonly Candidate[] {
    return this.#options.registry.candidates();
  }

  async *train(task: RoundTask, clientIds: readonly string[], signal: AbortSignal): AsyncIterable<CohortReply> {
    const round = new ActiveRound(task, clientIds, this.#options);
    this.#rounds = [round, ...this.#rounds].slice(0, 2);
    const stop = () => round.replies.end();
    signal.addEventListener("abort", stop);
    try {
      if (signal.aborted) return;
      round.start();
      yield* round.replies;
    } finally {
      signal.removeEventListener("abort", stop);
      await round.close(signal.aborted ? "The run was interrupted." : "The round is over.");
    }
  }

  progress(clientId: string, message: Progress): Reply {
    return this.#roundOf(message.taskId)?.progress(clientId, message) ?? refuseUnknown(message.taskId);
  }

  async update(clientId: string, message: Update): Promise<Reply> {
    return (await this.#roundOf(message.taskId)?.update(clientId, message)) ?? refuseUnknown(message.taskId);
  }

  failure(clientId: string, message: Failure): Reply {
    return this.#roundOf(message.taskId)?.failure(clientId, message) ?? refuseUnknown(message.taskId);
  }

  #roundOf(taskId: string): ActiveRound | undefined {
    return this.#rounds.find((round) => round.has(taskId));
  }
}

function refuseUnknown(taskId: string): Reply {
  return refuse("server.unknown-task", `There is no task "${taskId}". Its round may be long over.`);
}
