// Layers over sequences of which tf.loadLayersModel has none, as graphs of Keras layers that compute the same: learnt positions, and
// attention (Vaswani et al. 2017, section 3.2) with dense layers and matrix products of its own for every head.

import type { LayerSpec, ShapedLayer } from "../architecture.ts";
import type { ParameterTensor } from "../parameter-set.ts";
import { appendCausalMask } from "./keras-causal-mask.ts";
import type { KerasGraph } from "./keras-graph.ts";
import { activationLayer, add, dense, product } from "./keras-layers.ts";
import { appendSum } from "./keras-sum.ts";

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
  const [length = 1, features = 1] = shaped.inputShape;
  const mask = () => appendCausalMask(graph, { input, length, features });
  const masked = causal ? graph.append(add, `${own}.masked`, [scores, mask()]) : scores;
  const seen = graph.append(activationLayer("softmax"), `${own}.seen`, [masked]);
  return graph.append(product([2, 1]), `${own}.attended`, [seen, project("value")]);
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
