// A network as tensor operations: from architecture data and parameters to logits. Direct operators instead of a
// LayersModel, so that the parameters stay in our layout and a step costs no more than its kernels.

import * as tf from "@tensorflow/tfjs-core";
// The gradient of each operator is registered by this import; tfjs-core alone has none under Node.
import "@tensorflow/tfjs-layers";
import { ProbSelectError } from "../../foundation/errors.ts";
import { type Architecture, type LayerSpec, shapeLayers } from "../architecture.ts";

/** Keras' defaults. */
const BATCH_NORMALIZATION_EPSILON = 1e-3;
const BATCH_NORMALIZATION_MOMENTUM = 0.99;

export interface ForwardOptions {
  /** True in training: dropout drops and batch normalisation uses the batch's own moments. */
  readonly training: boolean;
  /** Seeds dropout; a step's layers differ by it. */
  readonly seed: number;
  /** Told the new moving statistics of a batch normalisation in training; the tensors are kept for the caller. */
  readonly onMovingStatistic?: (name: string, value: tf.Tensor) => void;
}

/**
 * The network's output before its last softmax.
 *
 * @param inputs [batch, ...inputShape]
 * @param parameters by tensor name, as in the architecture's layout.
 * @returns logits [batch, classes]
 * @throws {ProbSelectError} models.invalid-architecture if the network does not end in a softmax.
 */
export function forwardLogits(
  architecture: Architecture,
  inputs: tf.Tensor,
  parameters: ReadonlyMap<string, tf.Tensor>,
  options: ForwardOptions,
): tf.Tensor2D {
  const last = architecture.layers.at(-1);
  if (!last || !("activation" in last) || last.activation !== "softmax") {
    throw new ProbSelectError(
      "models.invalid-architecture",
      `The network "${architecture.name}" must end in a layer with activation "softmax" to be trained as a classifier.`,
    );
  }
  let value = inputs;
  for (const { layer } of shapeLayers(architecture)) {
    value = applyLayer(layer, value, parameters, options);
    if ("activation" in layer && layer !== last) value = activate(layer.activation, value);
  }
  return value as tf.Tensor2D;
}

function applyLayer(
  layer: LayerSpec,
  input: tf.Tensor,
  parameters: ReadonlyMap<string, tf.Tensor>,
  options: ForwardOptions,
): tf.Tensor {
  const weight = (name: string) => parameters.get(`${layer.name}/${name}`) as tf.Tensor;
  const image = input as tf.Tensor4D; // [batch, height, width, channels]
  switch (layer.kind) {
    case "dense":
      return tf.add(tf.matMul(input as tf.Tensor2D, weight("kernel") as tf.Tensor2D), weight("bias"));
    case "conv2d":
      return tf.add(tf.conv2d(image, weight("kernel") as tf.Tensor4D, layer.strides, layer.padding), weight("bias"));
    case "depthwiseConv2d":
      return tf.add(
        tf.depthwiseConv2d(image, weight("depthwise_kernel") as tf.Tensor4D, layer.strides, layer.padding),
        weight("bias"),
      );
    case "maxPool2d":
      return tf.maxPool(image, layer.poolSize, layer.strides, layer.padding);
    case "averagePool2d":
      return tf.avgPool(image, layer.poolSize, layer.strides, layer.padding);
    case "globalAveragePool2d":
      return tf.mean(image, [1, 2]);
    case "flatten":
      return tf.reshape(input, [input.shape[0] ?? 0, -1]);
    case "dropout":
      return options.training ? tf.dropout(input, layer.rate, undefined, options.seed) : input;
    case "batchNormalization":
      return normalizeBatch(layer.name, input, weight, options);
  }
}

function normalizeBatch(
  name: string,
  input: tf.Tensor,
  weight: (name: string) => tf.Tensor,
  options: ForwardOptions,
): tf.Tensor {
  let mean = weight("moving_mean");
  let variance = weight("moving_variance");
  if (options.training) {
    const axes = input.shape.map((_, axis) => axis).slice(0, -1);
    const moments = tf.moments(input, axes);
    const report = (statistic: string, old: tf.Tensor, batch: tf.Tensor) => {
      const blended = tf.tidy(() =>
        tf.add(tf.mul(old, BATCH_NORMALIZATION_MOMENTUM), tf.mul(batch, 1 - BATCH_NORMALIZATION_MOMENTUM)),
      );
      options.onMovingStatistic?.(`${name}/${statistic}`, tf.keep(blended));
    };
    report("moving_mean", mean, moments.mean);
    report("moving_variance", variance, moments.variance);
    mean = moments.mean;
    variance = moments.variance;
  }
  const scale = tf.div(weight("gamma"), tf.sqrt(tf.add(variance, BATCH_NORMALIZATION_EPSILON)));
  return tf.add(tf.mul(tf.sub(input, mean), scale), weight("beta"));
}

function activate(activation: Extract<LayerSpec, { activation: unknown }>["activation"], value: tf.Tensor): tf.Tensor {
  switch (activation) {
    case "linear":
      return value;
    case "relu":
      return tf.relu(value);
    case "tanh":
      return tf.tanh(value);
    case "sigmoid":
      return tf.sigmoid(value);
    case "softmax":
      return tf.softmax(value);
  }
}
