// Activations that are the same function in Keras and here, by the same name: those that a Keras layer can have within itself.

import type { Activation } from "../architecture.ts";

export const sharedActivations: readonly Activation[] = [
  "linear",
  "relu",
  "relu6",
  "elu",
  "selu",
  "gelu",
  "tanh",
  "sigmoid",
  "swish",
  "softmax",
];

/** @example sharedActivation("relu") // "relu"; sharedActivation("leakyRelu") // undefined */
export function sharedActivation(name: unknown): Activation | undefined {
  return sharedActivations.find((shared) => shared === name);
}
