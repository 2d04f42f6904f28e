// The layers that read sequences as tensor operations, each with a gradient on every back-end.

import * as tf from "@tensorflow/tfjs-core";
import type { SequenceLayer } from "../architecture/sequence-shapes.ts";
import { futureMask } from "../future-mask.ts";
import { lstmStates } from "./lstm.ts";

/**
 * @param input [batch, length] of token ids, or [batch, length, features].
 * @param weight by its name within the layer.
 */
export function applySequenceLayer(
  layer: SequenceLayer,
  input: tf.Tensor,
  weight: (name: string) => tf.Tensor,
): tf.Tensor {
  const sequence = input as tf.Tensor3D;
  switch (layer.kind) {
    case "embedding":
      return embed(input as tf.Tensor2D, weight("embeddings") as tf.Tensor2D);
    case "positionEmbedding":
      return tf.add(sequence, weight("embeddings"));
    case "lstm": {
      const states = lstmStates(sequence, weight);
      const [length, batch] = states.shape;
      if (layer.returnSequences) return tf.transpose(states, [1, 0, 2]);
      return tf.reshape(tf.slice(states, [length - 1, 0, 0]), [batch, layer.units]);
    }
    case "multiHeadAttention":
      return attend(layer, sequence, weight);
    case "globalAveragePool1d":
      return tf.mean(sequence, 1);
  }
}

/**
 * A dense layer without its bias, at every position of a sequence alike.
 *
 * @param input [batch, features] or [batch, length, features]
 * @param kernel [features, units]
 * @returns [batch, units] or [batch, length, units]
 */
export function multiplyLastAxis(input: tf.Tensor, kernel: tf.Tensor2D): tf.Tensor {
  if (input.rank === 2) return tf.matMul(input as tf.Tensor2D, kernel);
  const leading = input.shape.slice(0, -1);
  return tf.reshape(tf.matMul(tf.reshape(input, [-1, kernel.shape[0]]), kernel), [...leading, kernel.shape[1]]);
}

/**
 * The rows of a table, as a product with one-hot rows: the gradient of a look-up (UnsortedSegmentSum) is missing on wasm. An id
 * outside the table would give zeros; `requireTokenIds` refuses the data before.
 */
function embed(ids: tf.Tensor2D, table: tf.Tensor2D): tf.Tensor {
  const everyId = tf.range(0, table.shape[0]);
  const oneHot = tf.cast(tf.equal(tf.expandDims(ids, -1), everyId), "float32"); // [batch, length, inputDim]
  return multiplyLastAxis(oneHot, table);
}

/** Scaled dot-product attention in several heads (Vaswani et al. 2017, section 3.2), as Keras' MultiHeadAttention has it. */
function attend(
  { heads, keyUnits, causal }: Extract<SequenceLayer, { kind: "multiHeadAttention" }>,
  input: tf.Tensor3D,
  weight: (name: string) => tf.Tensor,
): tf.Tensor {
  const [batch, length, features] = input.shape;
  const inner = heads * keyUnits;
  const project = (name: string) => {
    const kernel = tf.reshape(weight(`${name}/kernel`), [features, inner]) as tf.Tensor2D;
    const values = tf.add(multiplyLastAxis(input, kernel), tf.reshape(weight(`${name}/bias`), [inner]));
    return tf.transpose(tf.reshape(values, [batch, length, heads, keyUnits]), [0, 2, 1, 3]); // [batch, heads, length, keyUnits]
  };
  const queries = tf.mul(project("query"), 1 / Math.sqrt(keyUnits));
  const scores = tf.matMul(queries, project("key"), false, true); // [batch, heads, length, length]
  const seen = tf.softmax(causal ? tf.add(scores, tf.tensor2d(futureMask(length), [length, length])) : scores);
  const joined = tf.reshape(tf.transpose(tf.matMul(seen, project("value")), [0, 2, 1, 3]), [batch, length, inner]);
  const kernel = tf.reshape(weight("attention_output/kernel"), [inner, features]) as tf.Tensor2D;
  return tf.add(multiplyLastAxis(joined, kernel), weight("attention_output/bias"));
}
