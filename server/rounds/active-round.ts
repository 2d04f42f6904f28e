// One round over sockets: every selected client is dispatched once and ends exactly once, whatever its connection does. The
// deadline cuts off who has not delivered, and so does the last update that the round waits for.

import type { Clock } from "../../foundation/clock.ts";
import { parameterLayout } from "../../models/parameter-file.ts";
import type { Failure, Progress, Reply, RoundClockDescription, Update } from "../../protocol/messages.ts";
import { refuse } from "../../protocol/parse-message.ts";
import type { ClientRegistry } from "../clients/client-registry.ts";
import type { ClientProgressEvent, JournalEvent } from "../journal/events.ts";
import type { UploadStore } from "../uploads/upload-store.ts";
import { type ClientTask, createClientTask, taskIdOf } from "./client-task.ts";
import { ClockStart } from "./clock-start.ts";
import { type CutOff, closedCutOff, cutOffClient, deadlineCutOff } from "./cut-off.ts";
import { implausibility } from "./plausible-update.ts";
import { ReplyQueue } from "./reply-queue.ts";
import { createRoundClock, type RoundClock } from "./round-clock.ts";
import { TaskDelivery } from "./task-delivery.ts";
import { refusalOfCommit, refuseCutOff, refuseEnded, refuseForeign } from "./task-refusals.ts";
import type { ClientOutcome, CohortReply, ReceivedUpdate, RoundTask } from "./types.ts";

export interface ActiveRoundOptions {
  readonly registry: ClientRegistry;
  readonly uploads: Pick<UploadStore, "expect" | "commit" | "discard">;
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
  readonly #clockStart: ClockStart;
  #acceptedCount = 0;
  /** Set when the round has all the updates that it waits for. */
  #closed: CutOff | undefined;
  /** Aborts every wait of the round when it is over. */
  readonly #over = new AbortController();

  constructor(round: RoundTask, clientIds: readonly string[], options: ActiveRoundOptions) {
    const { registry, uploads, partBytes, wall, clockDescription } = options;
    this.#round = round;
    this.#options = options;
    this.#clock = createRoundClock(clockDescription, wall);
    const layout = parameterLayout(round.architecture);
    const { byteLength } = round.model;
    this.#tasks = new Map(
      clientIds.map((clientId) => {
        const taskId = taskIdOf(round, clientId);
        const token = uploads.expect({ taskId, byteLength, partBytes, layout });
        const datasetExampleCount = registry.find(clientId)?.candidate.exampleCount ?? 0;
        return [taskId, createClientTask(round, { clientId, datasetExampleCount }, { token, partBytes })];
      }),
    );
    this.#clockStart = new ClockStart(this.#tasks.values(), { ...options, round: round.round, clock: this.#clock });
    this.#delivery = new TaskDelivery(this.#tasks.values(), {
      ...options,
      onDelivered: (task) => {
        if (this.#clock.running && clockDescription.kind === "emulated") this.#clockStart.announce(task);
      },
      onUndeliverable: (task, status, reason) =>
        this.#giveUp(task, status, reason, status === "refused" ? 0 : this.#clock.elapsedSeconds()),
    });
  }

  /** Dispatches to all, and from then on keeps the deadline. */
  start(): void {
    this.#delivery.start();
    void this.#keepDeadline();
    void this.#clockStart.limitHold(this.#over.signal);
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
      this.#clockStart.startIfReady();
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
    const lie = implausibility(task, update);
    if (lie) return this.#reject(task, "server.update-implausible", lie, update.computeSeconds);
    task.state = "committing";
    const result = await this.#options.uploads.commit(update.taskId, update);
    if (this.#over.signal.aborted) return refuseEnded(task);
    if (result.kind === "incomplete") {
      task.state = "working";
      const cutOff = this.#cutOffNow();
      if (cutOff) void this.#cutOff(task, cutOff);
      return refuse(result.code, result.reason);
    }
    if (result.kind === "invalid") return this.#reject(task, result.code, result.reason, update.computeSeconds);
    const computeSeconds = this.#plausible(update.computeSeconds);
    // The round closed while this update was being checked: others were faster.
    if (this.#closed) {
      this.#giveUp(task, this.#closed.status, this.#closed.sentence, computeSeconds, latencySeconds);
      return refuseCutOff(this.#closed);
    }
    this.#accept(task, update, { latencySeconds, computeSeconds, readParameters: result.readParameters });
    return { accepted: true };
  }

  failure(clientId: string, { taskId, code, reason, computeSeconds }: Failure): Reply {
    const task = this.#taskOf(clientId, taskId);
    if (!task) return refuseForeign(taskId, clientId);
    if (task.state === "working") this.#giveUp(task, "failed", `${code}: ${reason}`, this.#plausible(computeSeconds));
    return { accepted: true };
  }

  #accept(
    task: ClientTask,
    { exampleCount, stepCount, trainingLoss }: Update,
    reply: Pick<ClientOutcome, "latencySeconds" | "computeSeconds"> & Pick<ReceivedUpdate, "readParameters">,
  ): void {
    const { clientId, datasetExampleCount } = task;
    const { readParameters, ...seconds } = reply;
    const counts = { exampleCount, datasetExampleCount, stepCount };
    this.#end(task, "its update was accepted; there is nothing more to do.", {
      kind: "update",
      update: { clientId, ...counts, trainingLoss, readParameters },
      ...seconds,
    });
    this.#acceptedCount++;
    if (this.#acceptedCount !== this.#round.closesAfterUpdates) return;
    this.#closed = closedCutOff(this.#acceptedCount, this.#clock.elapsedSeconds());
    this.#cutOffWorking(this.#closed);
  }

  async #keepDeadline(): Promise<void> {
    const { deadlineSeconds } = this.#round;
    await this.#clock.reach(deadlineSeconds, this.#over.signal);
    if (!this.#over.signal.aborted) this.#cutOffWorking(deadlineCutOff(deadlineSeconds));
  }

  /** Why who still works is to be cut off by now, if so. */
  #cutOffNow(): CutOff | undefined {
    const { deadlineSeconds } = this.#round;
    const isOver = this.#clock.elapsedSeconds() >= deadlineSeconds;
    return this.#closed ?? (isOver ? deadlineCutOff(deadlineSeconds) : undefined);
  }

  #cutOffWorking(cutOff: CutOff): void {
    // A commit that is being checked decides itself when the check is over.
    for (const task of this.#tasks.values()) if (task.state === "working") void this.#cutOff(task, cutOff);
  }

  async #cutOff(task: ClientTask, cutOff: CutOff): Promise<void> {
    task.state = "cancelling";
    task.cutOff = cutOff;
    task.absence?.abort();
    const elapsedSeconds = this.#clock.elapsedSeconds();
    const client = { clientId: task.clientId, taskId: task.message.taskId };
    const { status, reason, computeSeconds } = await cutOffClient(client, cutOff, { ...this.#options, elapsedSeconds });
    this.#giveUp(task, status, reason, computeSeconds, elapsedSeconds);
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
    this.#clockStart.startIfReady();
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
