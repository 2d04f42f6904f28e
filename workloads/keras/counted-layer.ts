// The vocabulary in which the files of this folder count a layer: heavy operators (multiply-adds), light operators (bytes
// only), and what training keeps of both.

import type { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { LayerCall } from "../../models/layers-model-description.ts";
import { elementCount } from "../../models/parameter-set.ts";
import type { LayerCost } from "../workload.ts";

/** What one call of a layer costs for one example. */
export interface CountedLayer {
  readonly costs: readonly LayerCost[];
  /** Elements that the backward pass needs again. */
  readonly storedElements: number;
  /** What was assumed where the layer's work is not known. */
  readonly notes: readonly string[];
}

/** @param storedElements by default every operator's output. */
export function countedLayer(costs: readonly LayerCost[], storedElements = operatorOutputs(costs)): CountedLayer {
  return { costs, storedElements, notes: [] };
}

/** Several calls as one, e.g. those of a nested model. */
export function joinLayers(layers: readonly CountedLayer[]): CountedLayer {
  return {
    costs: layers.flatMap(({ costs }) => costs),
    storedElements: layers.reduce((total, layer) => total + layer.storedElements, 0),
    notes: layers.flatMap(({ notes }) => notes),
  };
}

/** The same work, `times` times with the same weights, e.g. once per time step. */
export function repeatLayer({ costs, storedElements, notes }: CountedLayer, times: number): CountedLayer {
  return {
    costs: costs.map((cost) => ({ ...cost, runsPerExample: times * (cost.runsPerExample ?? 1) })),
    storedElements: times * storedElements,
    notes,
  };
}

/** Operators without multiply-adds; the sizes are those of one of them. */
export function lightCost(
  layerName: string,
  operatorCount: number,
  inputElements: number,
  outputElements: number,
  parameterCount = 0,
): LayerCost {
  return {
    layerName,
    kind: "elementwise",
    forwardMultiplyAdds: 0,
    parameterCount,
    inputElements,
    outputElements,
    operatorCount,
  };
}

/** One convolution or matrix product, and its activation if that is an operator. */
export function heavyCost(
  layerName: string,
  work: Pick<LayerCost, "forwardMultiplyAdds" | "parameterCount" | "inputElements" | "outputElements"> & {
    readonly kind?: "dense" | "grouped" | "depthwise";
    readonly activationCount?: 0 | 1;
  },
): LayerCost {
  const { kind = "dense", activationCount = 0, ...sizes } = work;
  return { layerName, kind, ...sizes, operatorCount: 1 + activationCount };
}

/** Elements of all inputs, and of all outputs. */
export function elementsOf({ inputShapes, outputShapes }: LayerCall): {
  readonly inputs: number;
  readonly outputs: number;
} {
  const total = (shapes: LayerCall["inputShapes"]) => shapes.reduce((sum, shape) => sum + elementCount(shape), 0);
  return { inputs: total(inputShapes), outputs: total(outputShapes) };
}

/**
 * The part of a layer's configuration that its cost depends on.
 *
 * @throws {ProbSelectError} workloads.unsupported-layer if it is not what Keras writes for such a layer.
 */
export function readConfig<Schema extends z.ZodType>(call: LayerCall, schema: Schema): z.infer<Schema> {
  const read = schema.safeParse(call.config);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  throw new ProbSelectError(
    "workloads.unsupported-layer",
    `The configuration of layer "${call.name}" (${call.className}) is not one of Keras: ${problems}. ` +
      "Give the layer's getConfig().",
  );
}

/** Elements that all operators write for one example. */
export function operatorOutputs(costs: readonly LayerCost[]): number {
  const outputs = costs.map(
    ({ runsPerExample = 1, operatorCount, outputElements }) => runsPerExample * operatorCount * outputElements,
  );
  return outputs.reduce((total, count) => total + count, 0);
}
