// Federated averaging for clients that take different numbers of steps: what a client learnt is divided by its steps, so that
// it pulls the global model by the share of its data and not by how long it could train.
// Wang et al. 2020, "Tackling the Objective Inconsistency Problem in Heterogeneous Federated Optimization", arXiv 2007.07481.

import { arithmetic } from "../../models/arithmetic/arithmetic.ts";
import { createParameterSet, type ParameterSet } from "../../models/parameter-set.ts";
import { spansOf } from "./spans.ts";
import type { StreamingAggregation, StreamingStrategy } from "./types.ts";
import { requireFiniteModel, requireUpdates, requireUsableUpdate } from "./usable-update.ts";

/**
 * ||a||_1 of SGD with momentum: by how much a constant gradient would be multiplied after `stepCount` steps,
 * sum_{k=1}^{tau} (1 - rho^k) / (1 - rho) = [tau - rho (1 - rho^tau) / (1 - rho)] / (1 - rho).
 *
 * @param stepCount tau, at least 1.
 * @param momentum rho, in [0, 1).
 * @example gradientWeight(3, 0) // 3
 * @example gradientWeight(3, 0.5) // 1 + 1.5 + 1.75 = 4.25
 */
export function gradientWeight(stepCount: number, momentum: number): number {
  const weight = (stepCount - (momentum * (1 - momentum ** stepCount)) / (1 - momentum)) / (1 - momentum);
  // No term is below 1; next to a momentum of 1 the difference above has no digits left to say so.
  return Math.max(stepCount, weight);
}

/**
 * w + tau_eff * sum_i p_i (w_i - w) / ||a_i||_1, with p_i = n_i / n by the examples that each client holds, whichever of them
 * it trained on, and tau_eff = sum_i p_i ||a_i||_1. One float64 accumulator per parameter, whatever the number of clients.
 * Equal step counts make it the mean that FedAvg takes. The moving statistics of a batch normalisation are no sums of
 * gradients; they are averaged, with the weights p_i.
 *
 * @param options.momentum that of the clients' optimiser; each round starts it anew.
 * @example
 * const aggregation = createFedNova({ momentum: 0 }).begin(globalParameters); // [0]
 * aggregation.add(a, { exampleCount: 1, datasetExampleCount: 1, stepCount: 1 }); // [1]
 * aggregation.add(b, { exampleCount: 1, datasetExampleCount: 1, stepCount: 3 }); // [-3]
 * aggregation.finish().values; // tau_eff = 2: 0 + 2 * (1/1 - 3/3) / 2 = [0], where the mean is -1
 */
export function createFedNova({ momentum }: { readonly momentum: number }): StreamingStrategy {
  return { name: "fednova", begin: (globalParameters) => beginNormalized(globalParameters, momentum) };
}

function beginNormalized(globalParameters: ParameterSet, momentum: number): StreamingAggregation {
  const global = globalParameters.values;
  const sums = new Float64Array(global.length);
  const spans = spansOf(globalParameters);
  let totalExamples = 0;
  let totalGradientWeight = 0;
  return {
    add(parameters, weight) {
      requireUsableUpdate(globalParameters, parameters, weight);
      const gradients = gradientWeight(weight.stepCount, momentum);
      for (const { from, to, isMoving } of spans) {
        const factor = isMoving ? weight.datasetExampleCount : weight.datasetExampleCount / gradients;
        const values = parameters.values.subarray(from, to);
        arithmetic().addScaledChange(sums.subarray(from, to), values, global.subarray(from, to), factor);
      }
      totalExamples += weight.datasetExampleCount;
      totalGradientWeight += weight.datasetExampleCount * gradients;
    },
    finish() {
      requireUpdates(totalExamples);
      const result = new Float32Array(global.length);
      const effectiveSteps = totalGradientWeight / totalExamples;
      for (const { from, to, isMoving } of spans) {
        const factor = (isMoving ? 1 : effectiveSteps) / totalExamples;
        for (let index = from; index < to; index++) {
          result[index] = (global[index] as number) + factor * (sums[index] as number);
        }
      }
      requireFiniteModel(
        result,
        "an update is so large that its normalised sum overflows. " +
          'Lower the learning rate of the training, or take the strategy "fedavg".',
      );
      return createParameterSet(globalParameters.tensors, result);
    },
  };
}
