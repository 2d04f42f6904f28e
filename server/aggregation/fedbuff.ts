// FedBuff: the mean of what the clients of a buffer learnt, whichever version of the model they began from; the older that is, the
// less it counts. Nguyen et al. 2022, "Federated Learning with Buffered Asynchronous Aggregation", arXiv 2106.06639, algorithm 1.

import { z } from "zod";
import { arithmetic } from "../../models/arithmetic/arithmetic.ts";
import { createParameterSet, type ParameterSet } from "../../models/parameter-set.ts";
import { serverLearningRate } from "./adaptive-step.ts";
import { spansOf } from "./spans.ts";
import type { StreamingAggregation, StreamingStrategy } from "./types.ts";
import { requireFiniteModel, requireUpdates, requireUsableUpdate } from "./usable-update.ts";

export const fedBuffSettings = z.strictObject({ serverLearningRate: serverLearningRate.default(1) });

/** s(tau) = 1 / sqrt(1 + tau). @example stalenessWeight(3) // 0.5 */
export function stalenessWeight(staleness: number): number {
  return 1 / Math.sqrt(1 + staleness);
}

/**
 * w + eta / K * sum_i s(tau_i) (w_i - b_i), of the K updates of a buffer; b_i is the model that update i began from (`base`), tau_i
 * its `staleness`. Examples do not weigh. Moving statistics of a batch normalisation are averaged with the weights s(tau_i). One
 * float64 accumulator per parameter, whatever the number of clients.
 *
 * @example
 * const aggregation = createFedBuff({ serverLearningRate: 1 }).begin(globalParameters); // [10]
 * const counts = { exampleCount: 1, datasetExampleCount: 1, stepCount: 1 };
 * aggregation.add(a, counts); // [12]: 2 more than the global model
 * aggregation.add(b, { ...counts, staleness: 3, base }); // [8] from [4], three versions ago: half of 4
 * aggregation.finish().values; // [10 + (2 + 2) / 2]
 */
export function createFedBuff(settings: z.infer<typeof fedBuffSettings>): StreamingStrategy {
  return { name: "fedbuff", begin: (globalParameters) => beginBuffer(globalParameters, settings.serverLearningRate) };
}

function beginBuffer(globalParameters: ParameterSet, learningRate: number): StreamingAggregation {
  const global = globalParameters.values;
  const sums = new Float64Array(global.length);
  const spans = spansOf(globalParameters);
  let updateCount = 0;
  let totalWeight = 0;
  return {
    add(parameters, weight) {
      requireUsableUpdate(globalParameters, parameters, weight);
      const base = (weight.base ?? globalParameters).values;
      const share = stalenessWeight(weight.staleness ?? 0);
      for (const { from, to, isMoving } of spans) {
        const values = parameters.values.subarray(from, to);
        const sum = sums.subarray(from, to);
        if (isMoving) arithmetic().addWeighted(sum, values, share);
        else arithmetic().addScaledChange(sum, values, base.subarray(from, to), share);
      }
      updateCount += 1;
      totalWeight += share;
    },
    finish() {
      requireUpdates(updateCount);
      const result = new Float32Array(global.length);
      for (const { from, to, isMoving } of spans) {
        const start = isMoving ? 0 : 1;
        const factor = isMoving ? 1 / totalWeight : learningRate / updateCount;
        for (let index = from; index < to; index++) {
          result[index] = start * (global[index] as number) + factor * (sums[index] as number);
        }
      }
      requireFiniteModel(
        result,
        "the buffer's step overflows. Lower serverLearningRate, or the learning rate of the training.",
      );
      return createParameterSet(globalParameters.tensors, result);
    },
  };
}
