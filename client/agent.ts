// The agent: registers with an aggregator and works on the tasks that it is given, until the run is over. A task goes on
// while the connection is lost.

import type { Clock } from "../foundation/clock.ts";
import {
  type Cancel,
  PROTOCOL_VERSION,
  type Progress,
  type Register,
  type Reply,
  type RoundClockDescription,
  type Train,
} from "../protocol/messages.ts";
import { refuse } from "../protocol/parse-message.ts";
import type { CatalogueDevice } from "../selection/types.ts";
import { modelCost } from "../workloads/model-cost.ts";
import { AggregatorConnection, type Welcome } from "./aggregator-connection.ts";
import { emulateRound } from "./emulation/emulate-round.ts";
import { createEmulatedPace } from "./emulation/emulated-pace.ts";
import { type TaskEnd, type TaskEnvironment, TaskRun } from "./task-run.ts";
import type { LocalTrainer } from "./training/local-trainer.ts";

export interface AgentOptions {
  /** http(s) URL of the aggregator. */
  readonly serverUrl: string;
  /** What the agent says of itself; the protocol version is added. */
  readonly registration: Omit<Register, "protocolVersion" | "emulated">;
  readonly trainer: LocalTrainer;
  readonly clock: Clock;
  /** Really train, but report when this device would have finished. */
  readonly emulation?: { readonly device: CatalogueDevice; readonly seed: number } | undefined;
  readonly onEvent: (event: AgentEvent) => void;
}

/** What an agent tells whoever runs it. */
export type AgentEvent =
  | { readonly type: "registered"; readonly welcome: Welcome }
  | { readonly type: "disconnected"; readonly reason: string }
  | { readonly type: "cannot-connect"; readonly reason: string }
  | { readonly type: "task-started"; readonly task: Train }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "task-ended"; readonly task: Train; readonly end: TaskEnd }
  | { readonly type: "message-refused"; readonly reason: string }
  | { readonly type: "warning"; readonly sentence: string }
  | { readonly type: "run-finished"; readonly reason: string };

export interface AgentResult {
  readonly reason: "run-finished" | "interrupted";
  readonly committedTasks: number;
  readonly otherTasks: number;
}

/** Progress messages of one phase are at least so far apart; a phase's begin and end are always sent. */
const PROGRESS_INTERVAL_SECONDS = 0.25;

/**
 * Runs an agent until the run is over or `signal` aborts.
 *
 * @throws {ProbSelectError} client.refused if the aggregator does not take it.
 */
export function runAgent(options: AgentOptions, signal: AbortSignal): Promise<AgentResult> {
  return new Agent(options).run(signal);
}

class Agent {
  readonly #options: AgentOptions;
  readonly #connection: AggregatorConnection;
  readonly #counts = { committed: 0, other: 0 };
  #clockDescription: RoundClockDescription = { kind: "wall" };
  #running: { readonly run: TaskRun; readonly finished: Promise<void> } | undefined;
  #lastProgress = { key: "", seconds: Number.NEGATIVE_INFINITY };
  #finish: (reason: AgentResult["reason"]) => void = () => {};
  #fail: (error: Error) => void = () => {};

