// What one training step of a Keras-style network costs, counted from its description by the same conventions as
// workloads/model-cost.ts, so that the roofline's coefficients hold for it.

import type { LayersModelDescription } from "../../models/layers-model-description.ts";
import { elementCount } from "../../models/parameter-set.ts";
import { sumLayerCosts } from "../sum-layer-costs.ts";
import type { ModelCost } from "../workload.ts";
import { countLayer } from "./count-layer.ts";
import { joinLayers } from "./counted-layer.ts";

/** A network's cost, and what was assumed on the way. */
export interface LayersModelCost extends ModelCost {
  /** One sentence each; empty if every layer's work is known. */
  readonly notes: readonly string[];
}

/**
 * Counts a network, per example and forward pass.
 *
 * Conventions: a convolution or a matrix product is one operator (its bias is fused) and its activation another, unless that
 * is linear or a softmax on the model's output, which belongs to the loss; normalisations, poolings, activations and merges
 * are one each; flatten, reshape and dropout are none; a recurrent layer runs its cell's operators once per time step.
 * Every operator reads its inputs and its weights and writes its output once. Training keeps the inputs and every operator's
 * output. A recurrent layer's cutting of the sequence into steps and gathering of the outputs is not counted.
 *
 * @throws {ProbSelectError} workloads.unsupported-layer if a layer with weights is of an unknown class, or if none trains
 * by multiply-adds.
 * @example layersModelCost(describeLayersModel(model)).denseMultiplyAdds // a Dense of 3 to 2: 6
 */
export function layersModelCost(description: LayersModelDescription): LayersModelCost {
  const { modelName, inputShapes, calls } = description;
  const { costs, storedElements, notes } = joinLayers(calls.map(countLayer));
  const inputElements = inputShapes.reduce((total, shape) => total + elementCount(shape), 0);
  const cost = sumLayerCosts(modelName, costs, { inputElements, storedElements: inputElements + storedElements });
  return { ...cost, notes: [...new Set(notes)] };
}
