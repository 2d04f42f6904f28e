// Scores global models in a thread of its own, or a process where the back-end is native code, so that the aggregator goes on answering heartbeats meanwhile.

import { type Background, startBackground } from "../../background/background.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import { mayBeNative } from "../../models/tensorflow/backends/names.ts";
import type { EvaluationResult, StoredModel } from "../rounds/types.ts";
import type { EvaluationReply, EvaluationRequest, EvaluationSetup } from "./evaluation-protocol.ts";

interface Waiting {
  readonly resolve: (result: EvaluationResult) => void;
  readonly reject: (error: Error) => void;
}

export class Evaluator {
  readonly #background: Background<EvaluationRequest>;
  readonly #ready: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #crash: Error | undefined;

  private constructor(setup: EvaluationSetup) {
    let settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
    this.#ready = new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
    const kind = mayBeNative("auto") ? "process" : "thread";
    const entry = { callerUrl: import.meta.url, name: "./evaluation-worker", setup };
    this.#background = startBackground<EvaluationRequest, EvaluationReply>(kind, entry, {
      onReply: (reply) => {
        if (reply.kind === "ready") settle?.resolve();
        else this.#settle(reply);
      },
      onEnd: (what, cause) => settle?.reject(this.#fail(`The evaluation's ${kind} ${what}.`, cause)),
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
      this.#background.send(request.id, request);
    });
  }

  async close(): Promise<void> {
    await this.#background.end();
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
