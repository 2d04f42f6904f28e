// The agent: registers with an aggregator and works on the tasks that it is given, until the run is over. A task goes on
// while the connection is lost.

import { messageOf, ProbSelectError } from "../foundation/errors.ts";
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
import type { AgentOptions, AgentResult } from "./agent-types.ts";
import { AggregatorConnection, type ConnectionHandlers, type Welcome } from "./aggregator-connection.ts";
import { refusalOfBackend } from "./backends/refusal-of-backend.ts";
import { ErrorFeedback } from "./coded-update.ts";
import { paceOfTask } from "./emulation/pace-of-task.ts";
import { Lease } from "./lease.ts";
import type { PrivateReleases, TrainedUpdate } from "./privacy/private-releases.ts";
import { anyTerms, refusalOfTask, sourceOf } from "./secure-aggregation/task-terms.ts";
import type { TaskEnvironment } from "./task-environment.ts";
import { TaskRun } from "./task-run.ts";

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
  #runNames = { run: "", model: "" };
  #running: { readonly run: TaskRun; readonly finished: Promise<void> } | undefined;
  #lastProgress = { key: "", seconds: Number.NEGATIVE_INFINITY };
  /** What the aggregator was last told, or was to be told, of the task in work. */
  #latest: Progress | undefined;
  readonly #lease: Lease;
  readonly #feedback = new ErrorFeedback();
  /** `sourceOf` the updates in sums that this agent has helped to unmask. */
  readonly #unmasked = new Set<string>();
  #finish: (reason: AgentResult["reason"]) => void = () => {};
  #fail: (error: Error) => void = () => {};

  constructor(options: AgentOptions) {
    const { serverUrl, access, registration, emulation, onEvent } = options;
    this.#options = options;
    this.#lease = new Lease(options.clock, (seconds) => this.#onLeaseOver(seconds));
    const message: Register = {
      ...registration,
      protocolVersion: PROTOCOL_VERSION,
      emulated: emulation !== undefined,
    };
    const handlers: ConnectionHandlers = {
      onRegistered: (welcome) => {
        this.#clockDescription = welcome.clock;
        this.#runNames = { run: welcome.runName, model: welcome.modelName };
        this.#lease.renew();
        onEvent({ type: "registered", welcome });
        this.#prepare(welcome);
      },
      onTrain: (task) => this.#onTrain(task),
      onCancel: (cancel) => this.#onCancel(cancel),
      onSecure: async (request) =>
        this.#taskOf(request.taskId)?.secure(request) ??
        refuse("client.unknown-task", `This agent does not work on task ${request.taskId}.`),
      onClockStarted: (taskId) => this.#taskOf(taskId)?.clockStarted(),
      onRunFinished: (reason) => {
        onEvent({ type: "run-finished", reason });
        this.#finish("run-finished");
      },
      onRefused: (error) => this.#fail(error),
      onDisconnected: (reason) => {
        this.#lease.run(this.#running?.run.task.leaseSeconds);
        this.#running?.run.connectionLost();
        onEvent({ type: "disconnected", reason });
      },
      onCannotConnect: (reason) => onEvent({ type: "cannot-connect", reason }),
      onMessageRefused: (reason) => onEvent({ type: "message-refused", reason }),
    };
    this.#connection = new AggregatorConnection(serverUrl, message, handlers, access);
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
      this.#lease.renew();
      this.#running?.run.cancel("The agent stops.", 0);
      await this.#running?.finished;
      this.#connection.close();
      this.#options.onEvent({ type: "disconnected", reason: "the agent stopped" });
    }
  }

  /** Gets ready what the aggregator will ask for. In work, the next task says it again. */
  #prepare({ backend }: Welcome): void {
    const { trainer, registration, onEvent } = this.#options;
    if (backend === undefined || this.#running) return;
    const refusal = refusalOfBackend({ backend }, registration);
    if (refusal) onEvent({ type: "warning", sentence: refusal.reason });
    else trainer.prepare?.(backend);
  }

  #onTrain(task: Train): Reply {
    // After a reconnection the aggregator gives the same task again: it is in work already. If it was started anew, it does not
    // know how far.
    const known = this.#taskOf(task.taskId);
    if (known?.task.parameters.sha256 === task.parameters.sha256) {
      if (this.#latest?.taskId === task.taskId) this.#connection.sendProgress(this.#latest);
      return { accepted: true };
    }
    // The same part in a round that was planned anew, on another model: what was done for it is of no use.
    known?.cancel("The round was planned anew.", 0);
    const { maskTerms = anyTerms, registration } = this.#options;
    const refusal = refusalOfTask(task, maskTerms, this.#unmasked) ?? refusalOfBackend(task, registration);
    if (refusal) return refusal;
    const running = this.#running;
    // Whoever gives another task does not ask for the masked update of the one before any more.
    if (running?.run.isMasked) running.run.cancel("The aggregator has gone on to another task.", 0);
    if (running && !running.run.isCancelled) {
      return refuse("client.busy", `This agent still works on task ${running.run.task.taskId}.`);
    }
    const spent = this.#options.privacy?.refusal();
    if (spent !== undefined) {
      this.#options.onEvent({ type: "warning", sentence: spent });
      return refuse("client.privacy-budget-spent", spent);
    }
    // A cancelled task stops between two batches; the next one waits for that.
    try {
      const run = new TaskRun(task, running?.finished ?? Promise.resolve(), this.#environment(task));
      this.#running = { run, finished: this.#follow(run) };
      return { accepted: true };
    } catch (thrown) {
      // A network that fits nothing cannot be emulated: the aggregator hears why, and the agent goes on.
      return refuse(thrown instanceof ProbSelectError ? thrown.code : "client.task-failed", messageOf(thrown));
    }
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
    const { trainer, clock, emulation, maskTerms = anyTerms, onEvent, registration } = this.#options;
    const { serverUrl, access, privacy } = this.#options;
    const { clientId } = registration;
    const client = { registration, clock, clockDescription: this.#clockDescription };
    return {
      ...{ serverUrl, trainer, clock, tls: access?.tls, feedback: this.#feedback },
      pace: emulation && paceOfTask(task, emulation, client),
      protect: privacy && ((global, trained) => this.#release(privacy, task, { global, trained })),
      onProgress: (progress) => this.#sendProgress(progress),
      onWarning: (sentence) => onEvent({ type: "warning", sentence }),
      commit: (update, signal) => this.#connection.commit(update, signal),
      masks: {
        clientId,
        requirements: { corruptedShare: 0, securityBits: 40, minimumClients: maskTerms.minimumClients },
        onMasked: (clippedCount) => onEvent({ type: "masked", task, clippedCount }),
        onShares: () => this.#unmasked.add(sourceOf(task)),
      },
    };
  }

  async #release(privacy: PrivateReleases, task: Train, update: Pick<TrainedUpdate, "global" | "trained">) {
    const released = await privacy.release({ ...update, named: { ...this.#runNames, task: task.taskId } });
    this.#options.onEvent({ type: "privacy-spent", task, privacy });
    return released;
  }

  #onLeaseOver(seconds: number): void {
    const run = this.#running?.run;
    if (!run || run.isCancelled) return;
    const sentence = `The aggregator has been away for ${seconds} s: its task is given up, so that it does not burn this GPU for nothing.`;
    run.cancel(sentence, 0);
    this.#options.onEvent({ type: "warning", sentence });
  }

  #sendProgress(progress: Progress): void {
    this.#latest = progress;
    this.#options.onEvent({ type: "progress", progress });
    const key = `${progress.taskId} ${progress.phase}`;
    const now = this.#options.clock.nowSeconds();
    const isBoundary = key !== this.#lastProgress.key || progress.fraction === 1;
    if (!isBoundary && now - this.#lastProgress.seconds < PROGRESS_INTERVAL_SECONDS) return;
    this.#lastProgress = { key, seconds: now };
    this.#connection.sendProgress(progress);
  }
}
