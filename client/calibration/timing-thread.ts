// The life of the calibration's thread, from its start to its end.

import { Worker } from "node:worker_threads";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { workerEntry } from "../../foundation/worker-entry.ts";
import type { BackendName } from "../../models/tensorflow/backend.ts";
import type { BurstRequest, TimingFailure, TimingReady, TimingReply, TimingSetup } from "./timing-protocol.ts";

interface Waiting<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

export class TimingThread {
  /** What trains, and why that. */
  readonly ready: TimingReady;
  readonly #worker: Worker;
  readonly #waiting: Map<number, Waiting<readonly number[]>>;
  readonly #end: () => ProbSelectError | undefined;
  #nextId = 0;

  private constructor(
    ready: TimingReady,
    worker: Worker,
    waiting: Map<number, Waiting<readonly number[]>>,
    end: () => ProbSelectError | undefined,
  ) {
    this.ready = ready;
    this.#worker = worker;
    this.#waiting = waiting;
    this.#end = end;
  }

  /**
   * Starts the thread and waits until it has its back-end.
   *
   * @throws {ProbSelectError} models.no-usable-backend; client.worker-crashed
   */
  static async start(backend: "auto" | BackendName): Promise<TimingThread> {
    const setup: TimingSetup = { backend };
    const worker = new Worker(workerEntry(import.meta.url, "./timing-worker"), { workerData: setup });
    const waiting = new Map<number, Waiting<readonly number[]>>();
    let end: ProbSelectError | undefined;
    const chosen = new Promise<TimingReady>((resolve, reject) => {
      const finish = (error: ProbSelectError) => {
        end ??= error;
        reject(end);
        for (const each of waiting.values()) each.reject(end);
        waiting.clear();
      };
      worker.on("message", (reply: TimingReply) => {
        if (reply.kind === "ready") return resolve(reply);
        if (reply.kind === "failed" && reply.id === null) return finish(errorOf(reply.failure));
        const id = reply.id as number;
        const asked = waiting.get(id);
        waiting.delete(id);
        if (reply.kind === "timed") asked?.resolve(reply.stepSeconds);
        else asked?.reject(errorOf(reply.failure));
      });
      worker.on("error", (error) => finish(crashed(`crashed: ${messageOf(error)}`, error)));
      worker.on("exit", (code) => finish(crashed(`ended with exit code ${code}`)));
    });
    try {
      return new TimingThread(await chosen, worker, waiting, () => end);
    } catch (thrown) {
      await worker.terminate();
      throw thrown;
    }
  }

  /**
   * Trains for some steps, one after another with earlier calls.
   *
   * @returns seconds of each step but the first, which is a warm-up.
   * @throws {ProbSelectError} what trainLocally throws; client.worker-crashed if the thread is gone.
   */
  time(burst: Omit<BurstRequest, "id">): Promise<readonly number[]> {
    const end = this.#end();
    if (end) return Promise.reject(end);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const request: BurstRequest = { ...burst, id };
      this.#worker.postMessage(request);
    });
  }

  /** Ends the thread at once, in the middle of a step if need be; what is waited for rejects. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

function errorOf({ code, message }: TimingFailure): ProbSelectError {
  return code ? new ProbSelectError(code, message) : crashed(`failed unexpectedly: ${message}`);
}

function crashed(what: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError(
    "client.worker-crashed",
    `The calibration's thread ${what}. Try again, with --quick or another back-end if it happens again.`,
    { cause },
  );
}
