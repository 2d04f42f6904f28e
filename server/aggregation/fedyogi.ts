// FedYogi: the mean change as a gradient of Yogi, whose memory of sizes moves by no more than the change's own square, so that
// one large change among small ones is not forgotten at once.
// Reddi et al. 2021, "Adaptive Federated Optimization", arXiv 2003.00295, algorithm 2, "FEDYOGI".

import { z } from "zod";
import { adaptivity, createAdaptiveStrategy, decay, serverLearningRate } from "./adaptive-step.ts";
import type { AggregationStrategy } from "./types.ts";

export const fedYogiSettings = z.strictObject({
  serverLearningRate: serverLearningRate.default(0.01),
  beta1: decay.default(0.9),
  beta2: decay.default(0.99),
  tau: adaptivity.default(0.001),
});

/**
 * v <- v - (1 - beta2) D^2 sign(v - D^2); the rest is `createAdaptiveStrategy`'s.
 *
 * @example
 * const strategy = createFedYogi({ serverLearningRate: 1, beta1: 0.5, beta2: 0.75, tau: 1 });
 * const aggregation = strategy.begin(globalParameters); // [1]
 * aggregation.add(update, { exampleCount: 1, datasetExampleCount: 1, stepCount: 1 }); // [4]: D = 3
 * aggregation.finish(); // m = 1.5, v = 1 - 0.25 * 9 * sign(1 - 9) = 3.25: [1 + 1.5 / (sqrt(3.25) + 1)]
 */
export function createFedYogi({ beta2, ...options }: z.infer<typeof fedYogiSettings>): AggregationStrategy {
  const nextVariance = (variance: number, squared: number) =>
    variance - (1 - beta2) * squared * Math.sign(variance - squared);
  return createAdaptiveStrategy({ name: "fedyogi", ...options, nextVariance });
}
