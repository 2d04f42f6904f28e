// The life of one thread or process that trains, from its start to its crash or its end.

import { type Background, type BackgroundKind, startBackground } from "../../background/background.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import { createParameterSet } from "../../models/parameter-set.ts";
import { mayBeNative } from "../../models/tensorflow/backends/names.ts";
import type { LocalTrainingResult, TrainerControls, TrainerTask } from "./local-trainer.ts";
import { ThreadAge } from "./thread-age.ts";
import type {
  Failure,
  Ready,
  TrainedReply,
  TrainingReply,
  TrainingRequest,
  TrainingSetup,
} from "./training-protocol.ts";

interface Waiting {
  readonly onProgress: ((fraction: number) => void) | undefined;
  readonly resolve: (result: LocalTrainingResult) => void;
  readonly reject: (error: Error) => void;
}

export class TrainingBackground {
  /** Settles when it has its back-end and its examples. */
  readonly ready: Promise<Ready>;
  readonly kind: BackgroundKind;
  readonly #background: Background<TrainingRequest>;
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
    this.kind = mayBeNative(setup.backend) ? "process" : "thread";
    const entry = { callerUrl: import.meta.url, name: "./training-worker", setup };
    this.#background = startBackground<TrainingRequest, TrainingReply>(this.kind, entry, {
      onReply: (reply) => this.#receive(reply),
      onEnd: (what, cause) => this.#finish(this.#crashed(what, cause)),
    });
  }

  /** False once it is gone and can take no task. */
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
    const { parameters, ...rest } = task;
    const { values } = parameters;
    const layout = parameters.tensors.map(({ name, shape }) => ({ name, shape }));
    const stop = () => this.#background.stop(id);
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { onProgress, resolve, reject });
        const transfer = values.buffer instanceof ArrayBuffer ? [values.buffer] : [];
        this.#background.send(id, { id, task: rest, layout, values }, transfer);
        if (signal.aborted) stop();
        signal.addEventListener("abort", stop, { once: true });
      });
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Ends it at once; a training in work rejects with models.training-aborted. */
  async close(): Promise<void> {
    this.#finish(new ProbSelectError("models.training-aborted", "The trainer was closed."));
    await this.#background.end();
  }

  #receive(reply: TrainingReply): void {
    switch (reply.kind) {
      case "ready":
        this.#settleReady?.resolve(reply);
        break;
      case "start-failed":
        this.#finish(this.#errorOf(reply.failure));
        break;
      case "progress":
        this.#waiting.get(reply.id)?.onProgress?.(reply.fraction);
        break;
      case "trained":
        this.#wornOut ??= this.#age.after(reply.memory);
        this.#take(reply.id)?.resolve(resultOf(reply));
        break;
      case "failed":
        this.#take(reply.id)?.reject(this.#errorOf(reply.failure));
        // After an error that nobody foresaw, the state of the back-end is not known: the next task gets a fresh one.
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

  #errorOf({ code, message }: Failure): ProbSelectError {
    return code ? new ProbSelectError(code, message) : this.#crashed(`failed unexpectedly: ${message}`);
  }

  #crashed(what: string, cause?: unknown): ProbSelectError {
    return new ProbSelectError(
      "client.worker-crashed",
      `The training ${this.kind} ${what}. The next task starts a fresh one; if it happens again, use fewer examples or another back-end.`,
      { cause },
    );
  }
}

function resultOf({ result, layout, values }: TrainedReply): LocalTrainingResult {
  return { ...result, parameters: createParameterSet(layout, values) };
}
