// The life of one training thread, from its start to its crash or its end.

import { Worker } from "node:worker_threads";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { workerEntry } from "../../foundation/worker-entry.ts";
import type { LocalTrainingResult, TrainerControls, TrainerTask } from "./local-trainer.ts";
import { ThreadAge } from "./thread-age.ts";
import type { Failure, Ready, TrainingReply, TrainingRequest, TrainingSetup } from "./training-protocol.ts";

interface Waiting {
  readonly onProgress: ((fraction: number) => void) | undefined;
  readonly resolve: (result: LocalTrainingResult) => void;
  readonly reject: (error: Error) => void;
}

export class TrainingThread {
  /** Settles when the thread has its back-end and its examples. */
  readonly ready: Promise<Ready>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #settleReady: { resolve: (ready: Ready) => void; reject: (error: Error) => void } | undefined;
  readonly #age: ThreadAge;
  #wornOut: string | undefined;
  #nextId = 0;
  #end: ProbSelectError | undefined;

  constructor(setup: TrainingSetup) {
    this.#age = new ThreadAge(setup.threadLimits);
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.#worker = new Worker(workerEntry(import.meta.url, "./training-worker"), { workerData: setup });
    this.#worker.on("message", (reply: TrainingReply) => this.#receive(reply));
    this.#worker.on("error", (error) => this.#finish(crashed(`crashed: ${messageOf(error)}`, error)));
    this.#worker.on("exit", (code) => this.#finish(crashed(`ended with exit code ${code}`)));
  }

  /** False once the thread is gone and can take no task. */
  get isAlive(): boolean {
    return this.#end === undefined;
  }

  /** Why a fresh one is to take its place; undefined as long as it may go on. */
  get wornOut(): string | undefined {
    return this.#wornOut;
  }

  /** As LocalTrainer.train. */
  async train(task: TrainerTask, { signal, onProgress }: TrainerControls): Promise<LocalTrainingResult> {
    if (this.#end) throw this.#end;
    const id = this.#nextId++;
    const stopFlag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const stop = () => Atomics.store(new Int32Array(stopFlag), 0, 1);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        const { buffer } = task.parameters.values;
        const request: TrainingRequest = { id, task, stopFlag };
        this.#worker.postMessage(request, buffer instanceof ArrayBuffer ? [buffer] : []);
        this.#waiting.set(id, { onProgress, resolve, reject });
      });
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Ends the thread at once; a training in work rejects with models.training-aborted. */
  async close(): Promise<void> {
    this.#finish(new ProbSelectError("models.training-aborted", "The trainer was closed."));
    await this.#worker.terminate();
  }

  #receive(reply: TrainingReply): void {
    switch (reply.kind) {
      case "ready":
        this.#settleReady?.resolve(reply);
        break;
      case "start-failed":
        this.#finish(errorOf(reply.failure));
        break;
      case "progress":
        this.#waiting.get(reply.id)?.onProgress?.(reply.fraction);
        break;
      case "trained":
        this.#wornOut ??= this.#age.after(reply.memory);
        this.#take(reply.id)?.resolve(reply.result);
        break;
      case "failed":
        this.#take(reply.id)?.reject(errorOf(reply.failure));
        // After an error that nobody foresaw, the state of the back-end is not known: the next task gets a fresh thread.
        if (reply.failure.code === undefined) void this.close();
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #finish(error: ProbSelectError): void {
    this.#end ??= error;
    this.#settleReady?.reject(this.#end);
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }
}

function errorOf({ code, message }: Failure): ProbSelectError {
  return code ? new ProbSelectError(code, message) : crashed(`failed unexpectedly: ${message}`);
}

function crashed(what: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError(
    "client.worker-crashed",
    `The training thread ${what}. The next task starts a fresh one; if it happens again, use fewer examples or another back-end.`,
    { cause },
  );
}
