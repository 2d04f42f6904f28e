// The agent: connects, registers, and works on the tasks that the aggregator gives it, until the run is over. A lost
// connection is opened again for ever; a task goes on while it is lost.

import { io, type Socket } from "socket.io-client";
import type { Clock } from "../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../foundation/errors.ts";
import {
  type AgentToAggregatorEvents,
  type AggregatorToAgentEvents,
  cancelSchema,
  clockStartedSchema,
  PROTOCOL_VERSION,
  type Progress,
  type Register,
  type RegisterReply,
  type Reply,
  type RoundClockDescription,
  registerReplySchema,
  replySchema,
  runFinishedSchema,
  type Train,
  trainSchema,
  type Update,
} from "../protocol/messages.ts";
import { parseMessage, refuse } from "../protocol/parse-message.ts";
import { socketParser } from "../protocol/socket-parser.ts";
import type { CatalogueDevice } from "../selection/types.ts";
import { modelCost } from "../workloads/model-cost.ts";
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
  | { readonly type: "registered"; readonly welcome: Extract<RegisterReply, { accepted: true }> }
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
/** A commit's answer includes the check of the whole update. */
const ANSWER_SECONDS = 60;
const REGISTER_SECONDS = 30;

/**
 * Runs an agent until the run is over or `signal` aborts.
 *
 * @throws {ProbSelectError} client.refused if the aggregator does not take it.
 */
export function runAgent(options: AgentOptions, signal: AbortSignal): Promise<AgentResult> {
  return new Agent(options, signal).run();
}

class Agent {
  readonly #options: AgentOptions;
  readonly #signal: AbortSignal;
  readonly #socket: Socket<AggregatorToAgentEvents, AgentToAggregatorEvents>;
  readonly #counts = { committed: 0, other: 0 };
  #clockDescription: RoundClockDescription = { kind: "wall" };
  #running: { readonly run: TaskRun; readonly finished: Promise<void> } | undefined;
  #isRegistered = false;
  #hasRegisteredOnce = false;
  #lastProgress = { key: "", seconds: Number.NEGATIVE_INFINITY };

