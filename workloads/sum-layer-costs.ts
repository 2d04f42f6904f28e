// The cost of a network as the sum of its layers' costs: what a latency model needs, whoever counted the layers.

import { ProbSelectError } from "../foundation/errors.ts";
import type { LayerCost, ModelCost } from "./workload.ts";

const BYTES_PER_FP32 = 4;

/**
 * Conventions: every operator reads its inputs and writes its output once; a layer's activation is an operator of its own that
 * reads and writes the layer's output.
 *
 * @param elements.inputElements of one example; elements.storedElements what training holds of it for the backward pass, the
 * input included.
 * @throws {ProbSelectError} workloads.unsupported-layer if no layer has weights to train by multiply-adds, since utilisation
 * then has no meaning.
 */
export function sumLayerCosts(
  modelName: string,
  layers: readonly LayerCost[],
  { inputElements, storedElements }: { readonly inputElements: number; readonly storedElements: number },
): ModelCost {
  const heavy = layers.filter(({ kind }) => kind !== "elementwise");
  const light = layers.filter(({ kind }) => kind === "elementwise");
  if (heavy.length === 0) {
    throw new ProbSelectError(
      "workloads.unsupported-layer",
      `Model "${modelName}" has no dense or convolution layer, so there is nothing to train. Add one.`,
    );
  }
  const multiplyAdds = (wanted: LayerCost["kind"]) =>
    sum(layers.map((layer) => (layer.kind === wanted ? runs(layer) * layer.forwardMultiplyAdds : 0)));
  const activationOperators = sum(heavy.map((layer) => runs(layer) * (layer.operatorCount - 1)));
  return {
    modelName,
    layers,
    parameterCount: sum(layers.map(({ parameterCount }) => parameterCount)),
    denseMultiplyAdds: multiplyAdds("dense"),
    groupedMultiplyAdds: multiplyAdds("grouped"),
    depthwiseMultiplyAdds: multiplyAdds("depthwise"),
    heavyElements: sum(heavy.map((layer) => runs(layer) * (layer.inputElements + layer.outputElements))),
    elementwiseElements:
      sum(light.map((layer) => runs(layer) * layer.operatorCount * (layer.inputElements + layer.outputElements))) +
      sum(heavy.map((layer) => runs(layer) * (layer.operatorCount - 1) * 2 * layer.outputElements)),
    heavyParameterCount: sum(heavy.map((layer) => runs(layer) * (layer.readParameterCount ?? layer.parameterCount))),
    heavyOperatorCount: sum(heavy.map(runs)),
    otherOperatorCount: sum(light.map((layer) => runs(layer) * layer.operatorCount)) + activationOperators,
    inputElements,
    activationBytesPerExample: BYTES_PER_FP32 * storedElements,
  };
}

function runs({ runsPerExample = 1 }: LayerCost): number {
  return runsPerExample;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
