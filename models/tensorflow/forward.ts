// A network as tensor operations: from architecture data and parameters to logits. Direct operators instead of a
// LayersModel, so that the parameters stay in our layout and a step costs no more than its kernels.

import type * as tf from "@tensorflow/tfjs-core";
// The gradient of each operator is registered by this import; tfjs-core alone has none under Node.
import "@tensorflow/tfjs-layers";
import { ProbSelectError } from "../../foundation/errors.ts";
import { type Architecture, type ShapedLayer, shapeLayers } from "../architecture.ts";
import { activate } from "./activate.ts";
import { applyLayer } from "./apply-layer.ts";
import type { ForwardOptions } from "./forward-options.ts";

/** Shapes follow from the architecture alone; a small network's step is as short as their inference. */
const shapesOf = new WeakMap<Architecture, readonly ShapedLayer[]>();

/**
 * The network's output before its last softmax.
 *
 * @param inputs [batch, ...inputShape]
 * @param parameters by tensor name, as in the architecture's layout.
 * @returns logits [batch, classes]
 * @throws {ProbSelectError} models.invalid-architecture if the network does not end in a softmax over classes.
 */
export function forwardLogits(
  architecture: Architecture,
  inputs: tf.Tensor,
  parameters: ReadonlyMap<string, tf.Tensor>,
  options: ForwardOptions,
): tf.Tensor2D {
  const shaped = shapesOf.get(architecture) ?? shapeLayers(architecture);
  shapesOf.set(architecture, shaped);
  const last = shaped.at(-1);
  if (!last || !("activation" in last.layer) || last.layer.activation !== "softmax" || last.outputShape.length !== 1) {
    throw new ProbSelectError(
      "models.invalid-architecture",
      `The network "${architecture.name}" must end in a layer with activation "softmax" over [classes] to be trained as ` +
        `a classifier.`,
    );
  }
  const outputs: tf.Tensor[] = [];
  for (const { layer, sources } of shaped) {
    const read = sources.map((source) => outputs[source] ?? inputs);
    const value = applyLayer(layer, read, parameters, options);
    outputs.push("activation" in layer && layer !== last.layer ? activate(layer.activation, value) : value);
  }
  return outputs.at(-1) as tf.Tensor2D;
}
