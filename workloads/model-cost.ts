// What one training step of a network costs, counted from its architecture. The counting conventions are those under which
// the reference coefficients of the roofline model were fitted, so that forecasts and coefficients speak of the same numbers.

import { type Architecture, type LayerSpec, type ShapedLayer, shapeLayers } from "../models/architecture.ts";
import { elementCount } from "../models/parameter-set.ts";
import { sumLayerCosts } from "./sum-layer-costs.ts";
import type { LayerCost, ModelCost } from "./workload.ts";

const BYTES_PER_FP32 = 4;

/**
 * Counts a network, per example and forward pass.
 *
 * Conventions: a convolution or dense layer is one operator (its bias is fused) and its activation another; pooling and
 * batch normalisation are one each; flatten is a view and dropout was not counted in the fit, so both are none. A softmax
 * on the last layer belongs to the loss and is not counted either. Every operator reads its input and writes its output
 * once.
 *
 * @throws {ProbSelectError} models.invalid-architecture; workloads.unsupported-layer if no layer has weights to train by
 * multiply-adds, since utilisation then has no meaning.
 * @example modelCost(lenet5).denseMultiplyAdds // 416_520
 */
export function modelCost(architecture: Architecture): ModelCost {
  const shaped = shapeLayers(architecture);
  const layers = shaped.map((entry, index) => layerCost(entry, index === shaped.length - 1));
  const stored = elementCount(architecture.inputShape) + sum(shaped.map(storedElements));
  return sumLayerCosts(architecture.name, layers, BYTES_PER_FP32 * stored);
}

function layerCost({ layer, inputShape, outputShape, tensors }: ShapedLayer, isLast: boolean): LayerCost {
  const inputElements = elementCount(inputShape);
  const outputElements = elementCount(outputShape);
  const cost = (kind: LayerCost["kind"], forwardMultiplyAdds: number, operatorCount: number): LayerCost => ({
    layerName: layer.name,
    kind,
    forwardMultiplyAdds,
    parameterCount: trainableCount(layer, tensors),
    inputElements,
    outputElements,
    operatorCount,
  });
  switch (layer.kind) {
    case "dense":
      return cost("dense", inputElements * outputElements, 1 + activationCount(layer, isLast));
    case "conv2d": {
      const [height, width] = layer.kernelSize;
      const channels = inputShape.at(-1) as number;
      return cost("dense", height * width * channels * outputElements, 1 + activationCount(layer, isLast));
    }
    case "depthwiseConv2d": {
      const [height, width] = layer.kernelSize;
      return cost("depthwise", height * width * outputElements, 1 + activationCount(layer, isLast));
    }
    case "maxPool2d":
    case "averagePool2d":
    case "globalAveragePool2d":
    case "batchNormalization":
      return cost("elementwise", 0, 1);
    case "flatten":
    case "dropout":
      return cost("elementwise", 0, 0);
  }
}

function activationCount({ activation }: Extract<LayerSpec, { activation: string }>, isLast: boolean): 0 | 1 {
  return activation === "linear" || (isLast && activation === "softmax") ? 0 : 1;
}

/** Batch normalisation trains gamma and beta; its moving statistics travel with the model but have no gradient. */
function trainableCount(layer: LayerSpec, tensors: ShapedLayer["tensors"]): number {
  const trained = layer.kind === "batchNormalization" ? tensors.slice(0, 2) : tensors;
  return sum(trained.map(({ shape }) => elementCount(shape)));
}

/** Elements per example that the backward pass needs again: each operator's output, and dropout's mask. */
function storedElements({ layer, outputShape }: ShapedLayer): number {
  if (layer.kind === "flatten") return 0;
  const hasActivation = "activation" in layer && layer.activation !== "linear";
  return elementCount(outputShape) * (hasActivation ? 2 : 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
