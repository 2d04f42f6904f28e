// A trained network as the two files of a TensorFlow.js LayersModel: model.json and weights.bin. `tf.loadLayersModel` reads them, and so
// does `probselect server --model`.

import { NETWORK_INPUT } from "../architecture/connect-layers.ts";
import { type Architecture, type ShapedLayer, shapeLayers } from "../architecture.ts";
import { sharedActivation } from "../keras/shared-activations.ts";
import type { ParameterSet, ParameterTensor } from "../parameter-set.ts";
import { appendAttention, appendPositions } from "./keras-attention.ts";
import { type KerasGraph, type KerasLayer, kerasGraph } from "./keras-graph.ts";
import { activationLayer, hardSigmoid, kerasChain, leakyRelu, multiply, reshape } from "./keras-layers.ts";

export interface LayersModelFiles {
  /** The content of model.json. */
  readonly modelJson: string;
  /** The pieces of weights.bin, in order. */
  readonly weights: readonly Uint8Array[];
}

/**
 * @param generatedBy the program, for the file's field of that name.
 * @throws {ProbSelectError} models.not-exportable for a convolution in groups: the message says which and what to do.
 */
export function layersModelFiles(
  architecture: Architecture,
  parameters: ParameterSet,
  generatedBy: string,
): LayersModelFiles {
  const { graph, input } = kerasGraph(architecture.inputShape);
  const tensors = new Map(parameters.tensors.map((tensor) => [tensor.name, tensor]));
  const shaped = shapeLayers(architecture);
  const outputs: string[] = [];
  for (const layer of shaped) {
    const inputs = layer.sources.map((source) => outputs[source] ?? input);
    outputs.push(appendLayer(graph, layer, inputs, (name) => tensors.get(name) as ParameterTensor));
  }
  const manifest = [
    {
      paths: ["weights.bin"],
      weights: graph.weights.map(({ name, shape }) => ({ name, shape, dtype: "float32" })),
    },
  ];
  const modelTopology = graph.topology(architecture.name, outputs.at(-1) ?? input);
  return {
    modelJson: JSON.stringify({
      ...{ format: "layers-model", generatedBy, convertedBy: null },
      ...{ modelTopology, weightsManifest: manifest },
    }),
    weights: graph.weights.map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  };
}

/** @param tensorOf the network's tensor of a name. @returns the name of the layer whose output is that of ours. */
function appendLayer(
  graph: KerasGraph,
  shaped: ShapedLayer,
  inputs: readonly string[],
  tensorOf: (name: string) => ParameterTensor,
): string {
  const { layer } = shaped;
  let value = inputs[0] ?? NETWORK_INPUT;
  const place = { graph, shaped, input: value, tensor: (weight: string) => tensorOf(`${layer.name}/${weight}`) };
  if (layer.kind === "positionEmbedding") return appendPositions(place);
  if (layer.kind === "multiHeadAttention") return appendAttention(layer, place);
  const [first, ...rest] = kerasChain(layer, shaped);
  if (first) {
    const weights = shaped.tensors.map(({ name }) => tensorOf(name));
    const read = layer.kind === "multiply" ? alignedGates(graph, shaped, inputs) : inputs;
    value = appendChain(graph, rest, layer.name, graph.append(first, layer.name, read, weights));
  }
  if (!("activation" in layer)) return value;
  if (first && sharedActivation(layer.activation)) return value; // within the layer
  return appendActivation(graph, layer, value);
}

function appendChain(graph: KerasGraph, chain: readonly KerasLayer[], name: string, input: string): string {
  return chain.reduce((value, layer, index) => graph.append(layer, `${name}.${index + 2}`, [value]), input);
}

function appendActivation(
  graph: KerasGraph,
  { name, kind, activation }: Extract<ShapedLayer["layer"], { activation: unknown }>,
  input: string,
): string {
  const known = sharedActivation(activation);
  const own = kind === "activation" ? name : `${name}.${activation}`;
  if (known) return graph.append(activationLayer(known), own, [input]);
  if (activation === "leakyRelu") return graph.append(leakyRelu, own, [input]);
  const gate = appendChain(graph, hardSigmoid, `${own}.gate`, input);
  return activation === "hardSwish" ? graph.append(multiply, own, [input, gate]) : gate;
}

/** Gates of [channels] become [1, 1, channels], as Keras broadcasts them. */
function alignedGates(
  graph: KerasGraph,
  { layer, inputShapes }: ShapedLayer,
  inputs: readonly string[],
): readonly string[] {
  const rank = Math.max(...inputShapes.map((shape) => shape.length));
  return inputs.map((input, index) => {
    const shape = inputShapes[index] ?? [];
    if (shape.length === rank) return input;
    const ones = Array.from({ length: rank - shape.length }, () => 1);
    return graph.append(reshape([...ones, ...shape]), `${layer.name}.gate${index + 1}`, [input]);
  });
}
