// Batches of examples as tensors.

import * as tf from "@tensorflow/tfjs-core";
import type { LabelledExamples } from "../examples.ts";
import { elementCount } from "../parameter-set.ts";

export interface Batch {
  /** [batch, ...exampleShape] */
  readonly inputs: tf.Tensor;
  /** The class of each. */
  readonly labels: Uint8Array;
}

/** The examples at `indices`, in that order. The caller disposes the tensor. */
export function gatherBatch(examples: LabelledExamples, indices: ArrayLike<number>): Batch {
  const width = elementCount(examples.exampleShape);
  const inputs = new Float32Array(indices.length * width);
  const labels = new Uint8Array(indices.length);
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row] as number;
    inputs.set(examples.inputs.subarray(index * width, (index + 1) * width), row * width);
    labels[row] = examples.labels[index] as number;
  }
  return { inputs: tf.tensor(inputs, [indices.length, ...examples.exampleShape]), labels };
}
