// FedProx: clients are held near the global model by a term in their loss; the aggregation is FedAvg's.
// Li et al. 2020, "Federated Optimization in Heterogeneous Networks", arXiv 1812.06127, algorithm 2. The term itself is
// models/tensorflow/train-locally.ts's.

import { z } from "zod";
import { fedAvg } from "./fedavg.ts";
import type { StreamingStrategy } from "./types.ts";

export const fedProxSettings = z.strictObject({
  /** 0 is FedAvg. */
  mu: z.number().min(0).max(1e9).default(0.01),
});

/**
 * Each client minimises F_i(w) + mu / 2 ||w - w_global||^2; the global model is the mean by examples.
 *
 * @example createFedProx({ mu: 0.1 }).clientTraining // { proximalMu: 0.1 }
 */
export function createFedProx({ mu }: z.infer<typeof fedProxSettings>): StreamingStrategy {
  return { ...fedAvg, name: "fedprox", clientTraining: { proximalMu: mu } };
}
