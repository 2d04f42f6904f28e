// Trains in a thread of its own, or a process where the back-end is native code, so that the agent goes on answering heartbeats and cancellations meanwhile. One that
// crashes costs its task; the next task gets a fresh one.

import type { BackendChoice } from "../../models/tensorflow/backend.ts";
import { backendNames } from "../../models/tensorflow/backends/names.ts";
import type { DataNames } from "../../protocol/data-meaning.ts";
import type { LocalTrainer, LocalTrainingResult, TrainerControls, TrainerTask } from "./local-trainer.ts";
import { TrainingBackground } from "./training-background.ts";
import { removeCheckpoint } from "./training-checkpoint.ts";
import type { Ready, TrainingSetup } from "./training-protocol.ts";

export class WorkerTrainer implements LocalTrainer {
  readonly exampleCount: number;
  /** What one of its examples looks like. */
  readonly examples: { readonly shape: readonly number[]; readonly classCount: number; readonly names: DataNames };
  readonly isStreamed: boolean;
  /** What trains, and why that. */
  readonly backend: BackendChoice;
  #setup: TrainingSetup;
  /** What trains now. */
  #current: string;
  /** Ends when the present thread has taken the place of the one before it. */
  #replaced: Promise<void> = Promise.resolve();
  #isTraining = false;
  #thread: TrainingBackground;
  readonly #onNote: (sentence: string) => void;
  #isClosed = false;
  /** Whether the last training did not come to its end. */
  #isCutOff = false;

  private constructor(
    setup: TrainingSetup,
    thread: TrainingBackground,
    ready: Ready,
    onNote: (sentence: string) => void,
  ) {
    this.#onNote = onNote;
    // One that takes its place has the same back-end, whatever would be chosen then.
    this.#setup = { ...setup, backend: ready.backend.name };
    this.#thread = thread;
    this.exampleCount = ready.exampleCount;
    this.examples = { shape: ready.exampleShape, classCount: ready.classCount, names: ready.names };
    this.isStreamed = ready.isStreamed;
    this.backend = ready.backend;
    this.#current = ready.backend.name;
  }

  /**
   * Starts the thread and waits until it has its back-end and its examples.
   *
   * @param onNote told what the operator should know: a fresh thread for one that has done its share, a training that goes on.
   *
   * @throws {ProbSelectError} what selectBackend, findDataset and takeShard throw; client.worker-crashed
   */
  static async start(setup: TrainingSetup, onNote: (sentence: string) => void = () => {}): Promise<WorkerTrainer> {
    const thread = new TrainingBackground(setup, onNote);
    try {
      return new WorkerTrainer(setup, thread, await thread.ready, onNote);
    } catch (thrown) {
      await thread.close();
      throw thrown;
    }
  }

  async train(task: TrainerTask, controls: TrainerControls): Promise<LocalTrainingResult> {
    this.prepare(task.backend ?? this.backend.name);
    this.#isTraining = true;
    try {
      await this.#replaced;
      if (!this.#thread.isAlive && !this.#isClosed) this.#thread = new TrainingBackground(this.#setup, this.#onNote);
      const thread = this.#thread;
      await thread.ready;
      this.#isCutOff = true;
      const result = await thread.train(task, controls);
      this.#isCutOff = false;
      if (thread.wornOut !== undefined) await this.#renew(thread, thread.wornOut);
      return result;
    } finally {
      this.#isTraining = false;
    }
  }

  /** Replaces the thread, between two tasks, by one that has that back-end. While one trains, the next task says it again. */
  prepare(backend: string): void {
    const name = backendNames.find((known) => known === backend);
    if (name === undefined || name === this.#current || this.#isClosed || this.#isTraining) return;
    this.#onNote(`The training moves from ${this.#current} to ${name}, as the aggregator asks.`);
    this.#current = name;
    this.#setup = { ...this.#setup, backend: name };
    this.#replace();
  }

  /** Starts the next thread at once: its back-end and its examples are there when the next task comes. */
  async #renew(thread: TrainingBackground, reason: string): Promise<void> {
    if (!this.#isClosed) this.#onNote(`The training ${thread.kind} was replaced by a fresh one: ${reason}.`);
    this.#replace();
    await this.#replaced;
  }

  /** One after the other, so that no two hold the examples, or the GPU, at a time. */
  #replace(): void {
    this.#replaced = this.#replaced.then(async () => {
      await this.#thread.close();
      if (this.#isClosed) return;
      this.#thread = new TrainingBackground(this.#setup, this.#onNote);
      // One that cannot start says so to the next task.
      this.#thread.ready.catch(() => {});
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#replaced;
    await this.#thread.close();
    const path = this.#setup.checkpoint?.path;
    if (path && !this.#isCutOff) await removeCheckpoint(path);
  }
}
