// The quality of a global model on held-out examples.

import * as tf from "@tensorflow/tfjs-core";
import type { Architecture } from "../architecture.ts";
import { gatherExamples } from "../example-source.ts";
import type { LabelledExamples } from "../examples.ts";
import type { ParameterSet } from "../parameter-set.ts";
import { requireTokenIds } from "../require-token-ids.ts";
import { throwIfDeviceFailed } from "./backends/device-errors.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { forwardLogits } from "./forward.ts";
import { requireMatchingExamples } from "./train-locally.ts";

export interface ModelEvaluation {
  /** Mean cross-entropy. */
  readonly loss: number;
  /** Share of examples whose largest logit is their class. */
  readonly accuracy: number;
  readonly exampleCount: number;
}

/**
 * Scores the parameters on every example, in batches.
 *
 * @param options.indices the examples that count; absent: all.
 * @throws {ProbSelectError} models.shape-mismatch; models.device-failed
 */
export async function evaluateModel(options: {
  readonly architecture: Architecture;
  readonly parameters: ParameterSet;
  readonly examples: LabelledExamples;
  readonly indices?: Uint32Array | undefined;
  readonly batchSize?: number;
}): Promise<ModelEvaluation> {
  const { architecture, examples, batchSize = 500 } = options;
  requireMatchingExamples(architecture, examples);
  requireTokenIds(architecture, examples);
  const parameters = new Map(
    options.parameters.tensors.map(({ name, shape, values }) => [name, tf.tensor(values, [...shape])]),
  );
  let lossSum = 0;
  let correct = 0;
  const exampleCount = options.indices?.length ?? examples.exampleCount;
  try {
    for (let begin = 0; begin < exampleCount; begin += batchSize) {
      const end = Math.min(begin + batchSize, exampleCount);
      const places =
        options.indices?.subarray(begin, end) ??
        Uint32Array.from({ length: end - begin }, (_, offset) => begin + offset);
      const { labels, ...batch } = gatherExamples(examples, places);
      const inputs = tf.tensor(batch.inputs, [batch.exampleCount, ...batch.exampleShape]);
      const logits = tf.tidy(() => forwardLogits(architecture, inputs, parameters, { training: false, seed: 0 }));
      const values = await logits.data();
      throwIfDeviceFailed();
      const { loss, correctCount } = crossEntropy(values, labels, logits.shape[1]);
      lossSum += loss * labels.length;
      correct += correctCount;
      tf.dispose([inputs, logits]);
    }
  } finally {
    tf.dispose([...parameters.values()]);
  }
  return { loss: lossSum / exampleCount, accuracy: correct / exampleCount, exampleCount };
}
