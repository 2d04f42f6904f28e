// The life of one training thread of a simulated run, from its start to its end or its crash.

import { Worker } from "node:worker_threads";
import { workerEntry } from "../../../background/worker-entry.ts";
import { messageOf, ProbSelectError } from "../../../foundation/errors.ts";
import type { PoolMessage, PoolReply, PoolSetup, PoolTask } from "./pool-protocol.ts";
import type { SharedData } from "./shared-data.ts";

interface Waiting {
  readonly resolve: (reply: PoolReply) => void;
  readonly reject: (error: Error) => void;
}

export class PoolThread {
  /** Settles when the thread has its back-end and its data. */
  readonly ready: Promise<unknown>;
  readonly #worker: Worker;
  #waiting: Waiting | undefined;
  #end: ProbSelectError | undefined;

  constructor(setup: PoolSetup, data: Promise<SharedData>) {
    this.#worker = new Worker(workerEntry(import.meta.url, "./pool-worker"), { workerData: setup });
    this.#worker.on("message", (reply: PoolReply) => this.#receive(reply));
    this.#worker.on("error", (error) => this.#finish(crashed(`crashed: ${messageOf(error)}`, error)));
    this.#worker.on("exit", (code) => this.#finish(crashed(`ended with exit code ${code}`)));
    this.ready = data.then((shared) => this.#ask({ kind: "data", data: shared }));
    // Whoever waits for it sees the rejection; a thread that is replaced has nobody waiting.
    this.ready.catch(() => {});
  }

  /** False once the thread is gone and can take no task. */
  get isAlive(): boolean {
    return this.#end === undefined;
  }

  /**
   * One task at a time.
   *
   * @throws {ProbSelectError} what the task fails with; client.worker-crashed, after which the thread is gone.
   */
  async run(task: PoolTask): Promise<PoolReply> {
    await this.ready;
    return this.#ask(task);
  }

  /** Ends the thread at once; a task in work rejects with models.training-aborted. */
  async close(): Promise<void> {
    this.#finish(new ProbSelectError("models.training-aborted", "The training threads were closed."));
    await this.#worker.terminate();
  }

  #ask(message: PoolMessage): Promise<PoolReply> {
    if (this.#end) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.postMessage(message);
    });
  }

  #receive(reply: PoolReply): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (reply.kind !== "failed") waiting?.resolve(reply);
    else if (reply.code) waiting?.reject(new ProbSelectError(reply.code, reply.message));
    else {
      // After an error that nobody foresaw the state of the back-end is not known: a fresh thread takes over.
      this.#waiting = waiting;
      this.#finish(crashed(`failed unexpectedly: ${reply.message}`));
      void this.#worker.terminate();
    }
  }

  #finish(error: ProbSelectError): void {
    this.#end ??= error;
    this.#waiting?.reject(this.#end);
    this.#waiting = undefined;
  }
}

function crashed(what: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError(
    "client.worker-crashed",
    `A training thread ${what}. If it happens again, use fewer threads, a smaller model or smaller batches.`,
    { cause },
  );
}
