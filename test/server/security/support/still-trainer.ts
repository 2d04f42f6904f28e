// A trainer that returns what it is given: for tests of all that is around the training.

import type { LocalTrainer } from "../../../../client/training/local-trainer.ts";

export const stillTrainer: LocalTrainer = {
  exampleCount: 100,
  train: async ({ parameters, settings }) => ({
    parameters,
    exampleCount: 100,
    stepCount: settings.epochs * Math.ceil(100 / settings.batchSize),
    trainingLoss: 0.5,
    computeSeconds: 0.01,
  }),
  close: async () => {},
};
