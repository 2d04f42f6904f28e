// One round over sockets: every selected client is dispatched once and ends exactly once, whatever its connection does.

import type { Clock } from "../../foundation/clock.ts";
import { parameterLayout } from "../../models/parameter-file.ts";
import type { Failure, Progress, Reply, RoundClockDescription, Update } from "../../protocol/messages.ts";
import { refuse } from "../../protocol/parse-message.ts";
import type { ClientRegistry } from "../clients/client-registry.ts";
import type { ClientProgressEvent, JournalEvent } from "../journal/events.ts";
import type { UploadStore } from "../uploads/upload-store.ts";
import { cancelTask } from "./agent-requests.ts";
import { type ClientTask, createClientTask, taskIdOf } from "./client-task.ts";
import { ReplyQueue } from "./reply-queue.ts";
import { createRoundClock, type RoundClock } from "./round-clock.ts";
import { TaskDelivery } from "./task-delivery.ts";
import { deadlineSentence, refusalOfCommit, refuseEnded, refuseForeign } from "./task-refusals.ts";
import type { ClientOutcome, CohortReply, RoundTask } from "./types.ts";

export interface ActiveRoundOptions {
  readonly registry: ClientRegistry;
  readonly uploads: UploadStore;
  readonly clockDescription: RoundClockDescription;
  /** Real time: for acknowledgements, absences and the longest hold. */
  readonly wall: Clock;
  readonly reconnectGraceSeconds: number;
  /** How long an agent may take to acknowledge `train` or `cancel`. */
  readonly acknowledgeSeconds: number;
  /** How long an emulated clock is held for agents that still train. */
  readonly longestHoldSeconds: number;
  readonly partBytes: number;
  readonly onProgress: (event: ClientProgressEvent) => void;
  readonly onClockStarted: (event: Extract<JournalEvent, { type: "round-clock-started" }>) => void;
}

export class ActiveRound {
  readonly replies = new ReplyQueue<CohortReply>();
  readonly #round: RoundTask;
  readonly #options: ActiveRoundOptions;
  readonly #clock: RoundClock;
  readonly #tasks: ReadonlyMap<string, ClientTask>;
  readonly #delivery: TaskDelivery;
  readonly #heldSinceSeconds: number;
  /** Aborts every wait of the round when it is over. */
  readonly #over = new AbortController();

