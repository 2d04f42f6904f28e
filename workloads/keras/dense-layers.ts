// Layers that are one matrix product: Dense, and Dot, which multiplies two inputs with each other.

import { z } from "zod";
import type { LayerCall, Shape } from "../../models/layers-model-description.ts";
import { elementCount } from "../../models/parameter-set.ts";
import { activationCount, activationName, isLinear } from "./activation.ts";
import { type CountedLayer, countedLayer, elementsOf, heavyCost, lightCost, readConfig } from "./counted-layer.ts";

const denseConfig = z.object({ units: z.int(), activation: activationName });
const axis = z.int();
const dotConfig = z.object({ axes: z.union([axis, z.tuple([axis, axis])]), normalize: z.boolean().default(false) });

/** Every input element is multiplied once per unit, at each position of a sequence or image too. */
export function countDense(call: LayerCall): CountedLayer {
  const { units, activation } = readConfig(call, denseConfig);
  const { inputs, outputs } = elementsOf(call);
  const cost = heavyCost(call.name, {
    forwardMultiplyAdds: inputs * units,
    parameterCount: call.parameterCount,
    inputElements: inputs,
    outputElements: outputs,
    activationCount: activationCount(activation, call.isModelOutput),
  });
  return countedLayer([cost], isLinear(activation) ? outputs : 2 * outputs);
}

/** A batched matrix product without weights; `normalize` scales each input in an operator of its own first. */
export function countDot(call: LayerCall): CountedLayer {
  const { axes, normalize } = readConfig(call, dotConfig);
  const { inputs, outputs } = elementsOf(call);
  const [first = []] = call.inputShapes;
  const product = heavyCost(call.name, {
    forwardMultiplyAdds: outputs * sizeAlong(first, typeof axes === "number" ? axes : axes[0]),
    parameterCount: 0,
    inputElements: inputs,
    outputElements: outputs,
  });
  const scalings = normalize
    ? call.inputShapes.map(elementCount).map((size) => lightCost(`${call.name}/normalize`, 1, size, size))
    : [];
  return countedLayer([...scalings, product]);
}

/** Keras counts axes with the batch dimension as 0 and negative ones from the end. */
function sizeAlong(shape: Shape, axis: number): number {
  return shape.at(axis < 0 ? axis : axis - 1) ?? 1;
}
