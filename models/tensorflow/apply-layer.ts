// Each kind of layer as tensor operations, without its activation.

import * as tf from "@tensorflow/tfjs-core";
import { isSequenceLayer } from "../architecture/sequence-shapes.ts";
import type { LayerSpec } from "../architecture.ts";
import { averagePool } from "./average-pool.ts";
import type { ForwardOptions } from "./forward-options.ts";
import { normalizeBatch, normalizeLayer } from "./normalize.ts";
import { applySequenceLayer, multiplyLastAxis } from "./sequence-layers.ts";

/**
 * @param inputs one tensor for each input of the layer, [batch, ...shape].
 * @param parameters by tensor name, "<layer>/<weight>".
 */
export function applyLayer(
  layer: LayerSpec,
  inputs: readonly tf.Tensor[],
  parameters: ReadonlyMap<string, tf.Tensor>,
  options: ForwardOptions,
): tf.Tensor {
  const weight = (name: string) => parameters.get(`${layer.name}/${name}`) as tf.Tensor;
  const kernel = (name: string) => weight(name) as tf.Tensor4D;
  const biased = (value: tf.Tensor) => ("useBias" in layer && layer.useBias ? tf.add(value, weight("bias")) : value);
  const input = inputs[0] as tf.Tensor;
  const image = input as tf.Tensor4D; // [batch, height, width, channels]
  if (isSequenceLayer(layer)) return applySequenceLayer(layer, input, weight);
  switch (layer.kind) {
    case "dense":
      return biased(multiplyLastAxis(input, weight("kernel") as tf.Tensor2D));
    case "conv2d":
      return biased(convolve(layer, image, kernel("kernel")));
    case "depthwiseConv2d":
      return biased(tf.depthwiseConv2d(image, kernel("depthwise_kernel"), layer.strides, layer.padding));
    case "separableConv2d": {
      const filtered = tf.depthwiseConv2d(image, kernel("depthwise_kernel"), layer.strides, layer.padding);
      return biased(tf.conv2d(filtered, kernel("pointwise_kernel"), 1, "valid"));
    }
    case "maxPool2d":
      return tf.maxPool(image, layer.poolSize, layer.strides, layer.padding);
    case "averagePool2d":
      return averagePool(image, layer);
    case "globalAveragePool2d":
      return tf.mean(image, [1, 2], layer.keepDims);
    case "globalMaxPool2d":
      return tf.max(image, [1, 2], layer.keepDims);
    case "batchNormalization":
      return normalizeBatch(layer, input, weight, options);
    case "layerNormalization":
      return normalizeLayer(input, weight);
    case "activation":
      return input;
    case "rescaling":
      return tf.mul(input, layer.scale);
    case "add":
      return inputs.reduce((sum, other) => tf.add(sum, other));
    case "multiply":
      return multiply(inputs);
    case "concatenate":
      return tf.concat([...inputs], input.rank - 1);
    case "zeroPadding2d":
      return tf.pad(image, [[0, 0], ...layer.padding, [0, 0]]);
    case "flatten":
      return tf.reshape(input, [batchOf(input), -1]);
    case "reshape":
      return tf.reshape(input, [batchOf(input), ...layer.targetShape]);
    case "slice": {
      const begin = [...input.shape.map(() => 0).slice(0, -1), layer.from];
      return tf.slice(input, begin, [...input.shape.slice(0, -1), layer.count]);
    }
    case "channelShuffle":
      return shuffleChannels(image, layer.groups);
    case "dropout":
      return options.training ? tf.dropout(input, layer.rate, undefined, options.seed) : input;
  }
}

const batchOf = (input: tf.Tensor) => input.shape[0] ?? 0;

/** kernel [height, width, channels / groups, filters]. No back-end has grouped convolutions: each group is one of its own. */
function convolve(
  { groups, strides, padding }: Extract<LayerSpec, { kind: "conv2d" }>,
  image: tf.Tensor4D,
  kernel: tf.Tensor4D,
): tf.Tensor {
  if (groups === 1) return tf.conv2d(image, kernel, strides, padding);
  const [height, width, groupChannels, filters] = kernel.shape;
  if (groupChannels === 1) {
    const depthwise = tf.reshape(kernel, [height, width, groups, filters / groups]);
    return tf.depthwiseConv2d(image, depthwise as tf.Tensor4D, strides, padding);
  }
  const kernels = tf.split<tf.Tensor4D>(kernel, groups, 3);
  const pieces = tf
    .split<tf.Tensor4D>(image, groups, 3)
    .map((piece, group) => tf.conv2d(piece, kernels[group] ?? kernel, strides, padding));
  return tf.concat(pieces, 3);
}

/** Gates of [batch, channels] act on [batch, height, width, channels]. */
function multiply(inputs: readonly tf.Tensor[]): tf.Tensor {
  const rank = Math.max(...inputs.map((input) => input.rank));
  const aligned = inputs.map((input) => {
    const missing = Array.from({ length: rank - input.rank }, () => 1);
    return missing.length === 0 ? input : tf.reshape(input, [batchOf(input), ...missing, ...input.shape.slice(1)]);
  });
  return aligned.reduce((product, other) => tf.mul(product, other));
}

function shuffleChannels(image: tf.Tensor4D, groups: number): tf.Tensor {
  const [batch, height, width, channels] = image.shape;
  const rows = tf.reshape(image, [batch * height * width, groups, channels / groups]);
  return tf.reshape(tf.transpose(rows, [0, 2, 1]), image.shape);
}
