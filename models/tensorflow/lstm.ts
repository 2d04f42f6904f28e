// A long short-term memory (Hochreiter & Schmidhuber 1997, with forget gate after Gers et al. 2000) as tensor operations, step by
// step from a state of zeros. Gates lie in Keras' order i, f, c, o.

import * as tf from "@tensorflow/tfjs-core";

/**
 * The states of every step. The input's share of all gates is one matrix product over the whole sequence; only the state's share
 * has to be computed step by step.
 *
 * @param input [batch, length, features]
 * @param weight kernel [features, 4 * units], recurrent_kernel [units, 4 * units], bias [4 * units].
 * @returns for each step h = o * tanh(c), [batch, units], where c = f * c + i * tanh(candidate).
 */
export function lstmStates(input: tf.Tensor3D, weight: (name: string) => tf.Tensor): readonly tf.Tensor2D[] {
  const [batch, length, features] = input.shape;
  const recurrent = weight("recurrent_kernel") as tf.Tensor2D;
  const flat = tf.reshape(input, [batch * length, features]);
  const projected = tf.add(tf.matMul(flat, weight("kernel") as tf.Tensor2D), weight("bias")); // [batch * length, 4 * units]
  const states: tf.Tensor2D[] = [];
  let cell: tf.Tensor | undefined;
  for (const step of tf.unstack(tf.reshape(projected, [batch, length, -1]), 1)) {
    const before = states.at(-1);
    // The first state is zero, so nothing of it reaches the first step.
    const gates = before ? tf.add(step, tf.matMul(before, recurrent)) : step; // [batch, 4 * units]
    const [input, forget, candidate, output] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const added = tf.mul(tf.sigmoid(input), tf.tanh(candidate));
    cell = cell ? tf.add(tf.mul(tf.sigmoid(forget), cell), added) : added;
    states.push(tf.mul(tf.sigmoid(output), tf.tanh(cell)));
  }
  return states;
}
