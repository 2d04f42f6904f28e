// From a TensorFlow.js LayersModel to a network that is trained here: the same graph in our kinds of layers, with the same weights.

import type { LayersModel, layers, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { counted } from "../../foundation/counted.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import { NETWORK_INPUT } from "../architecture/connect-layers.ts";
import { type Architecture, shapeLayers } from "../architecture.ts";
import { convertLayer } from "../keras/convert-layer.ts";
import { type KerasCall, refuseLayer } from "../keras/keras-settings.ts";
import { trainingNotes } from "../keras/training-notes.ts";
import { type NetworkBuilder, networkBuilder } from "../networks/network-builder.ts";
import { parameterLayout } from "../parameter-file.ts";
import { createParameterSet, type ParameterSet } from "../parameter-set.ts";
import { knownShape, plainConfig } from "./describe-layers-model.ts";
import { outputShapesOf } from "./layer-output-shapes.ts";

type Layer = layers.Layer;

export interface ConvertedModel {
  readonly architecture: Architecture;
  /** The model's weights under our names. */
  readonly parameters: ParameterSet;
  /** Sentences on what the model says of its training that has no place here. */
  readonly notes: readonly string[];
}

/** A network half way: what has been appended, and where each tensor of the model comes from. */
interface Conversion {
  readonly network: NetworkBuilder;
  /** Our layer's name by the tensor's id. */
  readonly sources: Map<number, string>;
  readonly names: Set<string>;
  /** Which layer's weights each of our layers with weights has. */
  readonly origins: Map<string, Layer>;
  readonly notes: string[];
}

/**
 * The same network as architecture data and parameters; in evaluation it computes what `model.predict` does. The model may come
 * from any copy of TensorFlow.js 4.
 *
 * @throws {ProbSelectError} models.invalid-architecture if a layer has no counterpart here: the message has its name, its class
 * and what to do; or if the model has several inputs or outputs.
 */
export function convertLayersModel(model: LayersModel): ConvertedModel {
  if (!model.built) model.build([]);
  requireOnePath(model);
  const conversion: Conversion = {
    network: networkBuilder(safeName(model.name), inputShapeOf(model)),
    sources: new Map([[(model.inputs[0] as SymbolicTensor).id, NETWORK_INPUT]]),
    names: new Set([NETWORK_INPUT]),
    origins: new Map(),
    notes: [],
  };
  convertNodes(model, conversion, "");
  const architecture = conversion.network.build();
  return { architecture, parameters: parametersOf(architecture, conversion.origins), notes: conversion.notes };
}

/** @param prefix of the names of a nested model's layers. */
function convertNodes(model: LayersModel, conversion: Conversion, prefix: string): void {
  const depths = Object.keys(model.nodesByDepth).sort((a, b) => Number(b) - Number(a));
  for (const node of depths.flatMap((depth) => model.nodesByDepth[depth] ?? [])) {
    const layer = node.outboundLayer;
    const [output, ...others] = node.outputTensors;
    if (!output || conversion.sources.has(output.id)) continue; // an input
    const call = callOf(layer, node.inputTensors);
    if (others.length > 0) refuseLayer(call, "has several outputs, which no layer has here.");
    if (!layer.trainable) refuseLayer(call, "is frozen, but all layers are trained here. Set its `trainable` to true.");
    const inputs = node.inputTensors.map((tensor) => sourceOf(call, tensor, conversion));
    const source = isModel(layer)
      ? convertNested(layer, inputs, conversion, `${prefix}${layer.name}/`)
      : convertOne(layer, call, inputs, conversion, prefix);
    conversion.sources.set(output.id, source);
  }
}

function convertOne(
  layer: Layer,
  call: KerasCall,
  inputs: readonly string[],
  conversion: Conversion,
  prefix: string,
): string {
  const { network, names, origins, notes } = conversion;
  const name = freeName(`${prefix}${layer.name}`, names);
  if (layer.weights.length > 0) {
    if ([...origins.values()].includes(layer)) {
      refuseLayer(
        call,
        "is used twice with the same weights, which layers cannot share here. Give each use a layer of its own.",
      );
    }
    origins.set(name, layer);
  }
  notes.push(...trainingNotes(call));
  const { inputs: _, ...draft } = convertLayer(call, name, inputs);
  return network.append(draft, ...inputs);
}

/** A model in the model: its layers take its place. @returns what its output is. */
function convertNested(model: LayersModel, inputs: readonly string[], conversion: Conversion, prefix: string): string {
  requireOnePath(model);
  conversion.sources.set((model.inputs[0] as SymbolicTensor).id, inputs[0] as string);
  convertNodes(model, conversion, prefix);
  return conversion.sources.get((model.outputs[0] as SymbolicTensor).id) as string;
}

function callOf(layer: Layer, inputs: readonly SymbolicTensor[]): KerasCall {
  const batchShapes = inputs.map(({ shape }) => shape);
  return {
    className: layer.getClassName(),
    name: layer.name,
    config: isModel(layer) ? {} : plainConfig(layer),
    inputShapes: batchShapes.map((shape) => knownShape(layer, shape)),
    outputShapes: isModel(layer) ? [] : outputShapesOf(layer, batchShapes).map((shape) => knownShape(layer, shape)),
  };
}

function sourceOf(call: KerasCall, { id }: SymbolicTensor, { sources }: Conversion): string {
  return sources.get(id) ?? refuseLayer(call, "reads a tensor that no layer of the model before it makes.");
}

function requireOnePath({ name, inputs, outputs }: LayersModel): void {
  if (inputs.length === 1 && outputs.length === 1) return;
  throw new ProbSelectError(
    "models.invalid-architecture",
    `The model "${name}" has ${counted(inputs.length, "input")} and ${counted(outputs.length, "output")}; a network that is trained here has one of each.`,
  );
}

/** @throws {ProbSelectError} models.invalid-architecture if the model leaves a size open, such as a text's length. */
function inputShapeOf({ name, inputs }: LayersModel): readonly number[] {
  const sizes = (inputs[0] as SymbolicTensor).shape.slice(1);
  return sizes.map((size) => {
    if (size !== null) return size;
    throw new ProbSelectError(
      "models.invalid-architecture",
      `The model "${name}" leaves sizes of its input open: [${sizes.map((one) => one ?? "unknown").join(", ")}]; a network that is ` +
        "trained here reads examples of one shape. Build it with the data's, e.g. tf.input({ shape: [80] }) for texts of 80 tokens.",
    );
  });
}

/** Keras lists a layer's weights in the order of our tensors. */
function parametersOf(architecture: Architecture, origins: ReadonlyMap<string, Layer>): ParameterSet {
  const set = createParameterSet(parameterLayout(architecture));
  const targets = new Map(set.tensors.map(({ name, values }) => [name, values]));
  for (const { layer, tensors } of shapeLayers(architecture)) {
    const weights = origins.get(layer.name)?.weights ?? [];
    for (const [index, { name }] of tensors.entries()) {
      const [values, target] = [weights[index]?.read().dataSync(), targets.get(name)];
      if (!values || weights.length !== tensors.length || values.length !== target?.length) {
        throw new Error(`the weights of ${layer.name} are not those of ${name}`);
      }
      target.set(values);
    }
  }
  return set;
}

/** Recognised by what they have, since the model may come from another copy of TensorFlow.js. */
function isModel(layer: Layer): layer is LayersModel {
  return "nodesByDepth" in layer;
}

/** A name as our layers may have one. @example safeName("my layer") // "my_layer" */
function safeName(name: string): string {
  return name.replaceAll(/[^\w./-]/g, "_").slice(-80) || "layer";
}

function freeName(wanted: string, taken: Set<string>): string {
  const base = safeName(wanted);
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
  taken.add(name);
  return name;
}
