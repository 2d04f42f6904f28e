// The life of one worker thread, from its start to its crash or its end.

import { Worker } from "node:worker_threads";
import { workerEntry } from "../../background/worker-entry.ts";
import { messageOf } from "../../foundation/errors.ts";
import type { JobFailure } from "./job-failure.ts";
import type { ThreadReply, ThreadRequest, ThreadSetup, ThreadTask } from "./job-protocol.ts";

/** How a task ended. */
export type TaskOutcome =
  | { readonly kind: "done"; readonly result: string }
  | { readonly kind: "failed"; readonly failure: JobFailure }
  /** The thread is gone, and the task with it. */
  | { readonly kind: "crashed"; readonly reason: string };

export interface TaskControls {
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
  /** Seconds that a task which is to stop gets to save its state, before its thread is ended. */
  readonly graceSeconds: number;
}

interface Waiting {
  readonly id: number;
  readonly onProgress: (fraction: number) => void;
  readonly settle: (outcome: TaskOutcome) => void;
}

export class JobThread {
  readonly #worker: Worker;
  #waiting: Waiting | undefined;
  #nextId = 0;
  #end: string | undefined;

  constructor(setup: ThreadSetup) {
    this.#worker = new Worker(workerEntry(import.meta.url, "./job-worker"), { workerData: setup });
    this.#worker.on("message", (reply: ThreadReply) => this.#receive(reply));
    this.#worker.on("error", (error) => this.#finish(messageOf(error)));
    this.#worker.on("exit", (code) => this.#finish(`ended with exit code ${code}`));
  }

  /** False once the thread is gone and can take no task. */
  get isAlive(): boolean {
    return this.#end === undefined;
  }

  /** One task at a time. Never rejects. */
  async run(task: ThreadTask, { onProgress, signal, graceSeconds }: TaskControls): Promise<TaskOutcome> {
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      this.#send({ kind: "stop" });
      timer = setTimeout(() => void this.close(), graceSeconds * 1000);
    };
    try {
      return await new Promise((settle) => {
        const id = this.#nextId++;
        this.#waiting = { id, onProgress, settle };
        if (this.#end !== undefined) return settle({ kind: "crashed", reason: this.#end });
        this.#send({ kind: "run", id, task });
        if (signal.aborted) stop();
        else signal.addEventListener("abort", stop, { once: true });
      });
    } finally {
      signal.removeEventListener("abort", stop);
      clearTimeout(timer);
    }
  }

  /** Ends the thread at once. */
  async close(): Promise<void> {
    this.#finish("was ended");
    await this.#worker.terminate();
  }

  #send(request: ThreadRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(reply: ThreadReply): void {
    if (reply.id !== this.#waiting?.id) return;
    if (reply.kind === "progress") this.#waiting.onProgress(reply.fraction);
    else this.#settle(reply);
  }

  #finish(reason: string): void {
    this.#end ??= reason;
    this.#settle({ kind: "crashed", reason: this.#end });
  }

  #settle(outcome: TaskOutcome): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.settle(outcome);
  }
}
