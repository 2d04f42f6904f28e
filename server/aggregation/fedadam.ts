// FedAdam: the mean change as a gradient of Adam, whose memory of sizes is a running mean.
// Reddi et al. 2021, "Adaptive Federated Optimization", arXiv 2003.00295, algorithm 2, "FEDADAM".

import { z } from "zod";
import { adaptivity, createAdaptiveStrategy, decay, serverLearningRate } from "./adaptive-step.ts";
import type { AggregationStrategy } from "./types.ts";

export const fedAdamSettings = z.strictObject({
  serverLearningRate: serverLearningRate.default(0.01),
  beta1: decay.default(0.9),
  beta2: decay.default(0.99),
  tau: adaptivity.default(0.001),
});

/**
 * v <- beta2 v + (1 - beta2) D^2; the rest is `createAdaptiveStrategy`'s.
 *
 * @example
 * const strategy = createFedAdam({ serverLearningRate: 1, beta1: 0.5, beta2: 0.75, tau: 1 });
 * const aggregation = strategy.begin(globalParameters); // [1]
 * aggregation.add(update, { exampleCount: 1, datasetExampleCount: 1, stepCount: 1 }); // [4]: D = 3
 * aggregation.finish(); // m = 0.5 * 3 = 1.5, v = 0.75 * 1 + 0.25 * 9 = 3: [1 + 1.5 / (sqrt(3) + 1)]
 */
export function createFedAdam({ beta2, ...options }: z.infer<typeof fedAdamSettings>): AggregationStrategy {
  const nextVariance = (variance: number, squared: number) => beta2 * variance + (1 - beta2) * squared;
  return createAdaptiveStrategy({ name: "fedadam", ...options, nextVariance });
}
