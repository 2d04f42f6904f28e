// Federated averaging: the mean of the clients' parameters, weighted by their example counts.
// McMahan et al. 2017, "Communication-Efficient Learning of Deep Networks from Decentralized Data", algorithm 1.

import { arithmetic } from "../../models/arithmetic/arithmetic.ts";
import { createParameterSet, type ParameterSet } from "../../models/parameter-set.ts";
import type { StreamingAggregation, StreamingStrategy } from "./types.ts";
import { requireUpdates, requireUsableUpdate } from "./usable-update.ts";

/**
 * w = sum_i (n_i / n) w_i, with n_i the examples that client i trained on in an epoch. One float64 accumulator per parameter,
 * whatever the number of clients. A product of an example count below 2^29 and a float32 is exact in float64, so the order of
 * arrival changes the result by at most the rounding of the sums.
 *
 * @example
 * const aggregation = fedAvg.begin(globalParameters);
 * aggregation.add(a, { exampleCount: 1, datasetExampleCount: 1, stepCount: 1 }); // [2]
 * aggregation.add(b, { exampleCount: 3, datasetExampleCount: 3, stepCount: 1 }); // [6]
 * aggregation.finish().values; // [5]
 */
export const fedAvg: StreamingStrategy = {
  name: "fedavg",
  begin: (globalParameters) => beginMean(globalParameters),
};

function beginMean(globalParameters: ParameterSet): StreamingAggregation {
  const weightedSums = new Float64Array(globalParameters.values.length);
  let totalExamples = 0;
  return {
    add(parameters, weight) {
      requireUsableUpdate(globalParameters, parameters, weight);
      arithmetic().addWeighted(weightedSums, parameters.values, weight.exampleCount);
      totalExamples += weight.exampleCount;
    },
    finish() {
      requireUpdates(totalExamples);
      const means = new Float32Array(weightedSums.length);
      for (let index = 0; index < means.length; index++) {
        means[index] = (weightedSums[index] as number) / totalExamples;
      }
      return createParameterSet(globalParameters.tensors, means);
    },
  };
}
