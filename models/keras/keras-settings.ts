// What a Keras layer's configuration says, compared with what our kinds of layers can say. Numbers are compared with a tolerance:
// Keras writes 0.001 as the nearest float32.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { Activation } from "../architecture.ts";
import type { LayerCall } from "../layers-model-description.ts";
import { sharedActivation, sharedActivations } from "./shared-activations.ts";

/** What a conversion sees of a layer; `config` has the keys of TensorFlow.js. */
export type KerasCall = Pick<LayerCall, "className" | "name" | "config" | "inputShapes" | "outputShapes">;

export const OWN_MODULE = "or describe the network in a module that exports `architecture` (--model ./my-model.mjs)";

/** Why an activation that sounds known is another function. */
const strangers: Readonly<Record<string, string>> = {
  hardSigmoid: "clip(0.2 x + 0.5) in TensorFlow.js, but relu6(x + 3) / 6 here",
  gelu_new: "the tanh approximation of GELU, which has only the exact one here",
};

/** @throws {ProbSelectError} models.invalid-architecture, always: which layer, of which class, what is wrong. */
export function refuseLayer({ name, className }: KerasCall, problem: string): never {
  throw new ProbSelectError("models.invalid-architecture", `The layer "${name}" (${className}) ${problem}`);
}

/**
 * The activation in a layer's configuration.
 *
 * @param written Keras' name; absent means linear.
 * @throws {ProbSelectError} models.invalid-architecture
 */
export function activationOf(call: KerasCall, written: unknown = call.config.activation): Activation {
  if (written === undefined || written === null) return "linear";
  const known = sharedActivation(written);
  if (known) return known;
  const why = typeof written === "string" && strangers[written] ? ` (${strangers[written]})` : "";
  return refuseLayer(
    call,
    `has the activation ${JSON.stringify(written)}${why}. Use one of ${sharedActivations.join(", ")}, ${OWN_MODULE}.`,
  );
}

/**
 * Requires that settings which our kind of layer does not have are at the only value that it stands for.
 *
 * @param allowed by the configuration's key; a setting that is absent or null is fine.
 * @throws {ProbSelectError} models.invalid-architecture
 * @example requireSettings(call, { dilationRate: [1, 1] })
 */
export function requireSettings(call: KerasCall, allowed: Readonly<Record<string, unknown>>): void {
  for (const [key, only] of Object.entries(allowed)) {
    const value = call.config[key];
    if (value === undefined || value === null || isSame(value, only)) continue;
    refuseLayer(
      call,
      `has ${key} ${JSON.stringify(value)}; training here knows ${JSON.stringify(only)} only. Build the model with that, ${OWN_MODULE}.`,
    );
  }
}

/** The axis is the last one of the layer's input, counted from the batch dimension or from the end. */
export function requireLastAxis(call: KerasCall, key = "axis"): void {
  const value = call.config[key];
  const axis: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const last = call.inputShapes[0]?.length ?? 0;
  if (axis === undefined || axis === null || axis === -1 || axis === last) return;
  refuseLayer(call, `works along axis ${JSON.stringify(value)}; training here knows the last axis (-1) only.`);
}

/** @example isSame(0.0010000000474974513, 0.001) // true */
function isSame(value: unknown, other: unknown): boolean {
  if (typeof value === "number" && typeof other === "number") {
    return Math.abs(value - other) <= 1e-6 * Math.max(Math.abs(value), Math.abs(other));
  }
  if (Array.isArray(value) && Array.isArray(other)) {
    return value.length === other.length && value.every((one, index) => isSame(one, other[index]));
  }
  return value === other;
}
