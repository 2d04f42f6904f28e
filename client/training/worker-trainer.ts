// Trains in a thread of its own, so that the agent goes on answering heartbeats and cancellations meanwhile. A thread that
// crashes costs its task; the next task gets a fresh one.

import type { BackendChoice } from "../../models/tensorflow/backend.ts";
import type { LocalTrainer, LocalTrainingResult, TrainerControls, TrainerTask } from "./local-trainer.ts";
import type { Ready, TrainingSetup } from "./training-protocol.ts";
import { TrainingThread } from "./training-thread.ts";

export class WorkerTrainer implements LocalTrainer {
  readonly exampleCount: number;
  /** What trains, and why that. */
  readonly backend: BackendChoice;
  readonly #setup: TrainingSetup;
  #thread: TrainingThread;
  #isClosed = false;

  private constructor(setup: TrainingSetup, thread: TrainingThread, ready: Ready) {
    this.#setup = setup;
    this.#thread = thread;
    this.exampleCount = ready.exampleCount;
    this.backend = ready.backend;
  }

  /**
   * Starts the thread and waits until it has its back-end and its examples.
   *
   * @throws {ProbSelectError} what selectBackend, findDataset and takeShard throw; client.worker-crashed
   */
  static async start(setup: TrainingSetup): Promise<WorkerTrainer> {
    const thread = new TrainingThread(setup);
    try {
      return new WorkerTrainer(setup, thread, await thread.ready);
    } catch (thrown) {
      await thread.close();
      throw thrown;
    }
  }

  async train(task: TrainerTask, controls: TrainerControls): Promise<LocalTrainingResult> {
    if (!this.#thread.isAlive && !this.#isClosed) this.#thread = new TrainingThread(this.#setup);
    const thread = this.#thread;
    await thread.ready;
    return thread.train(task, controls);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread.close();
  }
}
