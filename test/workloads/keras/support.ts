// Keras-style models for the tests of their costs, on tfjs' plain back-end, without random weights.

import * as tf from "@tensorflow/tfjs-layers";
import type { LayerCall, Shape } from "../../../models/layers-model-description.ts";
import { describeLayersModel } from "../../../models/tensorflow/describe-layers-model.ts";
import { countLayer } from "../../../workloads/keras/count-layer.ts";

export type Layer = tf.layers.Layer;

/** Zeros for weights: drawing orthogonal matrices needs more of tfjs than its layers bring. */
export const zeroRecurrent = { recurrentInitializer: "zeros" } as const;

/** A layer's call on inputs of these shapes. What follows it makes the model's output. */
export function callOf(layer: Layer, ...inputShapes: readonly Shape[]): LayerCall {
  const inputs = inputShapes.map((shape) => tf.input({ shape: [...shape] }));
  const outputs = [layer.apply(inputs.length === 1 ? (inputs[0] as tf.SymbolicTensor) : inputs)].flat();
  const end = tf.layers.reLU().apply(outputs[0] as tf.SymbolicTensor) as tf.SymbolicTensor;
  const model = tf.model({ inputs, outputs: end });
  return describeLayersModel(model, { inputShape: inputShapes }).calls[0] as LayerCall;
}

/** The totals of a layer's cost, as a hand calculation gives them. */
export function totalsOf(layer: Layer, ...inputShapes: readonly Shape[]) {
  const call = callOf(layer, ...inputShapes);
  const { costs, storedElements } = countLayer(call);
  const runs = ({ runsPerExample = 1 }) => runsPerExample;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const heavy = costs.filter(({ kind }) => kind !== "elementwise");
  const operators = sum(costs.map((cost) => runs(cost) * cost.operatorCount));
  return {
    kinds: [...new Set(heavy.map(({ kind }) => kind))],
    multiplyAdds: sum(costs.map((cost) => runs(cost) * cost.forwardMultiplyAdds)),
    heavy: sum(heavy.map(runs)),
    light: operators - sum(heavy.map(runs)),
    heavyElements: sum(heavy.map((cost) => runs(cost) * (cost.inputElements + cost.outputElements))),
    parameters: sum(costs.map(({ parameterCount }) => parameterCount)),
    storedElements,
    weights: call.parameterCount,
  };
}
