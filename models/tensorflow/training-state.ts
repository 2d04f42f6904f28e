// A training between two of its steps, as data: enough to go on from there and end with the same bits.

import * as tf from "@tensorflow/tfjs-core";
import { createParameterSet, type ParameterSet } from "../parameter-set.ts";
import type { LossSum } from "./loss-queue.ts";

export interface TrainingState {
  /** Steps that are done. */
  readonly step: number;
  readonly parameters: ParameterSet;
  /** The momentum optimiser's sums, one behind the other in the order of the trainable tensors; undefined before its first step. */
  readonly momenta: Float32Array | undefined;
  /** Of the epoch that the next step belongs to. */
  readonly losses: LossSum;
  readonly computeSeconds: number;
}

/** A copy of the variables' values. */
export async function readParameters(
  layout: ParameterSet,
  variables: ReadonlyMap<string, tf.Variable>,
): Promise<ParameterSet> {
  const result = createParameterSet(layout.tensors);
  for (const { name, values } of result.tensors) {
    const trained = await variables.get(name)?.data();
    if (trained) values.set(trained);
  }
  return result;
}

/** Of an optimiser without momentum: undefined. */
export async function readMomenta(optimizer: tf.Optimizer): Promise<Float32Array | undefined> {
  const [iterations, ...sums] = await optimizer.getWeights();
  iterations?.tensor.dispose();
  if (sums.length === 0) return undefined;
  const arrays = await Promise.all(sums.map(({ tensor }) => tensor.data()));
  const all = new Float32Array(arrays.reduce((length, array) => length + array.length, 0));
  let offset = 0;
  for (const array of arrays) {
    all.set(array, offset);
    offset += array.length;
  }
  return all;
}

/** Gives a fresh optimiser the sums of an earlier one. */
export async function restoreMomenta(
  optimizer: tf.Optimizer,
  trainable: readonly tf.Variable[],
  momenta: Float32Array | undefined,
): Promise<void> {
  if (!momenta) return;
  let offset = 0;
  const sums = trainable.map((variable) => {
    const values = momenta.slice(offset, offset + variable.size);
    offset += variable.size;
    return { name: `${variable.name}/momentum`, tensor: tf.tensor(values, variable.shape) };
  });
  const iterations = { name: "iter", tensor: tf.scalar(0, "int32") };
  await optimizer.setWeights([iterations, ...sums]);
  // The optimiser has made variables of its own of them.
  tf.dispose([iterations.tensor, ...sums.map(({ tensor }) => tensor)]);
}
