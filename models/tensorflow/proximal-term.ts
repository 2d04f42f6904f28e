// FedProx's pull back to the model that a training began from. Its gradient is added as it is, so that the loss that is reported stays
// the cross-entropy. Li et al. 2020, "Federated Optimization in Heterogeneous Networks", arXiv 1812.06127, equation 2.

import * as tf from "@tensorflow/tfjs-core";

export interface ProximalTerm {
  /** gradient + mu (w - w_start), where a step sees the variable w. */
  addTo(gradient: tf.Tensor, variable: tf.Variable): tf.Tensor;
  /** Frees the copies of the start. */
  dispose(): void;
}

/**
 * The term mu / 2 ||w - w_start||^2 over the variables as they are now, of which it keeps a copy; undefined for mu = 0, which costs
 * nothing.
 *
 * @param mu at least 0.
 */
export function proximalTerm(variables: readonly tf.Variable[], mu: number): ProximalTerm | undefined {
  if (mu === 0) return undefined;
  const starts = new Map(variables.map((variable) => [variable.name, tf.clone(variable)]));
  return {
    addTo(gradient, variable) {
      const start = starts.get(variable.name) as tf.Tensor;
      return tf.tidy(() => tf.add(gradient, tf.mul(tf.sub(variable, start), mu)));
    },
    dispose() {
      for (const start of starts.values()) start.dispose();
    },
  };
}
