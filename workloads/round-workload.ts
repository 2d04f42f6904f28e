// The totals of one round's workload that a latency model takes: training steps and FLOP.

import type { Workload } from "./workload.ts";

/** FLOP of one training step per forward multiply-add: 2 for the multiply and the add, and three passes' worth of work. */
export const TRAINING_FLOP_PER_MULTIPLY_ADD = 6;

/**
 * Training steps of one round: epochs * ceil(examples / batch). The last, short batch counts as a whole one, because a GPU's
 * launch and memory costs hardly shrink with it.
 *
 * @example stepCount({ epochs: 2, batchSize: 32 }, 100) // 8
 */
export function stepCount({ epochs, batchSize }: Pick<Workload, "epochs" | "batchSize">, exampleCount: number): number {
  return epochs * Math.ceil(exampleCount / batchSize);
}

/**
 * W_i: FLOP of the whole local training, 6 * multiply-adds * batch size * steps (forward, and backward at twice that).
 *
 * @example trainingFlop(workload, 5000) // LeNet-5, one epoch, batch 32: 6 * 416_520 * 32 * 157 = 1.2556e10
 */
export function trainingFlop(workload: Workload, exampleCount: number): number {
  return flopPerStep(workload) * stepCount(workload, exampleCount);
}

/** FLOP of one step of a whole batch. @example flopPerStep(workload) // LeNet-5, batch 32: 6 * 416_520 * 32 = 7.9972e7 */
export function flopPerStep({ model, batchSize }: Pick<Workload, "model" | "batchSize">): number {
  const { denseMultiplyAdds, groupedMultiplyAdds, depthwiseMultiplyAdds } = model;
  const multiplyAdds = denseMultiplyAdds + groupedMultiplyAdds + depthwiseMultiplyAdds;
  return TRAINING_FLOP_PER_MULTIPLY_ADD * multiplyAdds * batchSize;
}
