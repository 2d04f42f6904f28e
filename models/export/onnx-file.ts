// A trained network as an ONNX file: input "input" as our networks read it ([batch, height, width, channels], [batch, features] or
// [batch, length] of token ids, all float32), output "probabilities" [batch, classes].

import { ProbSelectError } from "../../foundation/errors.ts";
import { type Architecture, shapeLayers } from "../architecture.ts";
import type { ParameterSet, ParameterTensor } from "../parameter-set.ts";
import { onnxActivation } from "./onnx/onnx-activations.ts";
import { channelAxis, channelsFirst, isImage, onnxGraph } from "./onnx/onnx-graph.ts";
import { onnxLayer } from "./onnx/onnx-layers.ts";
import { encodeOnnxModel } from "./onnx/onnx-model.ts";

/** The first with LayerNormalization; every runtime since 2022 knows it. */
const OPERATOR_SET = 17;
const INPUT = "input";
const OUTPUT = "probabilities";
/** Protocol Buffers hold no more in a message; a little is left for the graph. */
const MAXIMUM_PARAMETER_BYTES = 2 ** 31 - 2 ** 24;

export interface OnnxFacts {
  readonly producerVersion: string;
  /** Free texts by name, kept in the file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** @throws {ProbSelectError} models.not-exportable if the network is too large for one file. */
export function encodeOnnxFile(architecture: Architecture, parameters: ParameterSet, facts: OnnxFacts): Uint8Array {
  const { byteLength } = parameters.values;
  if (byteLength > MAXIMUM_PARAMETER_BYTES) {
    throw new ProbSelectError(
      "models.not-exportable",
      `The network "${architecture.name}" has ${byteLength} bytes of parameters, and one ONNX file holds 2 GiB. Export to safetensors.`,
    );
  }
  const graph = onnxGraph([INPUT, OUTPUT]);
  const tensors = new Map(parameters.tensors.map((tensor) => [tensor.name, tensor]));
  const { name, inputShape } = architecture;
  const first = isImage(inputShape) ? channelsFirst(graph, INPUT, INPUT) : INPUT;
  const shapedLayers = shapeLayers(architecture);
  const values: string[] = [];
  for (const shaped of shapedLayers) {
    const { layer, sources, outputShape } = shaped;
    const inputs = sources.map((source) => values[source] ?? first);
    const tensor = (weight: string) => tensors.get(`${layer.name}/${weight}`) as ParameterTensor;
    const value = onnxLayer({ graph, shaped, inputs, tensor });
    const axis = channelAxis(outputShape);
    values.push(
      "activation" in layer ? onnxActivation(graph, layer.activation, { value, axis, name: layer.name }) : value,
    );
  }
  const outputShape = shapedLayers.at(-1)?.outputShape ?? [];
  const last = { operator: "Identity", inputs: [values.at(-1) ?? first], output: OUTPUT, attributes: {} };
  return encodeOnnxModel({
    ...{ ...facts, name, operatorSet: OPERATOR_SET },
    ...{ nodes: [...graph.nodes, last], constants: graph.constants },
    inputs: [{ name: INPUT, shape: ["batch", ...inputShape] }],
    outputs: [{ name: OUTPUT, shape: ["batch", ...outputShape] }],
  });
}
