// Gradients against small changes of the parameters: the truth that no back-end and no rule of differentiation shares.

import { expect } from "vitest";
import { wallClock } from "../../../foundation/clock.ts";
import { createParameterSet } from "../../../models/parameter-set.ts";
import { type LocalTrainingTask, trainLocally } from "../../../models/tensorflow/train-locally.ts";

/** Large against the seventh digit of a float32 loss, small against the bends of the loss. */
const CHANGE = 0.002;
/** Of each tensor. */
const PLACES = 4;

/**
 * Of some places of every tensor that is trained: the current back-end's gradient is the slope of the loss.
 *
 * @param task of one batch.
 * @param tolerance of the largest gradient of the network.
 */
export async function expectSlopes(task: LocalTrainingTask, tolerance = 0.03): Promise<void> {
  const train = async (values: Float32Array, learningRate: number) => {
    const parameters = createParameterSet(task.parameters.tensors, values.slice());
    const settings = { ...task.settings, epochs: 1, learningRate, momentum: 0 };
    return trainLocally({ ...task, parameters, settings }, { clock: wallClock });
  };
  const { values } = task.parameters;
  // At a learning rate of 1, a step moves each parameter by its gradient.
  const moved = (await train(values, 1)).parameters.values;
  const gradients = values.map((value, place) => value - (moved[place] ?? Number.NaN));
  // A training tells its loss before its step, with the normalisations of a training.
  const lossAt = async (place: number, change: number) => {
    const changed = values.slice();
    changed[place] = (changed[place] ?? Number.NaN) + change;
    return (await train(changed, 1e-12)).trainingLoss;
  };
  const largest = gradients.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let first = 0;
  for (const { name, values: own } of task.parameters.tensors) {
    const isTrained = !/\/moving_(mean|variance)$/.test(name);
    const step = Math.max(1, Math.floor(own.length / PLACES));
    for (let place = first; isTrained && place < first + own.length; place += step) {
      const slope = ((await lossAt(place, CHANGE)) - (await lossAt(place, -CHANGE))) / (2 * CHANGE);
      const difference = Math.abs(slope - (gradients[place] ?? Number.NaN));
      expect(difference, `${name}, place ${place - first}`).toBeLessThan(tolerance * largest);
    }
    first += own.length;
  }
}
