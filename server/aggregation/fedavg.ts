// Federated averaging: the mean of the clients' parameters, weighted by their example counts.
// McMahan et al. 2017, "Communication-Efficient Learning of Deep Networks from Decentralized Data", algorithm 1.

import { ProbSelectError } from "../../foundation/errors.ts";
import { createParameterSet, firstNonFinite, layoutDifference, type ParameterSet } from "../../models/parameter-set.ts";
import type { Aggregation, AggregationStrategy } from "../rounds/types.ts";

/**
 * w = sum_i (n_i / n) w_i. One float64 accumulator per parameter, whatever the number of clients. A product of an
 * example count below 2^29 and a float32 is exact in float64, so the order of arrival changes the result by at most the
 * rounding of the sums.
 *
 * @example
 * const aggregation = fedAvg.begin(globalParameters);
 * aggregation.add(a, { exampleCount: 1, stepCount: 1 }); // [2]
 * aggregation.add(b, { exampleCount: 3, stepCount: 1 }); // [6]
 * aggregation.finish().values; // [5]
 */
export const fedAvg: AggregationStrategy = {
  name: "fedavg",
  begin: (globalParameters) => beginMean(globalParameters),
};

function beginMean(globalParameters: ParameterSet): Aggregation {
  const weightedSums = new Float64Array(globalParameters.values.length);
  let totalExamples = 0;
  return {
    add(parameters, { exampleCount }) {
      requireUsable(globalParameters, parameters, exampleCount);
      const { values } = parameters;
      for (let index = 0; index < values.length; index++) {
        weightedSums[index] = (weightedSums[index] as number) + exampleCount * (values[index] as number);
      }
      totalExamples += exampleCount;
    },
    finish() {
      if (totalExamples === 0) {
        throw new ProbSelectError(
          "server.no-updates",
          "There is no update to aggregate. Keep the global model as it is and let the round fail.",
        );
      }
      const means = new Float32Array(weightedSums.length);
      for (let index = 0; index < means.length; index++) {
        means[index] = (weightedSums[index] as number) / totalExamples;
      }
      return createParameterSet(globalParameters.tensors, means);
    },
  };
}

function requireUsable(globalParameters: ParameterSet, parameters: ParameterSet, exampleCount: number): void {
  const difference = layoutDifference(globalParameters.tensors, parameters.tensors);
  if (difference) {
    throw new ProbSelectError("models.shape-mismatch", `An update does not fit the global model: ${difference}.`);
  }
  if (!(Number.isSafeInteger(exampleCount) && exampleCount > 0)) {
    throw new ProbSelectError(
      "server.update-refused",
      `An update has the example count ${exampleCount}; it must be a whole number above 0.`,
    );
  }
  const bad = firstNonFinite(parameters.values);
  if (bad >= 0) {
    throw new ProbSelectError(
      "models.non-finite-parameter",
      `Parameter ${bad} of an update is ${parameters.values[bad]}. Lower the learning rate of the training.`,
    );
  }
}
