// One round over sockets: every selected client is dispatched once and ends exactly once, whatever its connection does. The
// deadline cuts off who has not delivered, and so does the last update that the round waits for.

import { messageOf } from "../../foundation/errors.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import type { Failure, Progress, Reply, Update } from "../../protocol/messages.ts";
import { refuse } from "../../protocol/parse-message.ts";
import type { AcceptedUpdate } from "../journal/events.ts";
import type { ClientTask } from "./client-task.ts";
import { ClockStart } from "./clock-start.ts";
import type { CohortRound, CohortRoundOptions } from "./cohort-round.ts";
import { createTasks } from "./create-tasks.ts";
import { type CutOff, closedCutOff, cutOffClient, deadlineCutOff } from "./cut-off.ts";
import { implausibility, mostPlausible } from "./plausible-update.ts";
import { ReplyQueue } from "./reply-queue.ts";
import { createRoundClock, type RoundClock } from "./round-clock.ts";
import { TaskDelivery } from "./task-delivery.ts";
import { TaskEndings } from "./task-endings.ts";
import { refusalOfCommit, refuseCutOff, refuseEnded, refuseForeign, refuseForRestart } from "./task-refusals.ts";
import type { CohortReply, RoundTask } from "./types.ts";
import { acceptedCounts, updateReply } from "./update-reply.ts";

export class ActiveRound implements CohortRound {
  readonly replies = new ReplyQueue<CohortReply>();
  readonly #round: RoundTask;
  readonly #options: CohortRoundOptions;
  readonly #clock: RoundClock;
  readonly #tasks: ReadonlyMap<string, ClientTask>;
  readonly #delivery: TaskDelivery;
  readonly #clockStart: ClockStart;
  readonly #endings: TaskEndings;
  #acceptedCount: number;
  /** Set when the round has all the updates that it waits for. */
  #closed: CutOff | undefined;
  /** Aborts every wait of the round when it is over. */
  readonly #over = new AbortController();
  /** The next start of the aggregator goes on with it. */
  #isLeft = false;

