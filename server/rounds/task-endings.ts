// How the tasks of a round end: each exactly once, with the reply that the engine gets, and the round with the last of them.

import type { ClientTask } from "./client-task.ts";
import type { ReplyQueue } from "./reply-queue.ts";
import type { RoundClock } from "./round-clock.ts";
import type { ClientOutcome, CohortReply } from "./types.ts";

export interface TaskEndingsOptions {
  readonly tasks: Iterable<ClientTask>;
  readonly clock: RoundClock;
  readonly replies: ReplyQueue<CohortReply>;
  /** Told after each. */
  readonly onEnd: () => void;
}

export class TaskEndings {
  readonly #tasks: readonly ClientTask[];
  readonly #options: TaskEndingsOptions;

  constructor(options: TaskEndingsOptions) {
    this.#tasks = [...options.tasks];
    this.#options = options;
  }

  /** @param ending as it is told to an agent that asks later. Ends nothing twice. */
  end(task: ClientTask, ending: string, reply: CohortReply): void {
    if (task.state === "ended") return;
    task.state = "ended";
    task.ending = ending;
    task.absence?.abort();
    this.#options.replies.push(reply);
    this.#options.onEnd();
    this.endRoundIfAllEnded();
  }

  /** Ends a task without an update. */
  giveUp(
    task: ClientTask,
    { status, reason }: { readonly status: Exclude<ClientOutcome["status"], "completed">; readonly reason: string },
    computeSeconds: number,
    latencySeconds: number = this.#options.clock.elapsedSeconds(),
  ): void {
    const { clientId } = task;
    const outcome = { clientId, status, reason, latencySeconds, computeSeconds };
    this.end(task, `it counted as ${status}. ${reason}`, { kind: "outcome", outcome });
  }

  endRoundIfAllEnded(): void {
    if (this.#tasks.every(({ state }) => state === "ended")) this.#options.replies.end();
  }
}
