// The seam behind which a client trains.

import type { LocalTrainingResult, LocalTrainingTask } from "../../models/tensorflow/train-locally.ts";

export type { LocalTrainingResult } from "../../models/tensorflow/train-locally.ts";

/** A task without examples: the trainer has the client's own. */
export type TrainerTask = Omit<LocalTrainingTask, "examples" | "from"> & {
  /** Names the task: one that comes again under its name, after a restart of the agent, goes on where it was. Absent: never. */
  readonly name?: string | undefined;
  /** What is to train it; absent: what the trainer began with. */
  readonly backend?: string | undefined;
};

export interface TrainerControls {
  /** Ends the training between two batches; it then rejects with models.training-aborted. */
  readonly signal: AbortSignal;
  /** Share of the batches done, 0..1. */
  readonly onProgress?: (fraction: number) => void;
}

export interface LocalTrainer {
  /** Examples that the client holds: a training's epochs use all of them, or `maximumExamples` of its settings. */
  readonly exampleCount: number;
  /**
   * Trains on the client's own examples without keeping the calling thread busy. Takes `task.parameters` over: the caller
   * must not read them afterwards.
   *
   * @throws {ProbSelectError} models.training-diverged, models.training-aborted, models.shape-mismatch;
   * models.no-usable-backend, client.worker-crashed, after which the next call works again.
   */
  train(task: TrainerTask, controls: TrainerControls): Promise<LocalTrainingResult>;
  /** The next task will be for that back-end: a trainer that has several gets it ready. */
  prepare?(backend: string): void;
  close(): Promise<void>;
}
