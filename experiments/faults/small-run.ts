// The run that the faults strike: a softmax regression on made data, small enough that a cell of the matrix takes seconds, real in
// all that matters: the aggregator, the agents, their protocol and files are those of production. Only the arithmetic of a
// training step is plain loops, so that no process has to load TensorFlow.

import { setTimeout as wait } from "node:timers/promises";
import type { LocalTrainer, TrainerControls, TrainerTask } from "../../client/training/local-trainer.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import { seededRandom } from "../../foundation/random-source.ts";
import { type Architecture, architectureSchema } from "../../models/architecture.ts";
import { createParameterSet, type ParameterSet } from "../../models/parameter-set.ts";
import type { LocalTrainingResult } from "../../models/tensorflow/train-locally.ts";

const FEATURES = 256;
const CLASSES = 10;
/** Of one agent. */
export const EXAMPLES = 40;
const EPOCH_PIECES = 4;
/** What a run must ask for: a piece is one batch. */
export const BATCH_SIZE = EXAMPLES / EPOCH_PIECES;

export const smallArchitecture: Architecture = architectureSchema.parse({
  name: "softmax-regression",
  inputShape: [FEATURES],
  layers: [{ kind: "dense", name: "output", units: CLASSES, activation: "softmax" }],
});

/** Trains on examples that follow from its seed; equal tasks give equal bits. */
export class SmallTrainer implements LocalTrainer {
  readonly exampleCount = EXAMPLES;
  readonly #inputs: Float64Array;
  readonly #labels: readonly number[];
  readonly #pieceMilliseconds: number;

  /** @param trainingSeconds how long a training takes at least, so that a fault can strike in the middle. */
  constructor(seed: number, trainingSeconds: number) {
    const random = seededRandom(seed, "examples");
    this.#inputs = Float64Array.from({ length: EXAMPLES * FEATURES }, () => random.next() - 0.5);
    this.#labels = Array.from({ length: EXAMPLES }, () => Math.floor(random.next() * CLASSES));
    this.#pieceMilliseconds = (trainingSeconds * 1000) / EPOCH_PIECES;
  }

  async train(task: TrainerTask, { signal, onProgress }: TrainerControls): Promise<LocalTrainingResult> {
    const { learningRate, batchSize } = task.settings;
    const started = performance.now();
    const values = Float64Array.from(task.parameters.values);
    const random = seededRandom(task.seed, "order");
    const order = Array.from({ length: EXAMPLES }, (_, index) => ({ index, key: random.next() }))
      .sort((a, b) => a.key - b.key)
      .map(({ index }) => index);
    let stepCount = 0;
    let loss = 0;
    for (let piece = 0; piece < EPOCH_PIECES; piece++) {
      await wait(this.#pieceMilliseconds);
      if (signal.aborted) throw new ProbSelectError("models.training-aborted", "The training was cancelled.");
      const own = order.slice((piece * EXAMPLES) / EPOCH_PIECES, ((piece + 1) * EXAMPLES) / EPOCH_PIECES);
      for (let from = 0; from < own.length; from += batchSize) {
        loss += this.#step(values, own.slice(from, from + batchSize), learningRate);
        stepCount++;
      }
      onProgress?.((piece + 1) / EPOCH_PIECES);
    }
    return {
      parameters: rounded(task.parameters, values),
      exampleCount: EXAMPLES,
      stepCount,
      trainingLoss: loss / EXAMPLES,
      computeSeconds: (performance.now() - started) / 1000,
    };
  }

  async close(): Promise<void> {}

  /** One step of gradient descent on the cross-entropy. @returns the batch's summed loss. */
  #step(values: Float64Array, batch: readonly number[], learningRate: number): number {
    const gradient = new Float64Array(values.length);
    let loss = 0;
    for (const example of batch) {
      const input = this.#inputs.subarray(example * FEATURES, (example + 1) * FEATURES);
      const probabilities = softmax(values, input);
      const label = this.#labels[example] as number;
      loss -= Math.log(probabilities[label] as number);
      for (let output = 0; output < CLASSES; output++) {
        const error = ((probabilities[output] as number) - (output === label ? 1 : 0)) / batch.length;
        for (let feature = 0; feature < FEATURES; feature++) {
          gradient[feature * CLASSES + output] =
            (gradient[feature * CLASSES + output] as number) + error * (input[feature] as number);
        }
        const bias = FEATURES * CLASSES + output;
        gradient[bias] = (gradient[bias] as number) + error;
      }
    }
    for (let index = 0; index < values.length; index++) {
      values[index] = (values[index] as number) - learningRate * (gradient[index] as number);
    }
    return loss;
  }
}

/** @param values kernel [FEATURES, CLASSES], then bias [CLASSES]. */
function softmax(values: Float64Array, input: Float64Array): Float64Array {
  const outputs = new Float64Array(CLASSES);
  for (let output = 0; output < CLASSES; output++) {
    let sum = values[FEATURES * CLASSES + output] as number;
    for (let feature = 0; feature < FEATURES; feature++) {
      sum += (values[feature * CLASSES + output] as number) * (input[feature] as number);
    }
    outputs[output] = sum;
  }
  const largest = Math.max(...outputs);
  const exponentials = outputs.map((value) => Math.exp(value - largest));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}

function rounded({ tensors }: ParameterSet, values: Float64Array): ParameterSet {
  return createParameterSet(tensors, Float32Array.from(values));
}
