// One round over sockets: every selected client is dispatched once and ends exactly once, whatever its connection does.

import type { Clock } from "../../foundation/clock.ts";
import { parameterLayout } from "../../models/parameter-file.ts";
import {
  cancelReplySchema,
  type Failure,
  type Progress,
  type Reply,
  type RoundClockDescription,
  replySchema,
  type Train,
  type Update,
} from "../../protocol/messages.ts";
import { parseMessage, refuse } from "../../protocol/parse-message.ts";
import { modelPath, updatePath } from "../../protocol/transfer.ts";
import type { ClientRegistry } from "../clients/client-registry.ts";
import type { ClientProgressEvent, JournalEvent } from "../journal/events.ts";
import type { UploadStore } from "../uploads/upload-store.ts";
import { ReplyQueue } from "./reply-queue.ts";
import { createRoundClock, type RoundClock } from "./round-clock.ts";
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

interface ClientTask {
  readonly clientId: string;
  readonly message: Train;
  /** "cancelling" waits for the agent's last word on its device-seconds; nothing is accepted any more. */
  state: "working" | "committing" | "cancelling" | "ended";
  /** Whether the agent has said that only the commit is missing. */
  isTrained: boolean;
  /** How it ended, for those who ask later. */
  ending: string;
  /** Aborts the wait for the return of an absent client. */
  absence: AbortController | undefined;
}

type BadStatus = Exclude<ClientOutcome["status"], "completed">;

export class ActiveRound {
  readonly replies = new ReplyQueue<CohortReply>();
  readonly #round: RoundTask;
  readonly #options: ActiveRoundOptions;
  readonly #clock: RoundClock;
  readonly #tasks: ReadonlyMap<string, ClientTask>;
  /** Aborts every wait of the round when it is over. */
  readonly #over = new AbortController();

