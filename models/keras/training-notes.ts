// What a Keras layer says about its training that does not take part here, as sentences for whoever starts the run. It changes
// nothing that the network computes.

import type { KerasCall } from "./keras-settings.ts";

/** Keras' momentum of moving statistics, which normalisation has here (models/tensorflow/normalize.ts). */
const MOVING_MOMENTUM = 0.99;

/** @example trainingNotes(dense) // ['The layer "dense" has a kernelRegularizer, which training here does not apply.'] */
export function trainingNotes({ name, className, config }: KerasCall): readonly string[] {
  const ignored = Object.entries(config)
    .filter(([key, value]) => /(Regularizer|Constraint)$/.test(key) && value !== null)
    .map(([key]) => `The layer "${name}" has a ${key}, which training here does not apply.`);
  const { momentum } = config;
  const isOther = className === "BatchNormalization" && typeof momentum === "number";
  if (!isOther || Math.abs(momentum - MOVING_MOMENTUM) < 1e-6) return ignored;
  return [
    ...ignored,
    `The layer "${name}" has the momentum ${momentum}; its moving statistics are updated with ${MOVING_MOMENTUM} here.`,
  ];
}