  constructor(options: AgentOptions) {
    const { serverUrl, registration, emulation, onEvent } = options;
    this.#options = options;
    const message: Register = {
      ...registration,
      protocolVersion: PROTOCOL_VERSION,
      emulated: emulation !== undefined,
    };
    this.#connection = new AggregatorConnection(serverUrl, message, {
      onRegistered: (welcome) => {
        this.#clockDescription = welcome.clock;
        onEvent({ type: "registered", welcome });
      },
      onTrain: (task) => this.#onTrain(task),
      onCancel: (cancel) => this.#onCancel(cancel),
      onClockStarted: (taskId) => this.#taskOf(taskId)?.clockStarted(),
      onRunFinished: (reason) => {
        onEvent({ type: "run-finished", reason });
        this.#finish("run-finished");
      },
      onRefused: (error) => this.#fail(error),
      onDisconnected: (reason) => onEvent({ type: "disconnected", reason }),
      onCannotConnect: (reason) => onEvent({ type: "cannot-connect", reason }),
      onMessageRefused: (reason) => onEvent({ type: "message-refused", reason }),
    });
  }

  async run(signal: AbortSignal): Promise<AgentResult> {
    const interrupt = () => this.#finish("interrupted");
    try {
      const reason = await new Promise<AgentResult["reason"]>((resolve, reject) => {
        this.#finish = resolve;
        this.#fail = reject;
        if (signal.aborted) return interrupt();
        signal.addEventListener("abort", interrupt, { once: true });
        this.#connection.open();
      });
      return { reason, committedTasks: this.#counts.committed, otherTasks: this.#counts.other };
    } finally {
      signal.removeEventListener("abort", interrupt);
      this.#running?.run.cancel("The agent stops.", 0);
      await this.#running?.finished;
      this.#connection.close();
      this.#options.onEvent({ type: "disconnected", reason: "the agent stopped" });
    }
  }

  #onTrain(task: Train): Reply {
    // After a reconnection the aggregator gives the same task again: it is in work already.
    if (this.#taskOf(task.taskId)) return { accepted: true };
    const running = this.#running;
    if (running && !running.run.isCancelled) {
      return refuse("client.busy", `This agent still works on task ${running.run.task.taskId}.`);
    }
    // A cancelled task stops between two batches; the next one waits for that.
    const run = new TaskRun(task, running?.finished ?? Promise.resolve(), this.#environment(task));
    this.#running = { run, finished: this.#follow(run) };
    return { accepted: true };
  }

  #onCancel({ taskId, reason, elapsedSeconds }: Cancel): number {
    return this.#taskOf(taskId)?.cancel(reason, elapsedSeconds) ?? 0;
  }

  /** The task in work, if it is that one. */
  #taskOf(taskId: string): TaskRun | undefined {
    return this.#running?.run.task.taskId === taskId ? this.#running.run : undefined;
  }

  /** Sees a task to its end. */
  async #follow(run: TaskRun): Promise<void> {
    const { task } = run;
    this.#options.onEvent({ type: "task-started", task });
    const end = await run.done;
    if (end.status === "failed") {
      const { code, reason } = end;
      const { computeSeconds } = run;
      await this.#connection.reportFailure({
        taskId: task.taskId,
        code,
        reason: reason.slice(0, 2000),
        computeSeconds,
      });
    }
    this.#counts[end.status === "committed" ? "committed" : "other"]++;
    if (this.#running?.run === run) this.#running = undefined;
    this.#options.onEvent({ type: "task-ended", task, end });
  }

  #environment(task: Train): TaskEnvironment {
    const { trainer, clock, onEvent, serverUrl } = this.#options;
    return {
      ...{ serverUrl, trainer, clock },
      pace: this.#paceOf(task),
      onProgress: (progress) => this.#sendProgress(progress),
      onWarning: (sentence) => onEvent({ type: "warning", sentence }),
      commit: (update, signal) => this.#connection.commit(update, signal),
    };
  }

  #paceOf(task: Train) {
    const { emulation, registration, clock } = this.#options;
    if (!emulation) return undefined;
    const { exampleCount } = registration;
    const emulated = emulateRound({
      ...emulation,
      link: registration.link,
      model: modelCost(task.architecture),
      training: task.training,
      exampleCount: Math.min(exampleCount, task.training.maximumExamples ?? exampleCount),
      modelBytes: task.parameters.byteLength,
      clientId: registration.clientId,
      round: task.round,
    });
    return createEmulatedPace(emulated, this.#clockDescription, clock);
  }

  #sendProgress(progress: Progress): void {
    this.#options.onEvent({ type: "progress", progress });
    const key = `${progress.taskId} ${progress.phase}`;
    const now = this.#options.clock.nowSeconds();
    const isBoundary = key !== this.#lastProgress.key || progress.fraction === 1;
    if (!isBoundary && now - this.#lastProgress.seconds < PROGRESS_INTERVAL_SECONDS) return;
    this.#lastProgress = { key, seconds: now };
    this.#connection.sendProgress(progress);
  }
}
