// Activations, written into a layer or as layers of their own.

import { z } from "zod";
import type { LayerCall } from "../../models/layers-model-description.ts";
import { type CountedLayer, countedLayer, elementsOf, lightCost, readConfig } from "./counted-layer.ts";

/** An activation by its name ("relu"); null is the same as "linear". */
export const activationName = z.string().nullish();

/**
 * How many operators it is: none if it is linear, and none for a softmax on the model's output, which belongs to the loss.
 */
export function activationCount(activation: string | null | undefined, isModelOutput: boolean): 0 | 1 {
  if (isLinear(activation)) return 0;
  return isModelOutput && activation?.toLowerCase() === "softmax" ? 0 : 1;
}

export function isLinear(activation: string | null | undefined): boolean {
  return activation === null || activation === undefined || activation === "linear";
}

/** The layers Activation and Softmax. */
export function countActivation(call: LayerCall): CountedLayer {
  const { inputs, outputs } = elementsOf(call);
  const activation =
    call.className === "Softmax" ? "softmax" : readConfig(call, z.object({ activation: activationName })).activation;
  const operators = activationCount(activation, call.isModelOutput);
  return countedLayer([lightCost(call.name, operators, inputs, outputs)], isLinear(activation) ? 0 : outputs);
}
