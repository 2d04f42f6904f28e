// A layer's output plus values of its own, which Keras has no layer for.

import { elementCount, type ParameterTensor } from "../parameter-set.ts";
import type { KerasGraph } from "./keras-graph.ts";
import { reshape } from "./keras-layers.ts";

/**
 * Appends the sum of a layer's output and constant values of the same shape. Keras has no layer for it: it is a depthwise
 * convolution of an image of one pixel, whose kernel is 1 and whose bias they are.
 */
export function appendSum(
  graph: KerasGraph,
  input: string,
  { name, shape, values, trainable }: ParameterTensor & { readonly trainable: boolean },
): string {
  const channels = elementCount(shape);
  const pixel = graph.append(reshape([1, 1, channels]), `${name}.pixel`, [input]);
  const window = { kernel_size: [1, 1], strides: [1, 1], padding: "valid", dilation_rate: [1, 1] };
  const settings = { depth_multiplier: 1, use_bias: true, activation: "linear", data_format: "channels_last" };
  const sum = graph.append(
    { className: "DepthwiseConv2D", config: { ...window, ...settings, trainable } },
    name,
    [pixel],
    [
      { name: `${name}/depthwise_kernel`, shape: [1, 1, channels, 1], values: new Float32Array(channels).fill(1) },
      { name: `${name}/bias`, shape: [channels], values },
    ],
  );
  return graph.append(reshape(shape), `${name}.shape`, [sum]);
}