  constructor(round: RoundTask, clientIds: readonly string[], options: CohortRoundOptions) {
    const { wall, clockDescription, reconnectGraceSeconds, restartGraceSeconds } = options;
    this.#round = round;
    this.#options = options;
    this.#clock = createRoundClock(clockDescription, wall, round.resumed);
    this.#acceptedCount = round.resumed?.acceptedCount ?? 0;
    this.#tasks = createTasks(round, clientIds, options);
    this.#clockStart = new ClockStart(this.#tasks.values(), { ...options, round: round.round, clock: this.#clock });
    this.#endings = new TaskEndings({
      ...{ tasks: this.#tasks.values(), clock: this.#clock, replies: this.replies },
      onEnd: () => this.#clockStart.startIfReady(),
    });
    this.#delivery = new TaskDelivery(this.#tasks.values(), {
      ...options,
      reconnectGraceSeconds: round.resumed
        ? Math.max(reconnectGraceSeconds, restartGraceSeconds)
        : reconnectGraceSeconds,
      onDelivered: (task) => {
        if (this.#clock.running && clockDescription.kind === "emulated") this.#clockStart.announce(task);
      },
      onUndeliverable: (task, status, reason) =>
        this.#endings.giveUp(task, { status, reason }, status === "refused" ? 0 : this.#clock.elapsedSeconds()),
    });
  }

  /** Dispatches to all, and from then on keeps the deadline. */
  start(): void {
    this.#delivery.start();
    void this.#keepDeadline();
    void this.#clockStart.limitHold(this.#over.signal);
    this.#closeIfFull();
    this.#endings.endRoundIfAllEnded();
  }

  /** Stops every wait and leaves agents and uploads as they are: the next start of the aggregator goes on with them. */
  leave(): void {
    this.#isLeft = true;
    this.#over.abort();
    this.#delivery.stop();
    this.replies.end();
  }

  /** Ends the round early or after its last reply: stops every wait, tells who still works, deletes the uploads that do not count. */
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
    await Promise.all([...this.#tasks.keys()].map((taskId) => uploads.close(taskId)));
  }

  /** Cuts off who still works, before the deadline, and takes no more updates. */
  cutOff(cutOff: CutOff): void {
    this.#closed ??= cutOff;
    this.#cutOffWorking(this.#closed);
  }

  /** All that were given out. */
  get tasks(): readonly ClientTask[] {
    return [...this.#tasks.values()];
  }

  /** Where the round's clock stands; undefined once the round is over. */
  clockState(): { readonly elapsedSeconds: number; readonly isClockRunning: boolean } | undefined {
    if (this.#over.signal.aborted) return undefined;
    return { elapsedSeconds: this.#clock.elapsedSeconds(), isClockRunning: this.#clock.running };
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
    if (result.kind === "committed") {
      await this.#options.untilTaken?.(() => !this.#closed && !this.#over.signal.aborted);
    }
    if (this.#isLeft) return refuseForRestart();
    if (this.#over.signal.aborted) return refuseEnded(task);
    if (result.kind === "incomplete") {
      task.state = "working";
      const cutOff = this.#cutOffNow();
      if (cutOff) void this.#cutOff(task, cutOff);
      return refuse(result.code, result.reason);
    }
    if (result.kind === "invalid") return this.#reject(task, result.code, result.reason, update.computeSeconds);
    const computeSeconds = mostPlausible(update.computeSeconds, this.#clock, this.#round);
    // The round closed while this update was being checked: others were faster.
    if (this.#closed) {
      const { status, sentence: reason } = this.#closed;
      this.#endings.giveUp(task, { status, reason }, computeSeconds, latencySeconds);
      return refuseCutOff(this.#closed);
    }
    return this.#accept(
      task,
      { ...acceptedCounts(task, update), latencySeconds, computeSeconds },
      result.readParameters,
    );
  }

  failure(clientId: string, { taskId, code, reason, computeSeconds }: Failure): Reply {
    const task = this.#taskOf(clientId, taskId);
    if (!task) return refuseForeign(taskId, clientId);
    if (task.state !== "working") return { accepted: true };
    const { round, backend } = task.message;
    this.#options.onTaskFailed?.({ clientId, round, backend, code, reason });
    this.#fail(task, `${code}: ${reason}`, computeSeconds);
    return { accepted: true };
  }

  async #accept(task: ClientTask, update: AcceptedUpdate, readParameters: () => Promise<ParameterSet>): Promise<Reply> {
    this.#acceptedCount++;
    const { round } = this.#round;
    try {
      await this.#options.keepAccepted(round, update);
    } catch (thrown) {
      // The aggregator is about to stop; the agent keeps its update and commits it to the next one.
      return refuse("server.unavailable", messageOf(thrown));
    }
    this.#endings.end(
      task,
      "its update was accepted; there is nothing more to do.",
      updateReply(update, readParameters),
    );
    this.#closeIfFull();
    return { accepted: true };
  }

  /** Cuts the others off once the round has all the updates that it waits for. */
  #closeIfFull(): void {
    const { closesAfterUpdates = Number.POSITIVE_INFINITY } = this.#round;
    if (this.#closed || this.#acceptedCount < closesAfterUpdates) return;
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
    this.#endings.giveUp(task, { status, reason }, computeSeconds, elapsedSeconds);
  }

  #reject(task: ClientTask, code: string, reason: string, computeSeconds: number): Reply {
    this.#fail(task, `${code}: ${reason}`, computeSeconds);
    return refuse(code, reason);
  }

  #fail(task: ClientTask, reason: string, computeSeconds: number): void {
    const plausible = mostPlausible(computeSeconds, this.#clock, this.#round);
    this.#endings.giveUp(task, { status: "failed", reason }, plausible);
  }

  #taskOf(clientId: string, taskId: string): ClientTask | undefined {
    const task = this.#tasks.get(taskId);
    return task?.clientId === clientId ? task : undefined;
  }
}
