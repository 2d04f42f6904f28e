// The cost of one layer of a network: which operators a framework runs for it, their multiply-adds, weights and elements.

import { isSequenceLayer } from "../models/architecture/sequence-shapes.ts";
import { isMovingStatistic, type LayerSpec, type ShapedLayer } from "../models/architecture.ts";
import { elementCount } from "../models/parameter-set.ts";
import { sequenceLayerCosts } from "./sequence-layer-costs.ts";
import type { LayerCost } from "./workload.ts";

/**
 * One layer's cost, per example and forward pass; several for a separable convolution, an LSTM and an attention, none of whose parts
 * is the whole.
 *
 * Conventions: a convolution or dense layer is one operator (its bias is fused) and its activation another. Normalisation,
 * activation, rescaling, pooling, sum, product, concatenation, channel shuffle and zero padding are one operator each.
 * Flatten, reshape and slice are views and dropout was not counted in the fit, so these are none. A softmax on the last
 * layer belongs to the loss and is not counted either. Every operator reads all its inputs and writes its output once.
 *
 * @param isLast whether the layer gives the network's output.
 */
export function layerCosts(shaped: ShapedLayer, isLast: boolean): readonly LayerCost[] {
  const { layer, inputShapes, inputShape, outputShape } = shaped;
  const channels = inputShape.at(-1) ?? 0;
  const outputElements = elementCount(outputShape);
  const cost = (kind: LayerCost["kind"], forwardMultiplyAdds: number, operatorCount: number): LayerCost => ({
    layerName: layer.name,
    kind,
    forwardMultiplyAdds,
    parameterCount: trainableCount(shaped),
    inputElements: inputShapes.reduce((sum, shape) => sum + elementCount(shape), 0),
    outputElements,
    operatorCount,
  });
  if (isSequenceLayer(layer)) return sequenceLayerCosts(layer, shaped);
  switch (layer.kind) {
    case "dense": {
      const dense = cost("dense", channels * outputElements, 1 + activationCount(layer, isLast));
      return [outputShape.length > 1 ? { ...dense, isMatrixProduct: true } : dense];
    }
    case "conv2d": {
      const multiplyAdds = elementCount(layer.kernelSize) * (channels / layer.groups) * outputElements;
      return [cost(convolutionKind(layer.groups, channels), multiplyAdds, 1 + activationCount(layer, isLast))];
    }
    case "depthwiseConv2d":
      return [cost("depthwise", elementCount(layer.kernelSize) * outputElements, 1 + activationCount(layer, isLast))];
    case "separableConv2d": {
      const between = elementCount([...outputShape.slice(0, 2), channels]);
      const depthwiseWeights = elementCount(layer.kernelSize) * channels;
      const depthwise = cost("depthwise", elementCount(layer.kernelSize) * between, 1);
      const pointwise = cost("dense", channels * outputElements, 1 + activationCount(layer, isLast));
      return [
        {
          ...depthwise,
          layerName: `${layer.name}/depthwise`,
          parameterCount: depthwiseWeights,
          outputElements: between,
        },
        {
          ...pointwise,
          layerName: `${layer.name}/pointwise`,
          parameterCount: pointwise.parameterCount - depthwiseWeights,
          inputElements: between,
        },
      ];
    }
    case "activation":
      return [cost("elementwise", 0, activationCount(layer, isLast))];
    case "maxPool2d":
    case "averagePool2d":
    case "globalAveragePool2d":
    case "globalMaxPool2d":
    case "batchNormalization":
    case "layerNormalization":
    case "rescaling":
    case "add":
    case "multiply":
    case "concatenate":
    case "channelShuffle":
    case "zeroPadding2d":
      return [cost("elementwise", 0, 1)];
    case "flatten":
    case "reshape":
    case "slice":
    case "dropout":
      return [cost("elementwise", 0, 0)];
  }
}

function activationCount({ activation }: Extract<LayerSpec, { activation: string }>, isLast: boolean): 0 | 1 {
  return activation === "linear" || (isLast && activation === "softmax") ? 0 : 1;
}

function convolutionKind(groups: number, channels: number): LayerCost["kind"] {
  if (groups === 1) return "dense";
  return groups === channels ? "depthwise" : "grouped";
}

function trainableCount({ tensors }: ShapedLayer): number {
  const trained = tensors.filter(({ name }) => !isMovingStatistic(name));
  return trained.reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
