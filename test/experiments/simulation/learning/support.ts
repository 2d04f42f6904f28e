// A trainer that learns nothing and a place to run cells: what it takes to look at rounds without training a network.

import type { CheckpointStore, JobContext } from "../../../../experiments/jobs/job.ts";
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

/** A job's saved state in memory. */
export function memoryCheckpoints(): CheckpointStore {
  let saved: Uint8Array | null = null;
  return {
    load: async () => saved,
    save: async (state) => {
      saved = state;
    },
    clear: async () => {
      saved = null;
    },
  };
}
