// One client's work in a round: some epochs of mini-batch SGD on its own examples, from the global parameters.

import * as tf from "@tensorflow/tfjs-core";
import type { Clock } from "../../foundation/clock.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import { seededRandom, shuffled } from "../../foundation/random-source.ts";
import { type Architecture, isMovingStatistic, shapeLayers } from "../architecture.ts";
import type { LabelledExamples } from "../examples.ts";
import {
  createParameterSet,
  elementCount,
  firstNonFinite,
  type ParameterSet,
  type ParameterTensor,
} from "../parameter-set.ts";
import { requireTokenIds } from "../require-token-ids.ts";
import { gatherBatch } from "./batches.ts";
import { crossEntropyTensor } from "./cross-entropy.ts";
import { forwardLogits } from "./forward.ts";
import { type ProximalTerm, proximalTerm } from "./proximal-term.ts";

export interface LocalTrainingTask {
  readonly architecture: Architecture;
  readonly parameters: ParameterSet;
  readonly examples: LabelledExamples;
  /** Which of the examples are the client's, where many share one data set in memory. Absent: all are. */
  readonly indices?: Uint32Array | undefined;
  readonly settings: {
    readonly epochs: number;
    readonly batchSize: number;
    readonly learningRate: number;
    /** 0 is plain SGD. */
    readonly momentum: number;
    /** FedProx: mu of the term mu / 2 * ||w - w_start||^2 that each step's loss has on top, at least 0; absent is 0. */
    readonly proximalMu?: number | undefined;
    /** At least 1: each epoch trains on so many of the examples. Without it, or if there are no more, on all of them. */
    readonly maximumExamples?: number | undefined;
  };
  /** Seeds the order of the examples, which of them an epoch draws, and dropout. */
  readonly seed: number;
}

export interface LocalTrainingControls {
  readonly clock: Clock;
  /** Asked before every batch; true ends the training with models.training-aborted. */
  readonly shouldStop?: () => boolean;
  /** Share of the batches done, 0..1. */
  readonly onProgress?: (fraction: number) => void;
}

export interface LocalTrainingResult {
  readonly parameters: ParameterSet;
  readonly stepCount: number;
  /** Examples of one epoch. */
  readonly exampleCount: number;
  /** Mean cross-entropy over the last epoch's examples, each at the step that saw it; without a proximal term. */
  readonly trainingLoss: number;
  readonly computeSeconds: number;
}

/**
 * Trains with softmax cross-entropy. With `maximumExamples` every epoch draws its examples anew, so that over the epochs and
 * rounds a client with little time still learns from all that it holds. `task.parameters` is left as it is. Runs synchronously on the chosen back-end between
 * batches of promises only, so it belongs into a worker thread.
 *
 * @throws {ProbSelectError} models.training-diverged if the loss or a parameter is not finite; models.training-aborted;
 * models.shape-mismatch if the examples do not fit the network.
 */
export async function trainLocally(
  task: LocalTrainingTask,
  controls: LocalTrainingControls,
): Promise<LocalTrainingResult> {
  requireMatchingExamples(task.architecture, task.examples);
  const { epochs, batchSize, learningRate, momentum, maximumExamples, proximalMu = 0 } = task.settings;
  const ownCount = task.indices?.length ?? task.examples.exampleCount;
  const exampleCount = Math.min(ownCount, maximumExamples ?? ownCount);
  const started = controls.clock.nowSeconds();
  const stepsPerEpoch = Math.ceil(exampleCount / batchSize);
  const variables = new Map(task.parameters.tensors.map((tensor) => [tensor.name, variableOf(tensor)]));
  const trainable = [...variables.values()].filter((variable) => variable.trainable);
  const optimizer = momentum > 0 ? tf.train.momentum(learningRate, momentum) : tf.train.sgd(learningRate);
  const proximal = proximalTerm(trainable, proximalMu);
  const model: TrainedModel = { variables, trainable, optimizer, proximal };
  let trainingLoss = Number.NaN;
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = orderOfEpoch(ownCount, task.seed, epoch).slice(0, exampleCount);
      let lossSum = 0;
      for (let step = 0; step < stepsPerEpoch; step++) {
        if (controls.shouldStop?.()) throw aborted(epoch * stepsPerEpoch + step, epochs * stepsPerEpoch);
        const places = order.slice(step * batchSize, (step + 1) * batchSize);
        const { indices } = task;
        const batch = indices ? places.map((place) => indices[place] as number) : places;
        const loss = trainStep(task, model, batch, epoch * stepsPerEpoch + step);
        if (!Number.isFinite(loss))
          throw diverged(`The loss is ${loss} in step ${step + 1} of epoch ${epoch + 1}`, task);
        lossSum += loss * batch.length;
        controls.onProgress?.((epoch * stepsPerEpoch + step + 1) / (epochs * stepsPerEpoch));
      }
      trainingLoss = lossSum / exampleCount;
    }
    const parameters = await readParameters(task.parameters, variables);
    const bad = firstNonFinite(parameters.values);
    if (bad >= 0) throw diverged(`Parameter ${bad} became ${parameters.values[bad]}`, task);
    const computeSeconds = controls.clock.nowSeconds() - started;
    return { parameters, stepCount: epochs * stepsPerEpoch, exampleCount, trainingLoss, computeSeconds };
  } finally {
    optimizer.dispose();
    proximal?.dispose();
    for (const variable of variables.values()) variable.dispose();
  }
}

