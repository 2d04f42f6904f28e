// Trains in a thread of its own, or a process where the back-end is native code, so that the agent goes on answering heartbeats and cancellations meanwhile. One that
// crashes costs its task; the next task gets a fresh one.

import type { BackendChoice } from "../../models/tensorflow/backend.ts";
import type { LocalTrainer, LocalTrainingResult, TrainerControls, TrainerTask } from "./local-trainer.ts";
import { TrainingBackground } from "./training-background.ts";
import type { Ready, TrainingSetup } from "./training-protocol.ts";

export class WorkerTrainer implements LocalTrainer {
  readonly exampleCount: number;
  /** What trains, and why that. */
  readonly backend: BackendChoice;
  readonly #setup: TrainingSetup;
  #thread: TrainingBackground;
  readonly #onRenewed: (sentence: string) => void;
  #isClosed = false;

  private constructor(
    setup: TrainingSetup,
    thread: TrainingBackground,
    ready: Ready,
    onRenewed: (sentence: string) => void,
  ) {
    this.#onRenewed = onRenewed;
    this.#setup = setup;
    this.#thread = thread;
    this.exampleCount = ready.exampleCount;
    this.backend = ready.backend;
  }

  /**
   * Starts the thread and waits until it has its back-end and its examples.
   *
   * @param onRenewed told when a thread that has done its share is replaced by a fresh one.
   *
   * @throws {ProbSelectError} what selectBackend, findDataset and takeShard throw; client.worker-crashed
   */
  static async start(setup: TrainingSetup, onRenewed: (sentence: string) => void = () => {}): Promise<WorkerTrainer> {
    const thread = new TrainingBackground(setup);
    try {
      return new WorkerTrainer(setup, thread, await thread.ready, onRenewed);
    } catch (thrown) {
      await thread.close();
      throw thrown;
    }
  }

  async train(task: TrainerTask, controls: TrainerControls): Promise<LocalTrainingResult> {
    if (!this.#thread.isAlive && !this.#isClosed) this.#thread = new TrainingBackground(this.#setup);
    const thread = this.#thread;
    await thread.ready;
    const result = await thread.train(task, controls);
    if (thread.wornOut !== undefined) await this.#renew(thread, thread.wornOut);
    return result;
  }

  /** Starts the next thread at once: its back-end and its examples are there when the next task comes. */
  async #renew(thread: TrainingBackground, reason: string): Promise<void> {
    await thread.close();
    if (this.#isClosed) return;
    this.#onRenewed(`The training ${thread.kind} was replaced by a fresh one: ${reason}.`);
    this.#thread = new TrainingBackground(this.#setup);
    // A thread that cannot start says so to the next task.
    this.#thread.ready.catch(() => {});
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread.close();
  }
}
