// One task of one agent, from the download of the global model to the commit of the update. It can be cancelled at any
// moment and then knows how many device-seconds were spent on it.

import { messageOf, ProbSelectError } from "../foundation/errors.ts";
import { decodeParameterFile, parameterLayout } from "../models/parameter-file.ts";
import type { ParameterSet } from "../models/parameter-set.ts";
import type { Progress, Train, Update } from "../protocol/messages.ts";
import { refuse } from "../protocol/parse-message.ts";
import type { SecureReply, SecureRequest } from "../protocol/secure-aggregation/exchange.ts";
import type { TrainedUpdate } from "../protocol/secure-aggregation/fixed-point.ts";
import { keptGlobal, updateToSend } from "./coded-update.ts";
import { MaskedDelivery } from "./secure-aggregation/masked-delivery.ts";
import type { TaskEnd, TaskEnvironment } from "./task-environment.ts";
import { downloadModel } from "./transfer/download-model.ts";
import { TransferRefusal } from "./transfer/http-request.ts";
import { PrefixHashes } from "./transfer/prefix-hashes.ts";
import { uploadUpdate } from "./transfer/upload-update.ts";

/** A commit that finds parts missing (the aggregator lost some) sends them again, at most so often. */
const MAXIMUM_COMMITS = 3;

interface UpdateFile {
  readonly file: Uint8Array;
  readonly hashes: PrefixHashes;
}

/** What a commit says besides its file. */
type Statement = Omit<Update, "taskId" | "sha256" | "byteLength">;

interface Seconds {
  readonly downloadSeconds: number;
  readonly computeSeconds: number;
  readonly uploadSeconds: number;
}

export class TaskRun {
  readonly task: Train;
  readonly done: Promise<TaskEnd>;
  readonly #environment: TaskEnvironment;
  readonly #abort = new AbortController();
  #trainingStartedSeconds: number | undefined;
  #trainedSeconds: number | undefined;
  #masked: MaskedDelivery | undefined;