/**
 * The places of a client's examples in the order of one epoch; the same for the same seed, whatever part of it is used.
 *
 * @param epoch 0 for the first.
 */
export function orderOfEpoch(exampleCount: number, seed: number, epoch: number): number[] {
  const places = Array.from({ length: exampleCount }, (_, place) => place);
  return shuffled(places, seededRandom(seed, "epoch", epoch));
}

/** A variable with a copy of the values; moving statistics are assigned, never trained. */
function variableOf({ name, shape, values }: ParameterTensor): tf.Variable {
  const initial = tf.tensor(Float32Array.from(values), [...shape]);
  const variable = tf.variable(initial, !isMovingStatistic(name));
  initial.dispose();
  return variable;
}

/** What one training changes. */
interface TrainedModel {
  readonly variables: ReadonlyMap<string, tf.Variable>;
  readonly trainable: tf.Variable[];
  readonly optimizer: tf.Optimizer;
  readonly proximal: ProximalTerm | undefined;
}

/** One step of the optimiser. @returns the batch's mean loss. */
function trainStep(
  task: LocalTrainingTask,
  { variables, trainable, optimizer, proximal }: TrainedModel,
  batch: readonly number[],
  step: number,
): number {
  const statistics = new Map<string, tf.Tensor>();
  const { inputs, labels } = gatherBatch(task.examples, batch);
  const loss = tf.tidy(() => {
    const { value, grads } = optimizer.computeGradients(() => {
      const logits = forwardLogits(task.architecture, inputs, variables, {
        training: true,
        seed: task.seed + step,
        onMovingStatistic: (name, statistic) => statistics.set(name, statistic),
      });
      return crossEntropyTensor(logits, labels);
    }, trainable);
    const gradients = trainable.map((variable) => {
      const tensor = grads[variable.name] as tf.Tensor;
      return { name: variable.name, tensor: proximal?.addTo(tensor, variable) ?? tensor };
    });
    optimizer.applyGradients(gradients);
    return value.dataSync()[0] ?? Number.NaN;
  });
  inputs.dispose();
  for (const [name, value] of statistics) {
    variables.get(name)?.assign(value);
    value.dispose();
  }
  return loss;
}

async function readParameters(
  layout: ParameterSet,
  variables: ReadonlyMap<string, tf.Variable>,
): Promise<ParameterSet> {
  const result = createParameterSet(layout.tensors);
  for (const { name, values } of result.tensors) {
    const trained = await variables.get(name)?.data();
    if (trained) values.set(trained);
  }
  return result;
}

/** Length of the network's output. */
export function classCountOf(architecture: Architecture): number {
  return elementCount(shapeLayers(architecture).at(-1)?.outputShape ?? []);
}

/** @throws {ProbSelectError} models.shape-mismatch */
export function requireMatchingExamples(architecture: Architecture, examples: LabelledExamples): void {
  const wanted = architecture.inputShape.join("x");
  const found = examples.exampleShape.join("x");
  const classes = classCountOf(architecture);
  if (wanted === found && classes >= examples.classCount) {
    requireTokenIds(architecture, examples);
    return;
  }
  throw new ProbSelectError(
    "models.shape-mismatch",
    `The model "${architecture.name}" takes examples of ${wanted} and has ${classes} classes, but the data set has ` +
      `examples of ${found} and ${examples.classCount} classes. Choose the model or the data set that fits.`,
  );
}

function diverged(what: string, task: LocalTrainingTask): ProbSelectError {
  return new ProbSelectError(
    "models.training-diverged",
    `${what}: training diverged. Lower the learning rate (now ${task.settings.learningRate}) or the momentum.`,
  );
}

function aborted(done: number, total: number): ProbSelectError {
  return new ProbSelectError("models.training-aborted", `Training was stopped after ${done} of ${total} steps.`);
}
