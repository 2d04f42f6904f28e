// A trainer that learns nothing and a place to run cells: what it takes to look at rounds without training a network.

import type { JobContext } from "../../../../experiments/jobs/job.ts";
import type { CohortTrainer } from "../../../../experiments/simulation/learning/cohort-trainer.ts";

/** Gives the parameters back as they were, with a loss of 1, as the simulation without training has it. */
export function idleTrainer(exampleCounts: Uint32Array): CohortTrainer {
  return {
    threadCount: 2,
    shareSizeOf: (client) => exampleCounts[client] as number,
    train: async (client, { parameters, settings }) => {
      const held = exampleCounts[client] as number;
      const exampleCount = Math.min(held, settings.maximumExamples ?? held);
      const stepCount = settings.epochs * Math.ceil(exampleCount / settings.batchSize);
      return { parameters, exampleCount, stepCount, trainingLoss: 1, computeSeconds: 0 };
    },
    lossOf: async () => 1,
  };
}

/** A place to run a cell that keeps nothing. */
export function cellContext(changes: Partial<JobContext> = {}): JobContext {
  return {
    dataFolder: undefined,
    threads: 1,
    checkpoints: null,
    onProgress: () => {},
    signal: new AbortController().signal,
    ...changes,
  };
}
