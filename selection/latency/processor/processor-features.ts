// What a training step costs on a processor, in units that a calibration can price: the additive step model of the roofline is too
// coarse there, because convolutions, dense layers, copied windows and JavaScript loops run at very different rates. The counts
// follow what TensorFlow.js runs for each layer (models/tensorflow/forward.ts and wasm-kernels/).

import type { LayerCost, ModelCost } from "../../../workloads/workload.ts";

/** Filters that a 128-bit SIMD matrix kernel computes at once (two registers of four lanes): fewer cost as many. */
const FILTER_TILE = 8;
/** Operators besides a heavy layer's passes: its bias and the bias' gradient. */
const BIAS_OPERATORS = 2;
/** Operators of a batch normalisation in one step, forward and backward, in order of magnitude. */
const NORMALISATION_OPERATORS = 8;

/** The features by name, in the order in which they are fitted. */
export const processorFeatureNames = [
  "dense",
  "convolution",
  "strided",
  "window",
  "output",
  "activation",
  "pooling",
  "pooled",
  "normalisation",
  "depthwise",
  "parameter",
  "operator",
  "step",
] as const;
export type ProcessorFeatureName = (typeof processorFeatureNames)[number];

/** Seconds that one unit of each feature takes. */
export type ProcessorCoefficients = Readonly<Record<ProcessorFeatureName, number>>;

/** What one step costs: per example, but for parameters and operators, which are per step. */
export interface ProcessorTotals {
  /** Multiply-adds of dense layers over the step's passes. */
  readonly denseMultiplyAdds: number;
  /** Multiply-adds of convolutions over the passes, with filters rounded up to whole tiles. */
  readonly convolutionMultiplyAdds: number;
  /** Multiply-adds of the input gradients of convolutions with a stride, which a scalar kernel computes. */
  readonly stridedMultiplyAdds: number;
  /** Elements of the window matrices (im2col) that the filters' gradients are computed from. */
  readonly windowElements: number;
  /** Outputs of convolutions, which the bias and its gradient go over, and those that an activation goes over. */
  readonly outputElements: number;
  readonly activationElements: number;
  /** Inputs and outputs of poolings: each input is looked at, each output is a window of its own. */
  readonly poolingElements: number;
  readonly pooledElements: number;
  readonly normalisationElements: number;
  readonly depthwiseMultiplyAdds: number;
  readonly parameterCount: number;
  readonly operatorCount: number;
}

/**
 * The totals of a network from its layers; null if its cost was given without them.
 *
 * The first layer that trains needs no gradient with respect to its input. That of a later convolution slides over every input
 * pixel, so that it costs as many windows as the input has pixels. What a layer cost does not state follows from what it does: a
 * layer of m multiply-adds that reads p parameters has k = m / outputs weights a filter and p / (k + 1) filters, or p / k without
 * a bias. A recurrent layer costs all of it, but its parameters, once a time step.
 *
 * @example processorTotals(modelCost(lenet5))?.windowElements // 25 * 784 + 150 * 100 = 34_600
 */
export function processorTotals({ layers }: Pick<ModelCost, "layers">): ProcessorTotals | null {
  if (layers.length === 0) return null;
  const totals = { ...noTotals };
  let channels = 0;
  let isFirst = true;
  for (const layer of layers) {
    const ofRun = { ...noTotals };
    if (layer.kind === "depthwise") {
      channels = addDepthwise(ofRun, layer, isFirst);
    } else if (layer.kind === "elementwise") {
      addElementwise(ofRun, layer);
    } else {
      channels = addMatrixLayer(ofRun, layer, isFirst, channels);
    }
    for (const name of totalNames) totals[name] += (layer.runsPerExample ?? 1) * ofRun[name];
    totals.parameterCount += layer.parameterCount;
    if (layer.parameterCount > 0) isFirst = false;
  }
  return totals;
}

/** The features of a step of a whole batch, in the order of `processorFeatureNames`. */
export function processorFeatures(totals: ProcessorTotals, batchSize: number): readonly number[] {
  const perExample = [
    totals.denseMultiplyAdds,
    totals.convolutionMultiplyAdds,
    totals.stridedMultiplyAdds,
    totals.windowElements,
    totals.outputElements,
    totals.activationElements,
    totals.poolingElements,
    totals.pooledElements,
    totals.normalisationElements,
    totals.depthwiseMultiplyAdds,
  ];
  return [...perExample.map((count) => count * batchSize), totals.parameterCount, totals.operatorCount, 1];
}

