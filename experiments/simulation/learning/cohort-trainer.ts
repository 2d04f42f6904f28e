// The seam between a virtual cohort and what trains: threads in a run, arithmetic alone in tests of the rounds.

import type { ParameterSet } from "../../../models/parameter-set.ts";
import type { LocalTrainingResult, LocalTrainingTask } from "../../../models/tensorflow/train-locally.ts";

export interface ShareTask extends Pick<LocalTrainingTask, "settings" | "seed"> {
  readonly parameters: ParameterSet;
}

export interface CohortTrainer {
  /** Trainings that it does at a time. */
  readonly threadCount: number;
  /** Examples of the data set that the client trains on. */
  shareSizeOf(client: number): number;
  /** @throws {ProbSelectError} models.training-diverged; anything else is no client's failure but the run's. */
  train(client: number, task: ShareTask): Promise<LocalTrainingResult>;
  /** Mean loss of the model on the client's own examples. */
  lossOf(client: number, parameters: ParameterSet): Promise<number>;
}
