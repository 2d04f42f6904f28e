// The threads that a simulated run trains and evaluates on. Which thread takes a task changes nothing: every task is a function of what
// it is given, so that a run's results are the same bits for any number of threads.

import { ProbSelectError } from "../../../foundation/errors.ts";
import type { Architecture } from "../../../models/architecture.ts";
import type { ParameterSet } from "../../../models/parameter-set.ts";
import type { ModelEvaluation } from "../../../models/tensorflow/evaluate-model.ts";
import type { LocalTrainingResult } from "../../../models/tensorflow/train-locally.ts";
import type { CohortTrainer, ShareTask } from "./cohort-trainer.ts";
import type { PoolBackend, PoolReply, PoolSetup, PoolTask } from "./pool-protocol.ts";
import { PoolThread } from "./pool-thread.ts";
import type { SharedData } from "./shared-data.ts";

/** The test examples are scored in parts of this size, whatever the number of threads: the order of a sum is part of its value. */
const TEST_EXAMPLES_PER_TASK = 2500;

interface Job {
  readonly task: PoolTask;
  /** Whether a thread has died of it. */
  readonly isSecondTry: boolean;
  readonly resolve: (reply: PoolReply) => void;
  readonly reject: (error: unknown) => void;
}

export class TrainingPool implements CohortTrainer {
  readonly threadCount: number;
  readonly #setup: PoolSetup;
  readonly #data: Promise<SharedData>;
  readonly #shared: SharedData;
  readonly #threads: Set<PoolThread>;
  readonly #idle: PoolThread[];
  readonly #jobs: Job[] = [];
  #isClosed = false;

  private constructor(setup: PoolSetup, data: SharedData, threads: readonly PoolThread[]) {
    this.threadCount = threads.length;
    this.#setup = setup;
    this.#data = Promise.resolve(data);
    this.#shared = data;
    this.#threads = new Set(threads);
    this.#idle = [...threads];
  }

  /**
   * Starts the threads, while the data are still being loaded, and waits until all are ready.
   *
   * @throws {ProbSelectError} what `data` rejects with; models.no-usable-backend; client.worker-crashed
   */
  static async start(options: {
    readonly architecture: Architecture;
    readonly data: Promise<SharedData>;
    readonly threadCount: number;
    readonly backend?: PoolBackend | undefined;
  }): Promise<TrainingPool> {
    const { architecture, data, threadCount, backend = "wasm" } = options;
    const setup: PoolSetup = { architecture, backend };
    const threads = Array.from({ length: threadCount }, () => new PoolThread(setup, data));
    try {
      await Promise.all(threads.map(({ ready }) => ready));
      return new TrainingPool(setup, await data, threads);
    } catch (thrown) {
      await Promise.all(threads.map((thread) => thread.close()));
      throw thrown;
    }
  }

  shareSizeOf(client: number): number {
    const { offsets } = this.#shared.shares;
    return (offsets[client + 1] as number) - (offsets[client] as number);
  }

  async train(client: number, { parameters, settings, seed }: ShareTask): Promise<LocalTrainingResult> {
    const reply = await this.#run({ kind: "train", client, settings, seed, values: parameters.values });
    if (reply.kind !== "trained") throw unexpected(reply);
    return reply.result;
  }

  async lossOf(client: number, parameters: ParameterSet): Promise<number> {
    return (await this.#score({ kind: "score-client", client, values: parameters.values })).loss;
  }

  /** Of the model on the test examples. */
  async evaluate({ values }: ParameterSet): Promise<ModelEvaluation> {
    const { exampleCount } = this.#shared.test;
    const begins = Array.from(
      { length: Math.ceil(exampleCount / TEST_EXAMPLES_PER_TASK) },
      (_, part) => part * TEST_EXAMPLES_PER_TASK,
    );
    const parts = await Promise.all(
      begins.map((begin) => {
        const end = Math.min(exampleCount, begin + TEST_EXAMPLES_PER_TASK);
        return this.#score({ kind: "score-test", begin, end, values });
      }),
    );
    const mean = (value: (part: ModelEvaluation) => number) =>
      parts.reduce((sum, part) => sum + value(part) * part.exampleCount, 0) / exampleCount;
    return { loss: mean(({ loss }) => loss), accuracy: mean(({ accuracy }) => accuracy), exampleCount };
  }

  /** Ends the threads at once; tasks in work and tasks that wait reject with models.training-aborted. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const waiting = this.#jobs.splice(0);
    await Promise.all([...this.#threads].map((thread) => thread.close()));
    for (const { reject } of waiting) reject(closed());
  }

  async #score(task: PoolTask): Promise<ModelEvaluation> {
    const reply = await this.#run(task);
    if (reply.kind !== "scored") throw unexpected(reply);
    return reply.result;
  }

  #run(task: PoolTask): Promise<PoolReply> {
    if (this.#isClosed) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      this.#jobs.push({ task, isSecondTry: false, resolve, reject });
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#idle.length > 0 && this.#jobs.length > 0) {
      void this.#work(this.#idle.pop() as PoolThread, this.#jobs.shift() as Job);
    }
  }

  async #work(thread: PoolThread, job: Job): Promise<void> {
    try {
      job.resolve(await thread.run(job.task));
    } catch (thrown) {
      // A task whose thread died is tried once more: a thread may die of another's memory.
      if (thread.isAlive || this.#isClosed || job.isSecondTry) job.reject(thrown);
      else this.#jobs.unshift({ ...job, isSecondTry: true });
    }
    if (this.#isClosed) return;
    this.#idle.push(thread.isAlive ? thread : this.#replace(thread));
    this.#dispatch();
  }

  #replace(dead: PoolThread): PoolThread {
    const fresh = new PoolThread(this.#setup, this.#data);
    this.#threads.delete(dead);
    this.#threads.add(fresh);
    return fresh;
  }
}

function closed(): ProbSelectError {
  return new ProbSelectError("models.training-aborted", "The training threads were closed.");
}

function unexpected({ kind }: PoolReply): Error {
  return new Error(`A training thread answered with "${kind}".`);
}