const noTotals: ProcessorTotals = {
  denseMultiplyAdds: 0,
  convolutionMultiplyAdds: 0,
  stridedMultiplyAdds: 0,
  windowElements: 0,
  outputElements: 0,
  activationElements: 0,
  poolingElements: 0,
  pooledElements: 0,
  normalisationElements: 0,
  depthwiseMultiplyAdds: 0,
  parameterCount: 0,
  operatorCount: 0,
};

const totalNames = Object.keys(noTotals) as readonly (keyof ProcessorTotals)[];

type Totals = { -readonly [Name in keyof ProcessorTotals]: number };

/** A dense layer or a convolution. @returns its filters, the next layer's input channels. */
function addMatrixLayer(totals: Totals, layer: LayerCost, isFirst: boolean, channels: number): number {
  const { forwardMultiplyAdds, outputElements, inputElements, operatorCount } = layer;
  const weightsPerFilter = forwardMultiplyAdds / outputElements;
  const filters = filterCount(layer);
  const passes = isFirst ? 2 : 3;
  totals.operatorCount += passes + BIAS_OPERATORS + (operatorCount - 1);
  if (layer.isMatrixProduct || filters >= outputElements) {
    totals.denseMultiplyAdds += passes * forwardMultiplyAdds;
    return filters;
  }
  const tiles = tiled(filters) / filters;
  totals.convolutionMultiplyAdds += 2 * forwardMultiplyAdds * tiles;
  totals.windowElements += forwardMultiplyAdds / filters;
  totals.outputElements += outputElements;
  totals.activationElements += (operatorCount - 1) * outputElements;
  if (isFirst) return filters;
  const taps = weightsPerFilter / channels;
  const inputPixels = inputElements / channels;
  if (channels === 0) {
    // A grouped convolution's channels, say, are not known: its gradient is taken to cost what the forward pass costs.
    totals.convolutionMultiplyAdds += forwardMultiplyAdds * tiles;
  } else if (hasStride(inputPixels, outputElements / filters, taps)) {
    totals.stridedMultiplyAdds += forwardMultiplyAdds;
  } else {
    totals.convolutionMultiplyAdds += taps * filters * inputPixels * tiled(channels);
  }
  return filters;
}

/** Without a stride a window's side less one is all that the output's side may lack of the input's; sides as of squares. */
function hasStride(inputPixels: number, outputPixels: number, taps: number): boolean {
  return Math.sqrt(inputPixels) > Math.sqrt(outputPixels) + Math.sqrt(taps) - 1 + 1e-6;
}

function addDepthwise(totals: Totals, layer: LayerCost, isFirst: boolean): number {
  const passes = isFirst ? 2 : 3;
  totals.depthwiseMultiplyAdds += passes * layer.forwardMultiplyAdds;
  totals.outputElements += layer.outputElements;
  totals.activationElements += (layer.operatorCount - 1) * layer.outputElements;
  totals.operatorCount += passes + BIAS_OPERATORS + (layer.operatorCount - 1);
  return filterCount(layer);
}

/** A shared layer's later call reads parameters that are not its own. */
function filterCount(layer: LayerCost): number {
  const { forwardMultiplyAdds, outputElements, parameterCount, readParameterCount = parameterCount } = layer;
  const weightsPerFilter = forwardMultiplyAdds / outputElements;
  const withBias = readParameterCount / (weightsPerFilter + 1);
  return Math.max(1, Math.round(Number.isInteger(withBias) ? withBias : readParameterCount / weightsPerFilter));
}

/** A layer without operators (a view, dropout) costs nothing; one with parameters normalises; the others pool. */
function addElementwise(totals: Totals, layer: LayerCost): void {
  if (layer.operatorCount === 0) return;
  if (layer.parameterCount > 0) {
    totals.normalisationElements += layer.inputElements;
    totals.operatorCount += NORMALISATION_OPERATORS;
  } else {
    totals.poolingElements += layer.inputElements;
    totals.pooledElements += layer.outputElements;
    totals.operatorCount += 2 * layer.operatorCount;
  }
}

function tiled(filters: number): number {
  return Math.ceil(filters / FILTER_TILE) * FILTER_TILE;
}
