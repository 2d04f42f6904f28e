// One secure round over sockets: its clients are dispatched and train as in any other, and then go through the phases of secure
// aggregation together. Every selected client ends exactly once; no update is ever seen.

import type { Failure, Progress, Reply, Update } from "../../../protocol/messages.ts";
import type { SecureStep } from "../../../protocol/secure-aggregation/exchange.ts";
import type { ClientTask } from "../client-task.ts";
import type { CohortRound, CohortRoundOptions } from "../cohort-round.ts";
import { createTasks } from "../create-tasks.ts";
import { type CutOff, closedCutOff } from "../cut-off.ts";
import { createRoundClock, type RoundClock } from "../round-clock.ts";
import { TaskDelivery } from "../task-delivery.ts";
import { refuseForeign } from "../task-refusals.ts";
import type { RoundTask } from "../types.ts";
import { MaskedInputs } from "./masked-inputs.ts";
import { type PhaseTimes, phaseTimes } from "./phase-times.ts";
import { requestStep } from "./request-step.ts";
import { openSession, SecureSession } from "./secure-session.ts";
import type { SecureResult, SecureTask } from "./secure-sum.ts";
import { TaskLedger } from "./task-ledger.ts";

export class ActiveSecureRound implements CohortRound {
  readonly #round: RoundTask;
  readonly #secure: SecureTask;
  readonly #options: CohortRoundOptions;
  readonly #clock: RoundClock;
  readonly #times: PhaseTimes;
  readonly #ledger: TaskLedger;
  readonly #inputs: MaskedInputs;
  readonly #delivery: TaskDelivery;
  /** Aborts when nobody is left to be waited for before the masks. */
  readonly #trained = new AbortController();
  /** Aborts every wait of the round when it is over. */
  readonly #over = new AbortController();
  #session: SecureSession | undefined;

  constructor(round: RoundTask, secure: SecureTask, clientIds: readonly string[], options: CohortRoundOptions) {
    const { clockDescription, wall, registry, acknowledgeSeconds, uploads } = options;
    const { deadlineSeconds } = round;
    this.#round = round;
    this.#secure = secure;
    this.#options = options;
    const clock = createRoundClock(clockDescription, wall, round.resumed);
    this.#clock = clock;
    this.#times = phaseTimes(deadlineSeconds, secure.config.phaseSeconds);
    const tasks = createTasks(round, clientIds, options);
    const ledger = new TaskLedger(tasks, { clock, registry, acknowledgeSeconds, onEnd: () => this.#goOnIfTrained() });
    this.#ledger = ledger;
    this.#inputs = new MaskedInputs({ ledger, uploads, clock, deadlineSeconds });
    this.#delivery = new TaskDelivery(tasks.values(), {
      ...options,
      onDelivered: () => this.#goOnIfTrained(),
      onUndeliverable: (task, status, reason) =>
        ledger.giveUp(task, status, reason, status === "refused" ? 0 : undefined),
    });
  }

  get replies() {
    return this.#ledger.replies;
  }

  start(): void {
    this.#options.registry.events.on("disconnected", this.#onDisconnected);
    this.#delivery.start();
    void this.#run();
  }

  leave(): void {
    this.#stop();
    this.replies.end();
  }

