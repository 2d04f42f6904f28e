// Layers over sequences of which tf.loadLayersModel has none, as graphs of Keras layers that compute the same: learnt positions, and
// attention (Vaswani et al. 2017, section 3.2) with dense layers and matrix products of its own for every head.

import type { LayerSpec, ShapedLayer } from "../architecture.ts";
import { futureMask } from "../future-mask.ts";
import { elementCount, type ParameterTensor } from "../parameter-set.ts";
import type { KerasGraph, KerasLayer } from "./keras-graph.ts";
import { activationLayer, reshape } from "./keras-layers.ts";

type Attention = Extract<LayerSpec, { kind: "multiHeadAttention" }>;

/** A layer on its way into a graph. */
export interface KerasPlace {
  readonly graph: KerasGraph;
  readonly shaped: ShapedLayer;
  /** The name of the layer that it reads. */
  readonly input: string;
  /** The layer's tensor of that name, e.g. "kernel". */
  readonly tensor: (name: string) => ParameterTensor;
}

const dense = (units: number): KerasLayer => ({
  className: "Dense",
  config: { units, use_bias: true, activation: "linear" },
});

/** The matrix product of two sequences, summed over an axis of each; the batch is axis 0. */
const product = (axes: readonly [number, number]): KerasLayer => ({
  className: "Dot",
  config: { axes, normalize: false },
});

/** @returns the name of the layer whose output is that of ours. */
export function appendPositions({ graph, shaped, input, tensor }: KerasPlace): string {
  return appendSum(graph, input, { ...tensor("embeddings"), name: shaped.layer.name, trainable: true });
}

/** @returns the name of the layer whose output is that of ours. */
export function appendAttention(layer: Attention, place: KerasPlace): string {
  const { name, heads, keyUnits } = layer;
  const { graph, tensor } = place;
  const attended = Array.from({ length: heads }, (_, head) => appendHead(layer, place, head));
  const concatenate = { className: "Concatenate", config: { axis: -1 } };
  const joined = heads === 1 ? attended : [graph.append(concatenate, `${name}.joined`, attended)];
  const [kernel, bias] = [tensor("attention_output/kernel"), tensor("attention_output/bias")];
  const [features = 1] = bias.shape;
  return graph.append(dense(features), name, joined, [{ ...kernel, shape: [heads * keyUnits, features] }, bias]);
}

/** @returns the name of the layer with what a head attends to, [length, keyUnits]. */
function appendHead(
  { name, keyUnits, causal }: Attention,
  { graph, shaped, input, tensor }: KerasPlace,
  head: number,
): string {
  const own = `${name}.head${head + 1}`;
  const project = (part: "query" | "key" | "value", scale = 1) => {
    const weights = ["kernel", "bias"].map((weight) => ofHead(tensor(`${part}/${weight}`), head, scale));
    return graph.append(dense(keyUnits), `${own}.${part}`, [input], weights);
  };
  const read = [project("query", 1 / Math.sqrt(keyUnits)), project("key")];
  const scores = graph.append(product([2, 2]), `${own}.scores`, read); // [length, length]
  const masked = causal ? appendMask(graph, scores, `${own}.mask`, shaped.inputShape[0] ?? 1) : scores;
  const seen = graph.append(activationLayer("softmax"), `${own}.seen`, [masked]);
  return graph.append(product([2, 1]), `${own}.attended`, [seen, project("value")]);
}

function appendMask(graph: KerasGraph, scores: string, name: string, length: number): string {
  return appendSum(graph, scores, { name, shape: [length, length], values: futureMask(length), trainable: false });
}

/** A head's share of a kernel [features, heads, keyUnits] or a bias [heads, keyUnits], times `scale`. */
function ofHead({ name, shape, values }: ParameterTensor, head: number, scale: number): ParameterTensor {
  const [heads = 1, keyUnits = 1] = shape.slice(-2);
  const own = Float32Array.from({ length: values.length / heads }, (_, place) => {
    const row = Math.floor(place / keyUnits);
    return scale * (values[(row * heads + head) * keyUnits + (place % keyUnits)] as number);
  });
  return { name, shape: [...shape.slice(0, -2), keyUnits], values: own };
}

/**
 * Appends the sum of a layer's output and constant values of the same shape. Keras has no layer for it: it is a depthwise
 * convolution of an image of one pixel, whose kernel is 1 and whose bias they are.
 */
function appendSum(
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
