// What one training step of a network costs, counted from its architecture. The counting conventions are those under which
// the reference coefficients of the roofline model were fitted, so that forecasts and coefficients speak of the same numbers.

import { isSequenceLayer } from "../models/architecture/sequence-shapes.ts";
import { type Architecture, type ShapedLayer, shapeLayers } from "../models/architecture.ts";
import { elementCount } from "../models/parameter-set.ts";
import { operatorOutputs } from "./keras/counted-layer.ts";
import { layerCosts } from "./layer-costs.ts";
import { sequenceLayerCosts } from "./sequence-layer-costs.ts";
import { sumLayerCosts } from "./sum-layer-costs.ts";
import type { ModelCost } from "./workload.ts";

/**
 * Counts a network, per example and forward pass, under the conventions of `layerCosts`.
 *
 * @throws {ProbSelectError} models.invalid-architecture; workloads.unsupported-layer if no layer has weights to train by
 * multiply-adds, since utilisation then has no meaning.
 * @example modelCost(lenet5).denseMultiplyAdds // 416_520
 */
export function modelCost(architecture: Architecture): ModelCost {
  const shaped = shapeLayers(architecture);
  const layers = shaped.flatMap((entry, index) => layerCosts(entry, index === shaped.length - 1));
  const inputElements = elementCount(architecture.inputShape);
  const stored = shaped.reduce((total, entry) => total + storedElements(entry), inputElements);
  return sumLayerCosts(architecture.name, layers, { inputElements, storedElements: stored });
}

/** Elements per example that the backward pass needs again: each operator's output, and dropout's mask. Views keep none. */
function storedElements(shaped: ShapedLayer): number {
  const { layer, inputShape, outputShape } = shaped;
  const output = elementCount(outputShape);
  if (isSequenceLayer(layer)) return operatorOutputs(sequenceLayerCosts(layer, shaped));
  switch (layer.kind) {
    case "flatten":
    case "reshape":
    case "slice":
      return 0;
    case "dense":
    case "conv2d":
    case "depthwiseConv2d":
      return output * (layer.activation === "linear" ? 1 : 2);
    case "separableConv2d": {
      const depthwise = elementCount([...outputShape.slice(0, 2), ...inputShape.slice(2)]);
      return depthwise + output * (layer.activation === "linear" ? 1 : 2);
    }
    default:
      return output;
  }
}
