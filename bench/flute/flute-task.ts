// The task of Microsoft FLUTE's published comparison (README of microsoft/msrflute, "Benchmarking"): logistic regression on MNIST, 1,000
// clients of which 10 train in a round, batches of 10, learning rate 0.03, one epoch, 100 rounds. Everybody is there and in time.

import type { CellSpec } from "../../experiments/simulation/cell.ts";
import { worldSchema } from "../../experiments/simulation/scenario.ts";

export const FLUTE_ROUNDS = 100;
export const CLIENTS_PER_ROUND = 10;

/** What FLUTE's authors measured on a CPU machine of theirs: seconds of the whole task. */
export const publishedSeconds = { flute: 200, flower: 1814 } as const;

/**
 * FLUTE's own split of MNIST cannot be had as a package; here all 60,000 images go to 1,000 clients of 60, each with its own mixture of
 * digits (Dirichlet, alpha 0.5).
 *
 * @param evaluateEveryRounds the last round is evaluated in any case.
 */
export function fluteCell(rounds = FLUTE_ROUNDS, evaluateEveryRounds = rounds): CellSpec {
  return {
    world: worldSchema.parse({
      fleet: { size: 1000, examples: 60 },
      workload: { model: "logistic-regression" },
      training: { epochs: 1, batchSize: 10, learningRate: 0.03 },
      rounds,
      requiredUpdates: CLIENTS_PER_ROUND,
      // Nobody is late: the task has no deadline.
      slo: { deadlineSeconds: 1e6 },
      learning: { dataset: "mnist", partition: "dirichlet:0.5", model: "logistic-regression", evaluateEveryRounds },
    }),
    policy: { name: "random", label: "random", cohortSize: CLIENTS_PER_ROUND, settings: {} },
    seed: 1,
  };
}
