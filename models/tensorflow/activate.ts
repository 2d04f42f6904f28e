// The activation functions as tensor operations, each with a gradient on every back-end.

import * as tf from "@tensorflow/tfjs-core";
import type { Activation } from "../architecture.ts";

/** Keras' slope of its activation leaky_relu below 0. */
const LEAKY_RELU_SLOPE = 0.2;

/** The activation of every element; softmax over the last axis. */
export function activate(activation: Activation, value: tf.Tensor): tf.Tensor {
  switch (activation) {
    case "linear":
      return value;
    case "relu":
      return tf.relu(value);
    case "relu6":
      return tf.relu6(value);
    case "leakyRelu":
      return tf.leakyRelu(value, LEAKY_RELU_SLOPE);
    case "elu":
      return tf.elu(value);
    case "selu":
      return tf.selu(value);
    case "gelu":
      return tf.mul(tf.mul(value, 0.5), tf.add(tf.erf(tf.mul(value, Math.SQRT1_2)), 1));
    case "tanh":
      return tf.tanh(value);
    case "sigmoid":
      return tf.sigmoid(value);
    case "hardSigmoid":
      return hardSigmoid(value);
    case "hardSwish":
      return tf.mul(value, hardSigmoid(value));
    case "swish":
      return tf.mul(value, tf.sigmoid(value));
    case "softmax":
      return tf.softmax(value);
  }
}

function hardSigmoid(value: tf.Tensor): tf.Tensor {
  return tf.div(tf.relu6(tf.add(value, 3)), 6);
}
