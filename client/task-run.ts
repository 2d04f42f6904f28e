// One task of one agent, from the download of the global model to the commit of the update. It can be cancelled at any
// moment and then knows how many device-seconds were spent on it.

import { createHash } from "node:crypto";
import type { Clock } from "../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../foundation/errors.ts";
import { decodeParameterFile, encodeParameterFile, parameterLayout } from "../models/parameter-file.ts";
import type { Progress, Reply, Train, Update } from "../protocol/messages.ts";
import type { EmulatedPace } from "./emulation/emulated-pace.ts";
import type { LocalTrainer } from "./training/local-trainer.ts";
import { downloadModel } from "./transfer/download-model.ts";
import { uploadUpdate } from "./transfer/upload-update.ts";

/** How a task ended for the agent. What counts is the aggregator's word, which is in `reason` where it refused. */
export type TaskEnd =
  | { readonly status: "committed"; readonly trainingLoss: number }
  | { readonly status: "refused" | "cancelled"; readonly reason: string }
  | { readonly status: "failed"; readonly code: string; readonly reason: string };

export interface TaskEnvironment {
  readonly serverUrl: string;
  readonly trainer: LocalTrainer;
  readonly clock: Clock;
  /** Present if the agent reports when an emulated device would have finished. */
  readonly pace?: EmulatedPace | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly onWarning: (sentence: string) => void;
  /** Delivers a commit, through reconnections, until it is answered; rejects when `signal` aborts. */
  readonly commit: (update: Update, signal: AbortSignal) => Promise<Reply>;
}

/** A commit that finds parts missing (the aggregator lost some) sends them again, at most so often. */
const MAXIMUM_COMMITS = 3;

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
    const file = await downloadModel({
      url: new URL(task.parameters.path, this.#environment.serverUrl).href,
      sha256: task.parameters.sha256,
      byteLength: task.parameters.byteLength,
      signal: this.#abort.signal,
    });
    const parameters = decodeParameterFile(file, parameterLayout(task.architecture));
    this.#trainingStartedSeconds = clock.nowSeconds();
    this.#progress("training", 0);
    const { seed, ...settings } = task.training;
    const result = await trainer.train(
      { architecture: task.architecture, parameters, settings, seed },
      { signal: this.#abort.signal, onProgress: (fraction) => this.#progress("training", fraction) },
    );
    this.#trainedSeconds = result.computeSeconds;
    const trained = clock.nowSeconds();
    const update = encodeParameterFile(result.parameters);
    await this.#upload(update);
    this.#progress("trained", 1);
    const measured: Seconds = {
      downloadSeconds: this.#trainingStartedSeconds - started,
      computeSeconds: result.computeSeconds,
      uploadSeconds: clock.nowSeconds() - trained,
    };
    const lateness = await pace?.reachEnd(this.#abort.signal);
    if (lateness) this.#environment.onWarning(lateness);
    const { exampleCount, stepCount, trainingLoss } = result;
    return this.#commit(update, {
      taskId: task.taskId,
      sha256: createHash("sha256").update(update).digest("hex"),
      byteLength: update.byteLength,
      ...{ exampleCount, stepCount, trainingLoss },
      ...(pace?.emulated ?? measured),
    });
  }

  async #upload(file: Uint8Array): Promise<void> {
    const { path, token, partBytes } = this.task.upload;
    await uploadUpdate({
      baseUrl: this.#environment.serverUrl,
      ...{ path, token, partBytes, file },
      signal: this.#abort.signal,
      onProgress: (fraction) => this.#progress("uploading", fraction),
    });
  }

  async #commit(file: Uint8Array, update: Update): Promise<TaskEnd> {
    for (let attempt = 1; ; attempt++) {
      const reply = await this.#environment.commit(update, this.#abort.signal);
      if (reply.accepted) return { status: "committed", trainingLoss: update.trainingLoss };
      if (reply.code !== "server.upload-incomplete" || attempt === MAXIMUM_COMMITS) {
        return { status: "refused", reason: `${reply.reason} [${reply.code}]` };
      }
      await this.#upload(file);
    }
  }

  #progress(phase: Progress["phase"], fraction: number): void {
    this.#environment.onProgress({ taskId: this.task.taskId, phase, fraction });
  }

  #endOf(thrown: unknown): TaskEnd {
    if (this.#abort.signal.aborted) return { status: "cancelled", reason: String(this.#abort.signal.reason) };
    const code = thrown instanceof ProbSelectError ? thrown.code : "client.task-failed";
    return { status: "failed", code, reason: messageOf(thrown) };
  }
}