  constructor(options: AgentOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#socket = io(options.serverUrl, {
      parser: socketParser,
      transports: ["websocket"],
      autoConnect: false,
      forceNew: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 10_000,
    });
  }

  async run(): Promise<AgentResult> {
    const { onEvent } = this.#options;
    try {
      const reason = await new Promise<AgentResult["reason"]>((resolve, reject) => {
        this.#listen(resolve, reject);
        this.#socket.connect();
      });
      return { reason, committedTasks: this.#counts.committed, otherTasks: this.#counts.other };
    } finally {
      this.#running?.run.cancel("The agent stops.", 0);
      await this.#running?.finished;
      this.#socket.removeAllListeners();
      this.#socket.disconnect();
      onEvent({ type: "disconnected", reason: "the agent stopped" });
    }
  }

  #listen(finish: (reason: AgentResult["reason"]) => void, fail: (error: Error) => void): void {
    const { onEvent } = this.#options;
    const socket = this.#socket;
    const interrupt = () => finish("interrupted");
    if (this.#signal.aborted) interrupt();
    this.#signal.addEventListener("abort", interrupt, { once: true });
    socket.on("connect", () => {
      this.#register().catch(fail);
    });
    socket.on("connect_error", (error) => onEvent({ type: "cannot-connect", reason: messageOf(error) }));
    socket.on("disconnect", (reason) => {
      this.#isRegistered = false;
      onEvent({ type: "disconnected", reason });
      // socket.io comes back by itself unless the server closed the connection on purpose, e.g. to restart.
      if (reason === "io server disconnect") socket.connect();
    });
    socket.on("train", (message, acknowledge) => this.#answer(acknowledge, this.#onTrain(message)));
    socket.on("cancel", (message, acknowledge) => this.#onCancel(message, acknowledge));
    socket.on("clockStarted", (message) => {
      const parsed = parseMessage(clockStartedSchema, message, "clockStarted");
      if (!parsed.accepted) return this.#refuseMessage(parsed.reason);
      if (this.#running?.run.task.taskId === parsed.value.taskId) this.#running.run.clockStarted();
    });
    socket.on("runFinished", (message) => {
      const parsed = parseMessage(runFinishedSchema, message, "runFinished");
      if (!parsed.accepted) return this.#refuseMessage(parsed.reason);
      onEvent({ type: "run-finished", reason: parsed.value.reason });
      finish("run-finished");
    });
  }

  async #register(): Promise<void> {
    const message: Register = {
      ...this.#options.registration,
      protocolVersion: PROTOCOL_VERSION,
      emulated: this.#options.emulation !== undefined,
    };
    const answer: unknown = await this.#socket
      .timeout(REGISTER_SECONDS * 1000)
      .emitWithAck("register", message)
      .catch(() => undefined);
    if (answer === undefined) {
      // No answer: the connection is gone or the server is stuck. A fresh connection tries again.
      this.#socket.disconnect();
      if (!this.#signal.aborted) this.#socket.connect();
      return;
    }
    const parsed = parseMessage(registerReplySchema, answer, "answer to register");
    const reply = parsed.accepted ? parsed.value : parsed;
    if (!reply.accepted) {
      const hint = this.#hasRegisteredOnce ? " (it had taken this agent before)" : "";
      throw new ProbSelectError("client.refused", `The aggregator refused this agent${hint}: ${reply.reason}`);
    }
    this.#clockDescription = reply.clock;
    this.#isRegistered = true;
    this.#hasRegisteredOnce = true;
    this.#options.onEvent({ type: "registered", welcome: reply });
  }

  #onTrain(message: unknown): Reply {
    const parsed = parseMessage(trainSchema, message, "train");
    if (!parsed.accepted) {
      this.#refuseMessage(parsed.reason);
      return parsed;
    }
    const task = parsed.value;
    // After a reconnection the aggregator gives the same task again: it is in work already.
    const running = this.#running;
    if (running?.run.task.taskId === task.taskId) return { accepted: true };
    if (running && !running.run.isCancelled) {
      return refuse("client.busy", `This agent still works on task ${running.run.task.taskId}.`);
    }
    // A cancelled task stops between two batches; the next one waits for that.
    const run = new TaskRun(task, running?.finished ?? Promise.resolve(), this.#environment(task));
    this.#running = { run, finished: this.#follow(run) };
    return { accepted: true };
  }

  /** Sees a task to its end. */
  async #follow(run: TaskRun): Promise<void> {
    const { task } = run;
    this.#options.onEvent({ type: "task-started", task });
    const end = await run.done;
    if (end.status === "failed") await this.#reportFailure(run, end.code, end.reason);
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
      commit: (update, signal) => this.#commit(update, signal),
    };
  }

  #paceOf(task: Train) {
    const { emulation, registration, clock } = this.#options;
    if (!emulation) return undefined;
    const emulated = emulateRound({
      ...emulation,
      link: registration.link,
      model: modelCost(task.architecture),
      training: task.training,
      exampleCount: registration.exampleCount,
      modelBytes: task.parameters.byteLength,
      clientId: registration.clientId,
      round: task.round,
    });
    return createEmulatedPace(emulated, this.#clockDescription, clock);
  }

  #onCancel(message: unknown, acknowledge: (reply: { computeSeconds: number }) => void): void {
    const parsed = parseMessage(cancelSchema, message, "cancel");
    if (!parsed.accepted) {
      this.#refuseMessage(parsed.reason);
      return;
    }
    const { taskId, reason, elapsedSeconds } = parsed.value;
    const run = this.#running?.run.task.taskId === taskId ? this.#running.run : undefined;
    acknowledge({ computeSeconds: run?.cancel(reason, elapsedSeconds) ?? 0 });
  }

  #sendProgress(progress: Progress): void {
    this.#options.onEvent({ type: "progress", progress });
    const key = `${progress.taskId} ${progress.phase}`;
    const now = this.#options.clock.nowSeconds();
    const isBoundary = key !== this.#lastProgress.key || progress.fraction === 1;
    if (!isBoundary && now - this.#lastProgress.seconds < PROGRESS_INTERVAL_SECONDS) return;
    this.#lastProgress = { key, seconds: now };
    this.#socket.emit("progress", progress);
  }

  /** Sends the commit on the current connection, or on the next ones, until it is answered. */
  async #commit(update: Update, signal: AbortSignal): Promise<Reply> {
    for (;;) {
      await this.#registered(signal);
      const answer: unknown = await Promise.race([
        this.#socket
          .timeout(ANSWER_SECONDS * 1000)
          .emitWithAck("update", update)
          .catch(() => undefined),
        aborted(signal),
      ]);
      signal.throwIfAborted();
      if (answer === undefined) continue;
      const parsed = parseMessage(replySchema, answer, "answer to update");
      return parsed.accepted ? parsed.value : parsed;
    }
  }

  async #reportFailure({ task, computeSeconds }: TaskRun, code: string, reason: string): Promise<void> {
    const message = { taskId: task.taskId, code, reason: reason.slice(0, 2000), computeSeconds };
    await this.#socket
      .timeout(ANSWER_SECONDS * 1000)
      .emitWithAck("failure", message)
      .catch(() => undefined);
  }

  /** Resolves when this agent is connected and registered, at once if it is. */
  async #registered(signal: AbortSignal): Promise<void> {
    while (!this.#isRegistered) {
      signal.throwIfAborted();
      await this.#options.clock.wait(0.05, signal);
    }
    signal.throwIfAborted();
  }

  #refuseMessage(reason: string): void {
    this.#options.onEvent({ type: "message-refused", reason });
  }

  #answer(acknowledge: unknown, reply: Reply): void {
    if (typeof acknowledge === "function") acknowledge(reply);
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
