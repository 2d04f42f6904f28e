// FedAvgM: FedAvg with momentum on the server, so that a round's clients pull the model no further off than the rounds before agree.
// Hsu, Qi & Brown 2019, "Measuring the Effects of Non-Identical Data Distribution for Federated Visual Classification",
// arXiv 1909.06335, section 4.3.

import { z } from "zod";
import { decay, serverLearningRate } from "./adaptive-step.ts";
import { createServerStepStrategy } from "./server-step.ts";
import { createVectorMemory } from "./strategy-memory.ts";
import type { AggregationStrategy } from "./types.ts";

export const fedAvgMSettings = z.strictObject({
  serverLearningRate: serverLearningRate.default(1),
  serverMomentum: decay.default(0.9),
});

/**
 * With D = mean of the updates - w: v <- beta v + D, w <- w + eta v. A constant D moves the model by up to D / (1 - beta).
 *
 * @example
 * const strategy = createFedAvgM({ serverLearningRate: 1, serverMomentum: 0.5 });
 * // Two rounds in which the only client adds 1: from [0] to [1], then by v = 0.5 * 1 + 1 to [2.5].
 */
export function createFedAvgM(options: z.infer<typeof fedAvgMSettings>): AggregationStrategy {
  const { serverLearningRate, serverMomentum } = options;
  const memory = createVectorMemory("fedavgm", [{ name: "velocity", initial: 0 }]);
  return createServerStepStrategy({
    name: "fedavgm",
    memory,
    step({ from, to, global, mean, previous, next, result }) {
      for (let index = from; index < to; index++) {
        const start = global[index] as number;
        const velocity = serverMomentum * (previous.velocity[index] as number) + ((mean[index] as number) - start);
        next.velocity[index] = velocity;
        result[index] = start + serverLearningRate * velocity;
      }
    },
  });
}
