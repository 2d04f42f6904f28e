// One client's work in a round: some epochs of mini-batch SGD on its own examples, from the global parameters.

import * as tf from "@tensorflow/tfjs-core";
import type { Clock } from "../../foundation/clock.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import { type Architecture, isMovingStatistic } from "../architecture.ts";
import { type ExampleSource, readBatches } from "../example-source.ts";
import { classCountOf, fitsExamples } from "../fits-examples.ts";
import { firstNonFinite, type ParameterSet, type ParameterTensor } from "../parameter-set.ts";
import { LossQueue } from "./loss-queue.ts";
import { proximalTerm } from "./proximal-term.ts";
import { type TrainedModel, trainStep } from "./train-step.ts";
import { batchesOfEpoch } from "./training-batches.ts";
import { readMomenta, readParameters, restoreMomenta, type TrainingState } from "./training-state.ts";

export interface LocalTrainingTask {
  readonly architecture: Architecture;
  readonly parameters: ParameterSet;
  readonly examples: ExampleSource;
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
  /** Where an earlier training of the same task was cut off; this one goes on from there and ends with the same bits. */
  readonly from?: TrainingState | undefined;
}

export interface LocalTrainingControls {
  readonly clock: Clock;
  /** Asked before every batch; true ends the training with models.training-aborted. */
  readonly shouldStop?: () => boolean;
  /** Share of the batches done, 0..1. */
  readonly onProgress?: (fraction: number) => void;
  /** Awaited after every batch; lets a thread that computes read its messages. */
  readonly pause?: () => Promise<void>;
  /** Keeps the state from which the training could go on, every so many seconds. */
  readonly keep?: {
    readonly everySeconds: number;
    readonly state: (state: TrainingState) => Promise<void>;
  };
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
 * rounds a client with little time still learns from all that it holds. `task.parameters` is left as it is. Runs on the current back-end, synchronously but on WebGPU,
 * so it belongs into a thread or process of its own.
 *
 * @throws {ProbSelectError} models.training-diverged if the loss or a parameter is not finite; models.training-aborted;
 * models.shape-mismatch if the examples do not fit the network; models.device-failed if the GPU reports an error.
 */
export async function trainLocally(
  task: LocalTrainingTask,
  controls: LocalTrainingControls,
): Promise<LocalTrainingResult> {
  requireMatchingExamples(task.architecture, task.examples);
  const { learningRate, momentum, proximalMu = 0 } = task.settings;
  const begin = controls.clock.nowSeconds() - (task.from?.computeSeconds ?? 0);
  // FedProx' term pulls towards the round's global model, wherever the training goes on from.
  const atStart = new Map(task.parameters.tensors.map((tensor) => [tensor.name, variableOf(tensor)]));
  const trainable = [...atStart.values()].filter((variable) => variable.trainable);
  const optimizer = momentum > 0 ? tf.train.momentum(learningRate, momentum) : tf.train.sgd(learningRate);
  const proximal = proximalTerm(trainable, proximalMu);
  const model: TrainedModel = { variables: atStart, trainable, optimizer, proximal };
  try {
    if (task.from) await goOnFrom(task.from, model);
    const { stepCount, exampleCount, trainingLoss } = await runSteps(task, controls, model, begin);
    const parameters = await readParameters(task.parameters, model.variables);
    const bad = firstNonFinite(parameters.values);
    if (bad >= 0) throw diverged(`Parameter ${bad} became ${parameters.values[bad]}`, task);
    const computeSeconds = controls.clock.nowSeconds() - begin;
    return { parameters, stepCount, exampleCount, trainingLoss, computeSeconds };
  } finally {
    disposeOptimizer(optimizer);
    proximal?.dispose();
    for (const variable of model.variables.values()) variable.dispose();
  }
}

async function runSteps(
  task: LocalTrainingTask,
  controls: LocalTrainingControls,
  model: TrainedModel,
  begin: number,
): Promise<Pick<LocalTrainingResult, "stepCount" | "exampleCount" | "trainingLoss">> {
  const { epochs, batchSize, maximumExamples } = task.settings;
  const ownCount = task.indices?.length ?? task.examples.exampleCount;
  const exampleCount = Math.min(ownCount, maximumExamples ?? ownCount);
  const stepsPerEpoch = Math.ceil(exampleCount / batchSize);
  const stepCount = epochs * stepsPerEpoch;
  const losses = new LossQueue((loss, at) => {
    const epoch = Math.floor(at / stepsPerEpoch);
    if (!Number.isFinite(loss))
      throw diverged(`The loss is ${loss} in step ${at - epoch * stepsPerEpoch + 1} of epoch ${epoch + 1}`, task);
    controls.onProgress?.((at + 1) / stepCount);
  });
  losses.begin(task.from?.losses);
  const keeper = stateKeeper(task, controls, { model, losses, begin });
  let step = task.from?.step ?? 0;
  for (let epoch = Math.floor(step / stepsPerEpoch); epoch < epochs; epoch++) {
    const { seed, indices } = task;
    const all = batchesOfEpoch({ ownCount, exampleCount, batchSize, seed, epoch, indices });
    if (step === epoch * stepsPerEpoch) losses.begin();
    for await (const batch of readBatches(task.examples, all.slice(step - epoch * stepsPerEpoch))) {
      if (controls.shouldStop?.()) throw aborted(step, stepCount);
      const full = losses.add(trainStep(task, model, batch, step), batch.exampleCount, step);
      step += 1;
      if (full) await full;
      if (controls.pause) await controls.pause();
      if (keeper.isDue()) await keeper.keep(step);
    }
    await losses.settle();
  }
  return { stepCount, exampleCount, trainingLoss: losses.mean };
}

async function goOnFrom(state: TrainingState, { variables, trainable, optimizer }: TrainedModel): Promise<void> {
  for (const { name, shape, values } of state.parameters.tensors) {
    const kept = tf.tensor(Float32Array.from(values), [...shape]);
    variables.get(name)?.assign(kept);
    kept.dispose();
  }
  await restoreMomenta(optimizer, trainable, state.momenta);
}

/** Keeps the state when it is due: all losses of the steps before it are known by then. */
function stateKeeper(
  task: LocalTrainingTask,
  { keep, clock }: LocalTrainingControls,
  { model, losses, begin }: { readonly model: TrainedModel; readonly losses: LossQueue; readonly begin: number },
) {
  let lastSeconds = clock.nowSeconds();
  return {
    isDue: () => keep !== undefined && clock.nowSeconds() - lastSeconds >= keep.everySeconds,
    keep: async (step: number) => {
      await losses.settle();
      const parameters = await readParameters(task.parameters, model.variables);
      const momenta = await readMomenta(model.optimizer);
      await keep?.state({
        ...{ step, parameters, momenta, losses: losses.soFar },
        computeSeconds: clock.nowSeconds() - begin,
      });
      lastSeconds = clock.nowSeconds();
    },
  };
}

/** With the scalar of the learning rate, which TensorFlow.js' MomentumOptimizer leaves behind: its class' `dispose` does not call that of SGD's. */
function disposeOptimizer(optimizer: tf.SGDOptimizer): void {
  optimizer.dispose();
  tf.SGDOptimizer.prototype.dispose.call(optimizer);
}

/** A variable with a copy of the values; moving statistics are assigned, never trained. */
function variableOf({ name, shape, values }: ParameterTensor): tf.Variable {
  const initial = tf.tensor(Float32Array.from(values), [...shape]);
  const variable = tf.variable(initial, !isMovingStatistic(name));
  initial.dispose();
  return variable;
}

/** @throws {ProbSelectError} models.shape-mismatch */
export function requireMatchingExamples(
  architecture: Architecture,
  examples: Pick<ExampleSource, "exampleShape" | "classCount">,
): void {
  if (fitsExamples(architecture, examples)) return;
  const [wanted, found] = [architecture.inputShape.join("x"), examples.exampleShape.join("x")];
  const classes = classCountOf(architecture);
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
