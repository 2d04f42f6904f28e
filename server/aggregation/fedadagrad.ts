// FedAdagrad: the mean change as a gradient of Adagrad, which adds the sizes of all past changes up.
// Reddi et al. 2021, "Adaptive Federated Optimization", arXiv 2003.00295, algorithm 2, "FEDADAGRAD".

import { z } from "zod";
import { adaptivity, createAdaptiveStrategy, decay, serverLearningRate } from "./adaptive-step.ts";
import type { AggregationStrategy } from "./types.ts";

export const fedAdagradSettings = z.strictObject({
  serverLearningRate: serverLearningRate.default(0.1),
  beta1: decay.default(0),
  tau: adaptivity.default(0.001),
});

/**
 * v <- v + D^2; the rest is `createAdaptiveStrategy`'s.
 *
 * @example
 * const strategy = createFedAdagrad({ serverLearningRate: 1, beta1: 0, tau: 4 });
 * const aggregation = strategy.begin(globalParameters); // [1]
 * aggregation.add(update, { exampleCount: 1, datasetExampleCount: 1, stepCount: 1 }); // [4]: D = 3
 * aggregation.finish(); // v = 16 + 9 = 25: [1 + 3 / (5 + 4)]
 */
export function createFedAdagrad(options: z.infer<typeof fedAdagradSettings>): AggregationStrategy {
  return createAdaptiveStrategy({
    name: "fedadagrad",
    ...options,
    nextVariance: (variance, squared) => variance + squared,
  });
}