  async close(reason: string): Promise<void> {
    this.#stop();
    this.#ledger.close(reason);
    await Promise.all(this.#ledger.taskIds.map((taskId) => this.#options.uploads.discard(taskId)));
  }

  clockState(): { readonly elapsedSeconds: number; readonly isClockRunning: boolean } | undefined {
    if (this.#over.signal.aborted) return undefined;
    return { elapsedSeconds: this.#clock.elapsedSeconds(), isClockRunning: this.#clock.running };
  }

  has(taskId: string): boolean {
    return this.#ledger.has(taskId);
  }

  progress(clientId: string, { taskId, phase, fraction }: Progress): Reply {
    const task = this.#ledger.taskOf(clientId, taskId);
    if (!task) return refuseForeign(taskId, clientId);
    // Progress that crosses a cancellation on the wire is nobody's fault.
    if (task.state === "ended" || task.state === "cancelling") return { accepted: true };
    this.#options.onProgress({ type: "client-progress", round: this.#round.round, clientId, phase, fraction });
    if (phase === "trained") task.isTrained = true;
    this.#goOnIfTrained();
    return { accepted: true };
  }

  async update(clientId: string, update: Update): Promise<Reply> {
    const task = this.#ledger.taskOf(clientId, update.taskId);
    return task ? this.#inputs.commit(task, update, this.#session) : refuseForeign(update.taskId, clientId);
  }

  failure(clientId: string, { taskId, code, reason, computeSeconds }: Failure): Reply {
    const task = this.#ledger.taskOf(clientId, taskId);
    if (!task) return refuseForeign(taskId, clientId);
    // Whose masked input is in the sum has delivered all that it owes.
    if (task.state === "working" && !this.#inputs.of(clientId)) {
      const seconds = Math.min(computeSeconds, this.#clock.elapsedSeconds());
      const { round, backend } = task.message;
      this.#options.onTaskFailed?.({ clientId, round, backend, code, reason });
      this.#ledger.giveUp(task, "failed", `${code}: ${reason}`, seconds);
    }
    return { accepted: true };
  }

  readonly #onDisconnected = (clientId: string): void => {
    const task = this.#ledger.ofClient(clientId);
    // It may come back as another process, which has to train again.
    if (task) task.isTrained = false;
  };

  /** Begins the phases once everybody has trained that still works on it, or as many as the round waits for. */
  #goOnIfTrained(): void {
    const working = this.#ledger.working();
    const ready = working.filter((task) => this.#isReady(task)).length;
    const { closesAfterUpdates = Number.POSITIVE_INFINITY } = this.#round;
    if (ready === working.length || ready >= closesAfterUpdates) this.#trained.abort();
  }

  #isReady({ isTrained, clientId }: ClientTask): boolean {
    return isTrained && this.#options.registry.socketOf(clientId) !== undefined;
  }

  async #run(): Promise<void> {
    const { signal } = this.#over;
    await this.#clock.reach(this.#times.trainingEndSeconds, AbortSignal.any([signal, this.#trained.signal]));
    if (signal.aborted) return;
    this.#delivery.stop();
    const invited = this.#closeTraining();
    if (invited.length > 0) {
      const result = await this.#sum(invited);
      if (signal.aborted) return;
      this.#secure.onEnd(result);
      this.#settle(result);
    }
    this.#ledger.seal();
  }

  /** Cuts off who has not trained. @returns the clients that have. */
  #closeTraining(): readonly string[] {
    const working = this.#ledger.working();
    const ready = new Set(working.filter((task) => this.#isReady(task)));
    const elapsedSeconds = this.#clock.elapsedSeconds();
    const isInTime = elapsedSeconds < this.#times.trainingEndSeconds;
    const cutOff = isInTime ? closedCutOff(ready.size, elapsedSeconds) : trainingCutOff(this.#times, this.#round);
    for (const task of working) if (!ready.has(task)) void this.#ledger.cutOff(task, cutOff);
    return [...ready].map(({ clientId }) => clientId);
  }

  async #sum(clientIds: readonly string[]): Promise<SecureResult> {
    const session = openSession({
      clientIds,
      secure: this.#secure,
      ask: (clientId, step, message, signal) => this.#ask(clientId, step, message, signal),
      onDropOut: (clientId, { status, reason }) => {
        const task = this.#ledger.ofClient(clientId);
        if (task && !this.#over.signal.aborted) this.#ledger.giveUp(task, status, reason);
      },
    });
    if (!(session instanceof SecureSession)) return session;
    this.#session = session;
    return session.run(this.#over.signal);
  }

  #ask(clientId: string, step: SecureStep, message: unknown, signal: AbortSignal) {
    const { registry, wall } = this.#options;
    const taskId = this.#ledger.ofClient(clientId)?.message.taskId ?? "";
    const now = this.#clock.elapsedSeconds();
    const seconds = Math.max(0, this.#times.endOf(step, now) - now);
    return requestStep(registry.socketOf(clientId), { taskId, step, message }, { wall, seconds, signal });
  }

  /** Everybody who was invited and has not dropped out ends with the sum, or with the reason why there is none. */
  #settle(result: SecureResult): void {
    const survivors = new Set(result.status === "aggregated" ? result.survivors : []);
    for (const clientId of result.invited) {
      const task = this.#ledger.ofClient(clientId);
      const contribution = this.#inputs.of(clientId);
      if (!task) continue;
      if (contribution && survivors.has(clientId)) this.#ledger.complete(task, contribution);
      else if (result.status === "failed") {
        this.#ledger.giveUp(task, "failed", `${result.code}: ${result.reason}`, contribution?.computeSeconds);
      }
    }
  }

  #stop(): void {
    this.#over.abort();
    this.#delivery.stop();
    this.#options.registry.events.off("disconnected", this.#onDisconnected);
  }
}

function trainingCutOff({ trainingEndSeconds }: PhaseTimes, { deadlineSeconds }: RoundTask): CutOff {
  const sentence =
    `It had not trained after ${trainingEndSeconds} s; the rest of the ${deadlineSeconds} s is for the phases of secure ` +
    "aggregation.";
  return { status: "late", code: "server.deadline-passed", sentence };
}
