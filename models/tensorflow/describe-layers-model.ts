// From a TensorFlow.js LayersModel to plain data. Shapes are inferred anew from the model's inputs, so that a size that the
// model leaves open (a sequence's length) can be given here.

import type { LayersModel, layers, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { LayerCall, LayersModelDescription, Shape } from "../layers-model-description.ts";
import { type BatchShape, outputShapesOf } from "./layer-output-shapes.ts";
import { resolveInputShapes } from "./model-input-shapes.ts";

type Layer = layers.Layer;
type Recurrent = Layer & { readonly cell: Layer & { readonly cells?: readonly Layer[] } };
type TimeDistributed = Layer & { readonly layer: Layer };
type Bidirectional = Layer & { readonly forwardLayer: Layer; readonly backwardLayer: Layer };

export interface DescribeOptions {
  /**
   * The shape of one example, without the batch dimension, for a model that leaves sizes open; one shape per input, where
   * there are several inputs.
   */
  readonly inputShape?: Shape | readonly Shape[] | undefined;
}

/** What a call inherits from what it lies in. */
interface Surroundings {
  readonly trainable: boolean;
  readonly isModelOutput: boolean;
  /** Ids of the layers that were called before. */
  readonly called: Set<number>;
}

const recurrentClasses = ["RNN", "SimpleRNN", "GRU", "LSTM", "ConvLSTM2D"];

/**
 * Describes every call of a layer. The model may come from any copy of TensorFlow.js 4 and needs neither weights that are
 * trained nor a compilation.
 *
 * @param options.inputShape e.g. [100] for a sequence of 100 tokens.
 * @throws {ProbSelectError} models.invalid-architecture if sizes stay unknown, or the given ones do not fit the model.
 * @example describeLayersModel(tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] })).parameterCount // 8
 */
export function describeLayersModel(model: LayersModel, options: DescribeOptions = {}): LayersModelDescription {
  if (!model.built) model.build([]);
  const inputShapes = resolveInputShapes(model, options.inputShape);
  const surroundings = { trainable: true, isModelOutput: true, called: new Set<number>() };
  const { calls } = describeNodes(model, inputShapes, surroundings);
  return {
    modelName: model.name,
    inputShapes: inputShapes.map((shape) => knownShape(model, shape)),
    calls,
    parameterCount: calls.reduce((total, call) => total + newParameterCount(call), 0),
  };
}

/** A shared layer's weights count once, wherever its calls lie. */
function newParameterCount({ inner, isFirstCall, parameterCount }: LayerCall): number {
  if (inner.length > 0) return inner.reduce((total, call) => total + newParameterCount(call), 0);
  return isFirstCall ? parameterCount : 0;
}

/** The calls of a model on inputs of the given shapes, from its inputs on, and the shapes of its outputs. */
function describeNodes(
  model: LayersModel,
  inputShapes: readonly BatchShape[],
  surroundings: Surroundings,
): { readonly calls: readonly LayerCall[]; readonly outputShapes: readonly BatchShape[] } {
  if (!model.built) model.build([]);
  const shapes = new Map(model.inputs.map(({ id }, index) => [id, inputShapes[index] as BatchShape]));
  const shapeOf = ({ id, shape }: SymbolicTensor) => shapes.get(id) ?? shape;
  const outputIds = new Set(model.outputs.map(({ id }) => id));
  const depths = Object.keys(model.nodesByDepth).sort((a, b) => Number(b) - Number(a));
  const calls: LayerCall[] = [];
  for (const node of depths.flatMap((depth) => model.nodesByDepth[depth] ?? [])) {
    if (node.outputTensors.every(({ id }) => shapes.has(id))) continue; // an input
    const isModelOutput = surroundings.isModelOutput && node.outputTensors.some(({ id }) => outputIds.has(id));
    const described = describeCall(node.outboundLayer, node.inputTensors.map(shapeOf), {
      ...surroundings,
      isModelOutput,
    });
    calls.push(described.call);
    node.outputTensors.forEach(({ id }, index) => {
      shapes.set(id, described.outputShapes[index] as BatchShape);
    });
  }
  return { calls, outputShapes: model.outputs.map(shapeOf) };
}

function describeCall(
  layer: Layer,
  inputShapes: readonly BatchShape[],
  surroundings: Surroundings,
): { readonly call: LayerCall; readonly outputShapes: readonly BatchShape[] } {
  const isFirstCall = !surroundings.called.has(layer.id);
  const within = { ...surroundings, trainable: surroundings.trainable && layer.trainable };
  const nested = isModel(layer) ? describeNodes(layer, inputShapes, within) : undefined;
  const outputShapes = nested?.outputShapes ?? outputShapesOf(layer, inputShapes);
  const call = {
    className: layer.getClassName(),
    name: layer.name,
    config: nested ? {} : plainConfig(layer),
    inputShapes: inputShapes.map((shape) => knownShape(layer, shape)),
    outputShapes: outputShapes.map((shape) => knownShape(layer, shape)),
    parameterCount: weightCount(layer.weights),
    trainableParameterCount: within.trainable ? weightCount(layer.trainableWeights) : 0,
    isFirstCall,
    isModelOutput: surroundings.isModelOutput,
    inner: nested?.calls ?? innerCalls(layer, inputShapes, outputShapes, within),
  };
  surroundings.called.add(layer.id);
  return { call, outputShapes };
}

function innerCalls(
  layer: Layer,
  inputShapes: readonly BatchShape[],
  outputShapes: readonly BatchShape[],
  within: Surroundings,
): readonly LayerCall[] {
  const sequence = inputShapes[0] as BatchShape; // [batch, steps, ...]
  const step = [sequence[0] ?? null, ...sequence.slice(2)];
  if (isTimeDistributed(layer)) return [describeCall(layer.layer, [step], within).call];
  if (isBidirectional(layer)) {
    const directions = [layer.forwardLayer, layer.backwardLayer];
    return directions.map((direction) => describeCall(direction, [sequence], { ...within, isModelOutput: false }).call);
  }
  return isRecurrent(layer) ? cellCalls(layer, step, outputShapes[0] as BatchShape, within) : [];
}

/** The cells of a recurrent layer, each with the shapes of one time step. */
function cellCalls(
  layer: Recurrent,
  step: BatchShape,
  outputShape: BatchShape,
  within: Surroundings,
): readonly LayerCall[] {
  const { returnSequences } = layer.getConfig();
  const lastOutput = returnSequences === true ? [outputShape[0] ?? null, ...outputShape.slice(2)] : outputShape;
  const cells = layer.cell.cells ?? [layer.cell];
  let input = step;
  return cells.map((cell, index) => {
    const output = index === cells.length - 1 ? lastOutput : [step[0] ?? null, stateSize(cell)];
    const call = {
      className: cell.getClassName(),
      name: `${layer.name}/${cell.name}`,
      config: plainConfig(cell),
      inputShapes: [knownShape(layer, input)],
      outputShapes: [knownShape(layer, output)],
      parameterCount: weightCount(cell.weights),
      trainableParameterCount: within.trainable && cell.trainable ? weightCount(cell.trainableWeights) : 0,
      isFirstCall: !within.called.has(cell.id),
      isModelOutput: false,
      inner: [],
    };
    within.called.add(cell.id);
    input = output;
    return call;
  });
}

/** A cell's first state is its output. */
function stateSize(cell: Layer): number | null {
  const size: unknown = "stateSize" in cell ? cell.stateSize : null;
  const first: unknown = Array.isArray(size) ? size[0] : size;
  return typeof first === "number" ? first : null;
}

/** Recognised by what they have, since the model may come from another copy of TensorFlow.js. */
function isModel(layer: Layer): layer is LayersModel {
  return "nodesByDepth" in layer;
}

function isTimeDistributed(layer: Layer): layer is TimeDistributed {
  return layer.getClassName() === "TimeDistributed";
}

function isBidirectional(layer: Layer): layer is Bidirectional {
  return layer.getClassName() === "Bidirectional";
}

function isRecurrent(layer: Layer): layer is Recurrent {
  return recurrentClasses.includes(layer.getClassName());
}

/** The configuration with the keys of TensorFlow.js, as JSON has it. */
export function plainConfig(layer: Layer): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(layer.getConfig()));
}

function weightCount(weights: Layer["weights"]): number {
  return weights.reduce(
    (total, { shape }) => total + shape.reduce<number>((size, length) => size * (length ?? 1), 1),
    0,
  );
}

/** Without the batch dimension. @throws {ProbSelectError} models.invalid-architecture if a size is open. */
export function knownShape({ name }: Layer, shape: BatchShape): Shape {
  return shape.slice(1).map((length) => {
    if (length !== null && length >= 0) return length;
    throw new ProbSelectError(
      "models.invalid-architecture",
      `Layer "${name}" works on the shape [${shape.slice(1).map((size) => size ?? "unknown")}], so its work cannot be counted. ` +
        "Give the shape of one example: inputShape, e.g. describeLayersModel(model, { inputShape: [100] }).",
    );
  });
}
