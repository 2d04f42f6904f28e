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
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #crash: Error | undefined;

  private constructor(setup: EvaluationSetup) {
    const entry = workerEntry(import.meta.url, "./evaluation-worker");
    this.#worker = new Worker(entry.url, { workerData: setup, execArgv: entry.execArgv });
    this.#worker.on("message", (reply: EvaluationReply) => this.#receive(reply));
    this.#worker.on("error", (error) => this.#fail(`The evaluation's thread crashed: ${messageOf(error)}`, error));
    this.#worker.on("exit", (code) => this.#fail(`The evaluation's thread ended with exit code ${code}.`));
  }

  /**
   * Starts the thread and waits until it has loaded the data set.
   *
   * @throws {ProbSelectError} server.evaluation-failed, for example because the data set is missing.
   */
  static async start(setup: EvaluationSetup): Promise<Evaluator> {
    const evaluator = new Evaluator(setup);
    await new Promise<void>((resolve, reject) => {
      evaluator.#waiting.set(-1, { resolve: () => resolve(), reject });
      evaluator.#worker.once("message", () => {
        evaluator.#waiting.delete(-1);
        resolve();
      });
    });
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

  #receive(reply: EvaluationReply): void {
    if (reply.kind === "ready") return;
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.kind === "result") waiting?.resolve(reply.result);
    else
      waiting?.reject(new ProbSelectError("server.evaluation-failed", `The model cannot be scored: ${reply.reason}`));
  }

  #fail(message: string, cause?: unknown): void {
    this.#crash ??= new ProbSelectError("server.evaluation-failed", message, { cause });
    for (const { reject } of this.#waiting.values()) reject(this.#crash);
    this.#waiting.clear();
  }
}
