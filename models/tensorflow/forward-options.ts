// How a forward pass runs: in training or in evaluation.

import type * as tf from "@tensorflow/tfjs-core";

export interface ForwardOptions {
  /** True in training: dropout drops and batch normalisation uses the batch's own moments. */
  readonly training: boolean;
  /** Seeds dropout; a step's layers differ by it. */
  readonly seed: number;
  /** Told the new moving statistics of a batch normalisation in training; the tensors are kept for the caller. */
  readonly onMovingStatistic?: (name: string, value: tf.Tensor) => void;
}
