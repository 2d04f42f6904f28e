// Scores global models in a thread of its own, so that the aggregator goes on answering heartbeats meanwhile.

import { Worker } from "node:worker_threads";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { workerEntry } from "../../foundation/worker-entry.ts";
import type { EvaluationResult, StoredModel } from "../rounds/types.ts";
import type { EvaluationReply, EvaluationRequest, EvaluationSetup } from "./evaluation-protocol.ts";

interface Waiting {
  readonly resolve: (result: EvaluationResult) => void;
  readonly reject: (error: Error) => void;
}

export class Evaluator {
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #crash: Error | undefined;

  private constructor(setup: EvaluationSetup) {
    this.#worker = new Worker(workerEntry(import.meta.url, "./evaluation-worker"), { workerData: setup });
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.on("message", (reply: EvaluationReply) => {
        if (reply.kind === "ready") resolve();
        else this.#settle(reply);
      });
      const fail = (message: string, cause?: unknown) => reject(this.#fail(message, cause));
      this.#worker.on("error", (error) => fail(`The evaluation's thread failed: ${messageOf(error)}`, error));
      this.#worker.on("exit", (code) => fail(`The evaluation's thread ended with exit code ${code}.`));
    });
    // Awaited by start(); a thread that ends later is reported by the evaluations that wait for it.
    this.#ready.catch(() => {});
  }

  /**
   * Starts the thread and waits until it has loaded the data set.
   *
   * @throws {ProbSelectError} server.evaluation-failed, for example because the data set is missing.
   */
  static async start(setup: EvaluationSetup): Promise<Evaluator> {
    const evaluator = new Evaluator(setup);
    await evaluator.#ready;
    return evaluator;
  }

  /** @throws {ProbSelectError} server.evaluation-failed */
  evaluate(model: StoredModel): Promise<EvaluationResult> {
    if (this.#crash) return Promise.reject(this.#crash);
    const request: EvaluationRequest = { id: this.#nextId++, modelPath: model.path };
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: Exclude<EvaluationReply, { kind: "ready" }>): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.kind === "result") waiting?.resolve(reply.result);
    else waiting?.reject(evaluationFailed(`The model cannot be scored: ${reply.reason}`));
  }

  #fail(message: string, cause: unknown): Error {
    this.#crash ??= evaluationFailed(message, cause);
    for (const { reject } of this.#waiting.values()) reject(this.#crash);
    this.#waiting.clear();
    return this.#crash;
  }
}

function evaluationFailed(message: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError("server.evaluation-failed", message, { cause });
}
