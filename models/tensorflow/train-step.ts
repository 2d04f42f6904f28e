// One step of mini-batch SGD on the current back-end.

import * as tf from "@tensorflow/tfjs-core";
import type { LabelledExamples } from "../examples.ts";
import { requireTokenIds } from "../require-token-ids.ts";
import { crossEntropyTensor, deviceCrossEntropy } from "./cross-entropy.ts";
import { forwardLogits } from "./forward.ts";
import type { ProximalTerm } from "./proximal-term.ts";
import type { LocalTrainingTask } from "./train-locally.ts";

/** What one training changes. */
export interface TrainedModel {
  readonly variables: ReadonlyMap<string, tf.Variable>;
  readonly trainable: tf.Variable[];
  readonly optimizer: tf.Optimizer;
  readonly proximal: ProximalTerm | undefined;
}

/** Whether a step leaves its loss on the device, so that steps overlap (loss-queue.ts). */
export function lossStaysOnDevice(): boolean {
  return tf.getBackend() === "webgpu";
}

/**
 * @param step 0 for the training's first; seeds dropout.
 * @throws {ProbSelectError} models.shape-mismatch for tokens that the network has no row for.
 * @returns the batch's mean loss; on WebGPU a promise of it, since a GPU that is waited for after every step idles.
 */
export function trainStep(
  task: Pick<LocalTrainingTask, "architecture" | "seed">,
  { variables, trainable, optimizer, proximal }: TrainedModel,
  batch: LabelledExamples,
  step: number,
): number | Promise<number> {
  requireTokenIds(task.architecture, batch);
  const statistics = new Map<string, tf.Tensor>();
  const { labels } = batch;
  const inputs = tf.tensor(batch.inputs, [batch.exampleCount, ...batch.exampleShape]);
  const staysOnDevice = lossStaysOnDevice();
  const loss = tf.tidy(() => {
    const { value, grads } = optimizer.computeGradients(() => {
      const logits = forwardLogits(task.architecture, inputs, variables, {
        training: true,
        seed: task.seed + step,
        onMovingStatistic: (name, statistic) => statistics.set(name, statistic),
      });
      return staysOnDevice ? deviceCrossEntropy(logits, labels) : crossEntropyTensor(logits, labels);
    }, trainable);
    const gradients = trainable.map((variable) => {
      const tensor = grads[variable.name] as tf.Tensor;
      return { name: variable.name, tensor: proximal?.addTo(tensor, variable) ?? tensor };
    });
    optimizer.applyGradients(gradients);
    return staysOnDevice ? value : (value.dataSync()[0] ?? Number.NaN);
  });
  inputs.dispose();
  for (const [name, value] of statistics) {
    variables.get(name)?.assign(value);
    value.dispose();
  }
  return typeof loss === "number" ? loss : readAndDispose(loss);
}

async function readAndDispose(loss: tf.Scalar): Promise<number> {
  try {
    return (await loss.data())[0] ?? Number.NaN;
  } finally {
    loss.dispose();
  }
}
