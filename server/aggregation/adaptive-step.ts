// The step that FedAdagrad, FedYogi and FedAdam share; they differ in how they remember the size of past changes.
// Reddi et al. 2021, "Adaptive Federated Optimization", arXiv 2003.00295, algorithm 2.

import { z } from "zod";
import { createServerStepStrategy } from "./server-step.ts";
import { createVectorMemory } from "./strategy-memory.ts";
import type { AggregationStrategy } from "./types.ts";

/** eta: how far a parameter moves whose changes are all alike. */
export const serverLearningRate = z.number().positive().max(1e6);
/** beta1 and beta2: what share of the past is kept. */
export const decay = z.number().min(0).lt(1);
/** tau: the adaptivity; changes much smaller than it are not made larger. */
export const adaptivity = z.number().positive().max(1e6);

export interface AdaptiveOptions {
  readonly name: string;
  readonly serverLearningRate: number;
  readonly beta1: number;
  readonly tau: number;
  /** v_t of v_{t-1} and the change's square; never below 0. */
  readonly nextVariance: (variance: number, squaredChange: number) => number;
}

/**
 * With D = mean of the updates - w, for each parameter:
 *
 *   m <- beta1 m + (1 - beta1) D,   v <- nextVariance(v, D^2),   w <- w + eta m / (sqrt(v) + tau)
 *
 * m begins at 0 and v at tau^2, the least that algorithm 2 allows; there is no correction of the early steps. D is the mean by
 * examples that FedAvg takes, where the algorithm writes a plain one.
 */
export function createAdaptiveStrategy(options: AdaptiveOptions): AggregationStrategy {
  const { name, serverLearningRate, beta1, tau, nextVariance } = options;
  const memory = createVectorMemory(name, [
    { name: "momentum", initial: 0 },
    { name: "variance", initial: tau * tau, least: 0 },
  ]);
  return createServerStepStrategy({
    name,
    memory,
    step({ from, to, global, mean, previous, next, result }) {
      for (let index = from; index < to; index++) {
        const start = global[index] as number;
        const change = (mean[index] as number) - start;
        const momentum = beta1 * (previous.momentum[index] as number) + (1 - beta1) * change;
        const variance = nextVariance(previous.variance[index] as number, change * change);
        next.momentum[index] = momentum;
        next.variance[index] = variance;
        result[index] = start + (serverLearningRate * momentum) / (Math.sqrt(variance) + tau);
      }
    },
  });
}