  constructor(round: RoundTask, clientIds: readonly string[], options: ActiveRoundOptions) {
    const { uploads, partBytes, wall, clockDescription } = options;
    this.#round = round;
    this.#options = options;
    this.#heldSinceSeconds = wall.nowSeconds();
    this.#clock = createRoundClock(clockDescription, wall);
    const layout = parameterLayout(round.architecture);
    const { byteLength } = round.model;
    this.#tasks = new Map(
      clientIds.map((clientId) => {
        const taskId = taskIdOf(round, clientId);
        const token = uploads.expect({ taskId, byteLength, partBytes, layout });
        return [taskId, createClientTask(round, clientId, { token, partBytes })];
      }),
    );
    this.#delivery = new TaskDelivery(this.#tasks.values(), {
      ...options,
      onDelivered: (task) => {
        if (this.#clock.running && clockDescription.kind === "emulated") this.#announceClock(task);
      },
      onUndeliverable: (task, status, reason) =>
        this.#giveUp(task, status, reason, status === "refused" ? 0 : this.#clock.elapsedSeconds()),
    });
  }

  /** Dispatches to all, and from then on keeps the deadline. */
  start(): void {
    this.#delivery.start();
    void this.#keepDeadline();
    if (!this.#clock.running) void this.#limitHold();
    this.#endIfAllEnded();
  }

  /** Ends the round early or after its last reply: stops every wait, tells who still works, deletes the uploads. */
  async close(reason: string): Promise<void> {
    this.#over.abort();
    this.#delivery.stop();
    const { registry, uploads } = this.#options;
    for (const task of this.#tasks.values()) {
      task.absence?.abort();
      if (task.state === "ended") continue;
      task.state = "ended";
      task.ending = reason;
      const elapsedSeconds = this.#clock.elapsedSeconds();
      registry
        .socketOf(task.clientId)
        ?.emit("cancel", { taskId: task.message.taskId, reason, elapsedSeconds }, () => {});
    }
    this.replies.end();
    await Promise.all([...this.#tasks.keys()].map((taskId) => uploads.discard(taskId)));
  }

  /** Whether this round gave out the task. */
  has(taskId: string): boolean {
    return this.#tasks.has(taskId);
  }

  progress(clientId: string, { taskId, phase, fraction }: Progress): Reply {
    const task = this.#taskOf(clientId, taskId);
    if (!task) return refuseForeign(taskId, clientId);
    // Progress that crosses a cancellation on the wire is nobody's fault.
    if (task.state === "ended" || task.state === "cancelling") return { accepted: true };
    this.#options.onProgress({ type: "client-progress", round: this.#round.round, clientId, phase, fraction });
    if (phase === "trained") {
      task.isTrained = true;
      this.#startClockIfReady();
    }
    return { accepted: true };
  }

  async update(clientId: string, update: Update): Promise<Reply> {
    const latencySeconds = this.#clock.elapsedSeconds();
    const task = this.#taskOf(clientId, update.taskId);
    if (!task) return refuseForeign(update.taskId, clientId);
    const refusal = refusalOfCommit(task, {
      latencySeconds,
      deadlineSeconds: this.#round.deadlineSeconds,
      isClockRunning: this.#clock.running,
    });
    if (refusal) return refusal;
    const { exampleCount, stepCount, trainingLoss } = update;
    const registered = this.#options.registry.find(clientId)?.candidate.exampleCount ?? 0;
    if (exampleCount > registered) {
      const reason = `The update claims ${exampleCount} examples, but the client registered ${registered}.`;
      return this.#reject(task, "server.update-implausible", reason, update.computeSeconds);
    }
    task.state = "committing";
    const result = await this.#options.uploads.commit(update.taskId, update);
    if (this.#over.signal.aborted) return refuseEnded(task);
    if (result.kind === "incomplete") {
      task.state = "working";
      if (this.#clock.elapsedSeconds() >= this.#round.deadlineSeconds) void this.#expire(task);
      return refuse(result.code, result.reason);
    }
    if (result.kind === "invalid") return this.#reject(task, result.code, result.reason, update.computeSeconds);
    const { readParameters } = result;
    this.#end(task, "its update was accepted; there is nothing more to do.", {
      kind: "update",
      update: { clientId, exampleCount, stepCount, trainingLoss, readParameters },
      latencySeconds,
      computeSeconds: this.#plausible(update.computeSeconds),
    });
    return { accepted: true };
  }

  failure(clientId: string, { taskId, code, reason, computeSeconds }: Failure): Reply {
    const task = this.#taskOf(clientId, taskId);
    if (!task) return refuseForeign(taskId, clientId);
    if (task.state === "working") this.#giveUp(task, "failed", `${code}: ${reason}`, this.#plausible(computeSeconds));
    return { accepted: true };
  }

  async #keepDeadline(): Promise<void> {
    await this.#clock.reach(this.#round.deadlineSeconds, this.#over.signal);
    if (this.#over.signal.aborted) return;
    // A commit that arrived in time is still being checked and decides itself.
    const expired = [...this.#tasks.values()].filter(({ state }) => state === "working");
    await Promise.all(expired.map((task) => this.#expire(task)));
  }

  async #expire(task: ClientTask): Promise<void> {
    task.state = "cancelling";
    task.absence?.abort();
    const { registry, acknowledgeSeconds } = this.#options;
    const { taskId } = task.message;
    const elapsedSeconds = this.#clock.elapsedSeconds();
    const reason = deadlineSentence(this.#round.deadlineSeconds);
    const socket = registry.socketOf(task.clientId);
    const computeSeconds = socket && (await cancelTask(socket, { taskId, reason, elapsedSeconds }, acknowledgeSeconds));
    if (computeSeconds !== undefined) {
      return this.#giveUp(task, "late", reason, Math.min(computeSeconds, elapsedSeconds), elapsedSeconds);
    }
    // It may have worked all the time: the most that it can have spent is counted.
    const silence = socket ? "It did not answer the cancellation." : "It was disconnected then.";
    this.#giveUp(task, "unresponsive", `${reason} ${silence}`, elapsedSeconds, elapsedSeconds);
  }

  async #limitHold(): Promise<void> {
    await this.#options.wall.wait(this.#options.longestHoldSeconds, this.#over.signal);
    if (!this.#over.signal.aborted) this.#startClock();
  }

  #startClockIfReady(): void {
    const isReady = (task: ClientTask) => task.isTrained || task.state === "ended";
    if ([...this.#tasks.values()].every(isReady)) this.#startClock();
  }

  #startClock(): void {
    if (this.#clock.running) return;
    this.#clock.start();
    const live = [...this.#tasks.values()].filter(({ state }) => state !== "ended");
    this.#options.onClockStarted({
      type: "round-clock-started",
      round: this.#round.round,
      heldWallSeconds: this.#options.wall.nowSeconds() - this.#heldSinceSeconds,
      notReadyClientIds: live.filter(({ isTrained }) => !isTrained).map(({ clientId }) => clientId),
    });
    for (const task of live) this.#announceClock(task);
  }

  #announceClock(task: ClientTask): void {
    this.#options.registry.socketOf(task.clientId)?.emit("clockStarted", { taskId: task.message.taskId });
  }

  #reject(task: ClientTask, code: string, reason: string, computeSeconds: number): Reply {
    this.#giveUp(task, "failed", `${code}: ${reason}`, this.#plausible(computeSeconds));
    return refuse(code, reason);
  }

  #giveUp(
    task: ClientTask,
    status: Exclude<ClientOutcome["status"], "completed">,
    reason: string,
    computeSeconds: number,
    latencySeconds: number = this.#clock.elapsedSeconds(),
  ): void {
    const { clientId } = task;
    const outcome = { clientId, status, reason, latencySeconds, computeSeconds };
    this.#end(task, `it counted as ${status}. ${reason}`, { kind: "outcome", outcome });
  }

  #end(task: ClientTask, ending: string, reply: CohortReply): void {
    if (task.state === "ended") return;
    task.state = "ended";
    task.ending = ending;
    task.absence?.abort();
    this.replies.push(reply);
    this.#startClockIfReady();
    this.#endIfAllEnded();
  }

  #endIfAllEnded(): void {
    if ([...this.#tasks.values()].every(({ state }) => state === "ended")) this.replies.end();
  }

  #taskOf(clientId: string, taskId: string): ClientTask | undefined {
    const task = this.#tasks.get(taskId);
    return task?.clientId === clientId ? task : undefined;
  }

  /** What a client can have computed at most: the time since the clock started, or the deadline while it is held. */
  #plausible(computeSeconds: number): number {
    const limit = this.#clock.running ? this.#clock.elapsedSeconds() : this.#round.deadlineSeconds;
    return Math.min(computeSeconds, limit);
  }
}
