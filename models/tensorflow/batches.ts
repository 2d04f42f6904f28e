// Batches of examples as tensors.

import * as tf from "@tensorflow/tfjs-core";
import type { LabelledExamples } from "../examples.ts";
import { elementCount } from "../parameter-set.ts";

export interface Batch {
  /** [batch, ...exampleShape] */
  readonly inputs: tf.Tensor;
  /** [batch, classes], one-hot float32 */
  readonly labels: tf.Tensor2D;
}

/**
 * The examples at `indices`, in that order. The caller disposes both tensors.
 *
 * @param classCount classes of the network, at least those of the examples.
 */
export function gatherBatch(examples: LabelledExamples, indices: readonly number[], classCount: number): Batch {
  const width = elementCount(examples.exampleShape);
  const inputs = new Float32Array(indices.length * width);
  const labels = new Float32Array(indices.length * classCount);
  for (const [row, index] of indices.entries()) {
    inputs.set(examples.inputs.subarray(index * width, (index + 1) * width), row * width);
    labels[row * classCount + (examples.labels[index] ?? 0)] = 1;
  }
  return {
    inputs: tf.tensor(inputs, [indices.length, ...examples.exampleShape]),
    labels: tf.tensor2d(labels, [indices.length, classCount]),
  };
}