  /** Begins when `before` is over; `done` never rejects. */
  constructor(task: Train, before: Promise<void>, environment: TaskEnvironment) {
    this.task = task;
    this.#environment = environment;
    this.done = before.then(() => this.#run()).catch((thrown: unknown) => this.#endOf(thrown));
  }

  get isCancelled(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Stops the work. @returns the device-seconds that were spent on it, on the round's clock. */
  cancel(reason: string, elapsedSeconds: number): number {
    const spent = this.#environment.pace?.deviceSecondsSpent(elapsedSeconds) ?? this.computeSeconds;
    this.#abort.abort(reason);
    return spent;
  }

  /** Whether all that is left is to deliver the update masked, when the aggregator asks for it. */
  get isMasked(): boolean {
    return this.#masked !== undefined;
  }

  /** One step of secure aggregation. */
  async secure(request: SecureRequest): Promise<SecureReply> {
    if (this.#masked) return this.#masked.answer(request);
    return refuse("secure-aggregation.wrong-phase", `Task ${this.task.taskId} has no trained update to be masked.`);
  }

  /** The aggregator is away: what it knows of a session may be gone. It is told again that the update is there. */
  connectionLost(): void {
    if (!this.#masked) return;
    this.#masked.dropSession();
    this.#progress("trained", 1);
  }

  /** The round's emulated clock runs from now on. */
  clockStarted(): void {
    this.#environment.pace?.clockStarted();
  }

  /** Device-seconds really spent on training so far. */
  get computeSeconds(): number {
    if (this.#trainedSeconds !== undefined) return this.#trainedSeconds;
    if (this.#trainingStartedSeconds === undefined) return 0;
    return this.#environment.clock.nowSeconds() - this.#trainingStartedSeconds;
  }

  async #run(): Promise<TaskEnd> {
    const { clock, pace, trainer } = this.#environment;
    const { task } = this;
    this.#abort.signal.throwIfAborted();
    const started = clock.nowSeconds();
    this.#progress("downloading", 0);
    const modelFile = await downloadModel({
      url: new URL(task.parameters.path, this.#environment.serverUrl).href,
      sha256: task.parameters.sha256,
      byteLength: task.parameters.byteLength,
      token: task.upload.token,
      tls: this.#environment.tls,
      signal: this.#abort.signal,
    });
    const parameters = decodeParameterFile(modelFile, parameterLayout(task.architecture));
    const global = keptGlobal(task, parameters, this.#environment.protect !== undefined);
    this.#trainingStartedSeconds = clock.nowSeconds();
    this.#progress("training", 0);
    const { architecture, backend } = task;
    const { seed, ...settings } = task.training;
    const result = await trainer.train(
      // A task that is planned anew after a restart of the aggregator may have its id, but then another model.
      { architecture, backend, parameters, settings, seed, name: `${task.taskId} ${task.parameters.sha256}` },
      { signal: this.#abort.signal, onProgress: (fraction) => this.#progress("training", fraction) },
    );
    this.#trainedSeconds = result.computeSeconds;
    const trained = clock.nowSeconds();
    const measured = (): Seconds => ({
      downloadSeconds: (this.#trainingStartedSeconds ?? started) - started,
      computeSeconds: result.computeSeconds,
      uploadSeconds: clock.nowSeconds() - trained,
    });
    const { exampleCount, stepCount, trainingLoss } = result;
    const statement = () => ({ exampleCount, stepCount, trainingLoss, ...(pace?.emulated ?? measured()) });
    const leaving = await this.#protected(global, result.parameters);
    if (task.secureAggregation && global) {
      return this.#deliverMasked({ globalParameters: global, parameters: leaving, exampleCount }, statement);
    }
    const { feedback } = this.#environment;
    const { file, leftOut } = updateToSend(task, leaving, global, feedback);
    const update = { file, hashes: new PrefixHashes(file, task.upload.partBytes) };
    await this.#upload(update);
    this.#progress("trained", 1);
    const stated = statement();
    await this.#keepPace();
    const end = await this.#commit(update, stated);
    if (end.status === "committed") feedback.keep(leftOut);
    return end;
  }

  /** What may leave of the trained parameters. A cancelled task releases nothing. */
  async #protected(global: ParameterSet | undefined, trained: ParameterSet): Promise<ParameterSet> {
    const { protect } = this.#environment;
    if (!protect) return trained;
    if (!global) throw new Error("The global model was not kept, so that the update cannot be protected.");
    this.#abort.signal.throwIfAborted();
    return protect(global, trained);
  }

  /** Says that the update is there, and answers the aggregator until the update is in a sum, or is not wanted any more. */
  async #deliverMasked(update: TrainedUpdate, statement: () => Statement): Promise<TaskEnd> {
    await this.#keepPace();
    const { signal } = this.#abort;
    signal.throwIfAborted();
    const masked = new MaskedDelivery({
      ...this.#environment.masks,
      update,
      trainingLoss: statement().trainingLoss,
      deliver: async (file, session) => {
        const either = AbortSignal.any([signal, session]);
        const sent = { file, hashes: new PrefixHashes(file, this.task.upload.partBytes) };
        await this.#upload(sent, either);
        return this.#commit(sent, statement(), either);
      },
    });
    this.#masked = masked;
    this.#progress("trained", 1);
    try {
      return await Promise.race([masked.done, rejection(signal)]);
    } finally {
      masked.dropSession();
    }
  }

  /** An emulated device would not have finished yet. */
  async #keepPace(): Promise<void> {
    const lateness = await this.#environment.pace?.reachEnd(this.#abort.signal);
    if (lateness) this.#environment.onWarning(lateness);
  }

  async #upload(update: UpdateFile, signal = this.#abort.signal): Promise<void> {
    const { path, token, partBytes } = this.task.upload;
    await uploadUpdate({
      baseUrl: this.#environment.serverUrl,
      tls: this.#environment.tls,
      ...{ path, token, partBytes, ...update },
      signal,
      onProgress: (fraction) => this.#progress("uploading", fraction),
    });
  }

  async #commit(sent: UpdateFile, statement: Statement, signal = this.#abort.signal): Promise<TaskEnd> {
    const { file, hashes } = sent;
    const update = {
      ...{ taskId: this.task.taskId, sha256: await hashes.whole(), byteLength: file.byteLength },
      ...statement,
    };
    for (let attempt = 1; ; attempt++) {
      const reply = await this.#environment.commit(update, signal);
      if (reply.accepted) return { status: "committed", trainingLoss: update.trainingLoss };
      if (reply.code !== "server.upload-incomplete" || attempt === MAXIMUM_COMMITS) {
        return { status: "refused", reason: `${reply.reason} [${reply.code}]` };
      }
      await this.#upload(sent, signal);
    }
  }

  #progress(phase: Progress["phase"], fraction: number): void {
    this.#environment.onProgress({ taskId: this.task.taskId, phase, fraction });
  }

  #endOf(thrown: unknown): TaskEnd {
    if (this.#abort.signal.aborted) return { status: "cancelled", reason: String(this.#abort.signal.reason) };
    // Nobody waits for it, be it that the round is over, be it that a restarted aggregator has not come to it yet: then it offers it again.
    if (thrown instanceof TransferRefusal && thrown.serverCode === "server.unknown-task") {
      return { status: "refused", reason: thrown.message };
    }
    const code = thrown instanceof ProbSelectError ? thrown.code : "client.task-failed";
    return { status: "failed", code, reason: messageOf(thrown) };
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
