// The tasks of a secure round and how each client ended: exactly once, whatever came first.

import type { ClientRegistry } from "../../clients/client-registry.ts";
import type { ClientTask } from "../client-task.ts";
import { type CutOff, cutOffClient } from "../cut-off.ts";
import { ReplyQueue } from "../reply-queue.ts";
import type { RoundClock } from "../round-clock.ts";
import type { ClientOutcome, CohortReply } from "../types.ts";

/** What a client said with its masked input, and when. */
export interface Contribution {
  readonly exampleCount: number;
  readonly trainingLoss: number;
  readonly latencySeconds: number;
  readonly computeSeconds: number;
}

export interface TaskLedgerOptions {
  readonly clock: RoundClock;
  readonly registry: Pick<ClientRegistry, "socketOf">;
  readonly acknowledgeSeconds: number;
  /** A client has ended. */
  readonly onEnd: () => void;
}

export class TaskLedger {
  readonly replies = new ReplyQueue<CohortReply>();
  /** By task id. */
  readonly #tasks: ReadonlyMap<string, ClientTask>;
  readonly #byClient: ReadonlyMap<string, ClientTask>;
  readonly #options: TaskLedgerOptions;
  #isSealed = false;

  constructor(tasks: ReadonlyMap<string, ClientTask>, options: TaskLedgerOptions) {
    this.#tasks = tasks;
    this.#byClient = new Map([...tasks.values()].map((task) => [task.clientId, task]));
    this.#options = options;
  }

  get taskIds(): readonly string[] {
    return [...this.#tasks.keys()];
  }

  has(taskId: string): boolean {
    return this.#tasks.has(taskId);
  }

  /** The task, if it is this client's. */
  taskOf(clientId: string, taskId: string): ClientTask | undefined {
    const task = this.#tasks.get(taskId);
    return task?.clientId === clientId ? task : undefined;
  }

  ofClient(clientId: string): ClientTask | undefined {
    return this.#byClient.get(clientId);
  }

  /** Those whose client has not ended and has not been told to stop. */
  working(): readonly ClientTask[] {
    return [...this.#tasks.values()].filter(({ state }) => state === "working");
  }

  /** The client's update is in the sum. */
  complete(task: ClientTask, facts: Contribution): void {
    const { exampleCount, trainingLoss, latencySeconds, computeSeconds } = facts;
    const counted = { exampleCount, trainingLoss, latencySeconds, computeSeconds };
    this.#end(task, "its masked input is in the sum.", { clientId: task.clientId, status: "completed", ...counted });
  }

  /**
   * The client's work is of no use, and it is told to stop.
   *
   * @param computeSeconds by default all the time so far: the most that it can have spent.
   */
  giveUp(
    task: ClientTask,
    status: Exclude<ClientOutcome["status"], "completed">,
    reason: string,
    computeSeconds = this.#options.clock.elapsedSeconds(),
  ): void {
    if (task.state === "ended") return;
    this.#cancel(task, reason);
    const latencySeconds = this.#options.clock.elapsedSeconds();
    const outcome = { clientId: task.clientId, status, reason, latencySeconds, computeSeconds };
    this.#end(task, `it counted as ${status}. ${reason}`, outcome);
  }

  /** Tells the client to stop, and asks what it has spent. */
  async cutOff(task: ClientTask, cutOff: CutOff): Promise<void> {
    task.state = "cancelling";
    task.cutOff = cutOff;
    const elapsedSeconds = this.#options.clock.elapsedSeconds();
    const client = { clientId: task.clientId, taskId: task.message.taskId };
    const { status, reason, computeSeconds } = await cutOffClient(client, cutOff, { ...this.#options, elapsedSeconds });
    const outcome = { clientId: task.clientId, status, reason, computeSeconds, latencySeconds: elapsedSeconds };
    this.#end(task, `it counted as ${status}. ${reason}`, outcome);
  }

  /** Nobody ends any more but those who have been told to stop: the replies end with the last of them. */
  seal(): void {
    this.#isSealed = true;
    this.#endReplies();
  }

  /** Tells whoever still works that the round is over; they end without a reply. */
  close(reason: string): void {
    for (const task of this.#tasks.values()) {
      task.absence?.abort();
      if (task.state === "ended") continue;
      task.state = "ended";
      task.ending = reason;
      this.#cancel(task, reason);
    }
    this.replies.end();
  }

  #end(task: ClientTask, ending: string, outcome: ClientOutcome): void {
    if (task.state === "ended") return;
    task.state = "ended";
    task.ending = ending;
    task.absence?.abort();
    this.replies.push({ kind: "outcome", outcome });
    this.#options.onEnd();
    this.#endReplies();
  }

  #endReplies(): void {
    if (this.#isSealed && [...this.#tasks.values()].every(({ state }) => state === "ended")) this.replies.end();
  }

  #cancel({ clientId, message }: ClientTask, reason: string): void {
    const elapsedSeconds = this.#options.clock.elapsedSeconds();
    const cancel = { taskId: message.taskId, reason: reason.slice(0, 2000), elapsedSeconds };
    this.#options.registry.socketOf(clientId)?.emit("cancel", cancel, () => {});
  }
}
