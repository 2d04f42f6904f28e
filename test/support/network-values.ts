// What a network of ours puts out in evaluation, for comparisons with what others make of the same network.

import * as tf from "@tensorflow/tfjs-core";
import { seededRandom } from "../../foundation/random-source.ts";
import type { Architecture } from "../../models/architecture.ts";
import { parameterLayout } from "../../models/parameter-file.ts";
import { createParameterSet, type ParameterSet } from "../../models/parameter-set.ts";
import { forwardLogits } from "../../models/tensorflow/forward.ts";

/** Uniform on [-1, 1), row by row. */
export function someExamples(inputShape: readonly number[], count: number, seed = 1): Float32Array {
  const random = seededRandom(seed, "examples");
  const length = count * inputShape.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length }, () => 2 * random.next() - 1);
}

/** What the network reads: ids of tokens where a table looks them up, else `someExamples`. */
export function examplesFor(architecture: Architecture, count: number): Float32Array {
  const examples = someExamples(architecture.inputShape, count);
  const [first] = architecture.layers;
  return first?.kind === "embedding"
    ? examples.map((value) => Math.floor(((value + 1) / 2) * first.inputDim))
    : examples;
}

/** Parameters of which none is a default: biases, betas and means are no zeros, gammas and variances no ones. */
export function variedParameters(architecture: Architecture, seed = 1): ParameterSet {
  const set = createParameterSet(parameterLayout(architecture));
  for (const { name, shape, values } of set.tensors) {
    const random = seededRandom(seed, "varied", name);
    // A row of a table is looked up, not summed.
    const fanIn = name.endsWith("/embeddings") ? 1 : Math.max(1, values.length / (shape.at(-1) ?? 1));
    const spread = shape.length === 1 ? 0.2 : Math.sqrt(3 / fanIn);
    const centre = /\/(gamma|moving_variance)$/.test(name) ? 1 : 0;
    for (let index = 0; index < values.length; index++) values[index] = centre + spread * (2 * random.next() - 1);
  }
  return set;
}

/** Of all tensors together. */
export function valueCount({ tensors }: ParameterSet): number {
  return tensors.reduce((sum, { values }) => sum + values.length, 0);
}

/** The probabilities of all classes, example by example. */
export function probabilitiesOf(
  architecture: Architecture,
  parameters: ParameterSet,
  examples: Float32Array,
): number[] {
  const count = examples.length / architecture.inputShape.reduce((product, size) => product * size, 1);
  return tf.tidy(() => {
    const tensors = new Map(parameters.tensors.map(({ name, shape, values }) => [name, tf.tensor(values, [...shape])]));
    const inputs = tf.tensor(examples, [count, ...architecture.inputShape]);
    return [...tf.softmax(forwardLogits(architecture, inputs, tensors, { training: false, seed: 0 })).dataSync()];
  });
}

/** The largest difference between two lists of equal length; infinite where their lengths or a NaN differ. */
export function largestDifference(one: ArrayLike<number>, other: ArrayLike<number>): number {
  if (one.length !== other.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let index = 0; index < one.length; index++) {
    const difference = Math.abs((one[index] ?? Number.NaN) - (other[index] ?? Number.NaN));
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