  constructor(round: RoundTask, clientIds: readonly string[], options: ActiveRoundOptions) {
    this.#round = round;
    this.#options = options;
    this.#clock = createRoundClock(options.clockDescription, options.wall);
    const layout = parameterLayout(round.architecture);
    this.#tasks = new Map(
      clientIds.map((clientId) => {
        const taskId = `r${round.round}-${clientId}`;
        const { partBytes } = options;
        const token = options.uploads.expect({ taskId, byteLength: round.model.byteLength, partBytes, layout });
        const message = trainMessage(round, taskId, token, partBytes);
        return [taskId, { clientId, message, state: "working", isTrained: false, ending: "", absence: undefined }];
      }),
    );
  }

  /** Dispatches to all, and from then on keeps the deadline. */
  start(): void {
    const { registry } = this.#options;
    registry.events.on("registered", this.#onRegistered);
    registry.events.on("disconnected", this.#onDisconnected);
    for (const task of this.#tasks.values()) void this.#dispatch(task);
    void this.#keepDeadline();
    if (!this.#clock.running) void this.#limitHold();
    this.#endIfAllEnded();
  }

  /** Ends the round early or after its last reply: stops every wait, tells who still works, deletes the uploads. */
  async close(reason: string): Promise<void> {
    this.#over.abort();
    const { registry, uploads } = this.#options;
    registry.events.off("registered", this.#onRegistered);
    registry.events.off("disconnected", this.#onDisconnected);
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
    const task = this.#tasks.get(taskId);
    if (!task || task.clientId !== clientId) return refuseForeign(taskId, clientId);
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
    const task = this.#tasks.get(update.taskId);
    if (!task || task.clientId !== clientId) return refuseForeign(update.taskId, clientId);
    if (task.state === "ended") return refuse("server.task-ended", `Task ${update.taskId} has ended: ${task.ending}`);
    if (task.state === "committing")
      return refuse("server.commit-in-progress", "This update is being checked already.");
    if (task.state === "cancelling" || latencySeconds > this.#round.deadlineSeconds) {
      return refuse("server.deadline-passed", `${this.#deadlineSentence()} The update came too late and is not used.`);
    }
    if (!this.#clock.running) {
      return refuse(
        "server.clock-held",
        'The round\'s clock has not started; say "trained" and wait for clockStarted.',
      );
    }
    const registered = this.#options.registry.find(clientId)?.candidate.exampleCount ?? 0;
    if (update.exampleCount > registered) {
      const reason = `The update claims ${update.exampleCount} examples, but the client registered ${registered}.`;
      return this.#reject(task, "server.update-implausible", reason, update.computeSeconds);
    }
    task.state = "committing";
    const result = await this.#options.uploads.commit(update.taskId, update);
    if (this.#over.signal.aborted)
      return refuse("server.task-ended", `Task ${update.taskId} has ended: ${task.ending}`);
    if (result.kind === "incomplete") {
      task.state = "working";
      if (this.#clock.elapsedSeconds() >= this.#round.deadlineSeconds) void this.#expire(task);
      return refuse(result.code, result.reason);
    }
    if (result.kind === "invalid") return this.#reject(task, result.code, result.reason, update.computeSeconds);
    const { exampleCount, stepCount, trainingLoss } = update;
    const { readParameters } = result;
    const computeSeconds = this.#plausible(update.computeSeconds);
    this.#end(task, "its update was accepted; there is nothing more to do.", {
      kind: "update",
      update: { clientId, exampleCount, stepCount, trainingLoss, readParameters },
      latencySeconds,
      computeSeconds,
    });
    return { accepted: true };
  }

  failure(clientId: string, { taskId, code, reason, computeSeconds }: Failure): Reply {
    const task = this.#tasks.get(taskId);
    if (!task || task.clientId !== clientId) return refuseForeign(taskId, clientId);
    if (task.state === "working") this.#giveUp(task, "failed", `${code}: ${reason}`, this.#plausible(computeSeconds));
    return { accepted: true };
  }

  readonly #onRegistered = (clientId: string): void => {
    const task = this.#liveTaskOf(clientId);
    if (!task) return;
    task.absence?.abort();
    task.absence = undefined;
    // The agent may have come back with or without its work: it takes the same task as a repetition or anew.
    void this.#dispatch(task);
  };

  readonly #onDisconnected = (clientId: string): void => {
    const task = this.#liveTaskOf(clientId);
    if (task) void this.#awaitReturn(task);
  };

  #liveTaskOf(clientId: string): ClientTask | undefined {
    return [...this.#tasks.values()].find((task) => task.clientId === clientId && task.state === "working");
  }

  async #dispatch(task: ClientTask): Promise<void> {
    const { registry, acknowledgeSeconds } = this.#options;
    const socket = registry.socketOf(task.clientId);
    if (!socket) return this.#awaitReturn(task);
    let answer: unknown;
    try {
      answer = await socket.timeout(acknowledgeSeconds * 1000).emitWithAck("train", task.message);
    } catch {
      // Without a connection the absence has its own patience.
      if (!socket.connected || task.state !== "working") return;
      const reason = `It did not acknowledge the task within ${acknowledgeSeconds} s.`;
      return this.#giveUp(task, "unresponsive", reason, this.#clock.elapsedSeconds());
    }
    if (task.state !== "working") return;
    const reply = parseMessage(replySchema, answer, "answer to train");
    const refusal = reply.accepted ? reply.value : reply;
    if (!refusal.accepted) return this.#giveUp(task, "refused", `${refusal.code}: ${refusal.reason}`, 0);
    if (this.#clock.running && this.#options.clockDescription.kind === "emulated") this.#announceClock(task);
  }

  async #awaitReturn(task: ClientTask): Promise<void> {
    const { wall, reconnectGraceSeconds } = this.#options;
    task.absence?.abort();
    const absence = new AbortController();
    task.absence = absence;
    await wall.wait(reconnectGraceSeconds, absence.signal);
    if (absence.signal.aborted || task.state !== "working") return;
    const reason = `It disconnected and did not come back within ${reconnectGraceSeconds} s.`;
    this.#giveUp(task, "unresponsive", reason, this.#clock.elapsedSeconds());
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
    const elapsedSeconds = this.#clock.elapsedSeconds();
    const socket = this.#options.registry.socketOf(task.clientId);
    if (!socket) {
      const reason = `${this.#deadlineSentence()} It was disconnected then.`;
      return this.#giveUp(task, "unresponsive", reason, elapsedSeconds);
    }
    const { taskId } = task.message;
    const patience = this.#options.acknowledgeSeconds * 1000;
    const answer: unknown = await socket
      .timeout(patience)
      .emitWithAck("cancel", { taskId, reason: this.#deadlineSentence(), elapsedSeconds })
      .catch(() => undefined);
    if (task.state !== "cancelling") return;
    const reply = parseMessage(cancelReplySchema, answer, "answer to cancel");
    if (reply.accepted) {
      const computeSeconds = Math.min(reply.value.computeSeconds, elapsedSeconds);
      return this.#giveUp(task, "late", this.#deadlineSentence(), computeSeconds, elapsedSeconds);
    }
    // It may have worked all the time: the most that it can have spent is counted.
    const reason = `${this.#deadlineSentence()} It did not answer the cancellation.`;
    this.#giveUp(task, "unresponsive", reason, elapsedSeconds, elapsedSeconds);
  }

  async #limitHold(): Promise<void> {
    await this.#options.wall.wait(this.#options.longestHoldSeconds, this.#over.signal);
    if (!this.#over.signal.aborted) this.#startClock();
  }

  #startClockIfReady(): void {
    const isReady = (task: ClientTask) => task.isTrained || task.state === "ended";
    if (!this.#clock.running && [...this.#tasks.values()].every(isReady)) this.#startClock();
  }

  readonly #heldSinceWallSeconds = performance.now() / 1000;

  #startClock(): void {
    if (this.#clock.running) return;
    this.#clock.start();
    const live = [...this.#tasks.values()].filter(({ state }) => state !== "ended");
    this.#options.onClockStarted({
      type: "round-clock-started",
      round: this.#round.round,
      heldWallSeconds: performance.now() / 1000 - this.#heldSinceWallSeconds,
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
    status: BadStatus,
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

  /** What a client can have computed at most: the time since the clock started, or the deadline while it is held. */
  #plausible(computeSeconds: number): number {
    const limit = this.#clock.running ? this.#clock.elapsedSeconds() : this.#round.deadlineSeconds;
    return Math.min(computeSeconds, limit);
  }

  #deadlineSentence(): string {
    return `The deadline of ${this.#round.deadlineSeconds} s passed.`;
  }
}

function trainMessage(round: RoundTask, taskId: string, token: string, partBytes: number): Train {
  const { model, training } = round;
  return {
    taskId,
    round: round.round,
    modelVersion: model.modelVersion,
    architecture: round.architecture,
    parameters: { path: modelPath(model.sha256), sha256: model.sha256, byteLength: model.byteLength },
    training: { ...training, seed: round.seed },
    deadlineSeconds: round.deadlineSeconds,
    upload: { path: updatePath(taskId), token, partBytes },
  };
}

function refuseForeign(taskId: string, clientId: string): Reply {
  return refuse("server.unknown-task", `Task "${taskId}" of this round does not belong to "${clientId}".`);
}
