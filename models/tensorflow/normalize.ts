// Batch normalisation (Ioffe & Szegedy 2015) and layer normalisation (Ba et al. 2016) as tensor operations, with Keras' defaults.

import * as tf from "@tensorflow/tfjs-core";
import type { LayerSpec } from "../architecture.ts";
import type { ForwardOptions } from "./forward-options.ts";

const EPSILON = 1e-3;
const BATCH_NORMALIZATION_MOMENTUM = 0.99;

/** Per channel, over the batch in training and by the moving statistics otherwise. */
export function normalizeBatch(
  { name, scale }: Extract<LayerSpec, { kind: "batchNormalization" }>,
  input: tf.Tensor,
  weight: (name: string) => tf.Tensor,
  options: ForwardOptions,
): tf.Tensor {
  let mean = weight("moving_mean");
  let variance = weight("moving_variance");
  if (options.training) {
    const axes = input.shape.map((_, axis) => axis).slice(0, -1);
    const moments = tf.moments(input, axes);
    const report = (statistic: string, old: tf.Tensor, batch: tf.Tensor) => {
      const blended = tf.tidy(() =>
        tf.add(tf.mul(old, BATCH_NORMALIZATION_MOMENTUM), tf.mul(batch, 1 - BATCH_NORMALIZATION_MOMENTUM)),
      );
      options.onMovingStatistic?.(`${name}/${statistic}`, tf.keep(blended));
    };
    report("moving_mean", mean, moments.mean);
    report("moving_variance", variance, moments.variance);
    mean = moments.mean;
    variance = moments.variance;
  }
  const factor = tf.div(scale ? weight("gamma") : 1, tf.sqrt(tf.add(variance, EPSILON)));
  return tf.add(tf.mul(tf.sub(input, mean), factor), weight("beta"));
}

/** Per example and position, over the last axis. */
export function normalizeLayer(input: tf.Tensor, weight: (name: string) => tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(input, input.rank - 1, true);
  const normalized = tf.div(tf.sub(input, mean), tf.sqrt(tf.add(variance, EPSILON)));
  return tf.add(tf.mul(normalized, weight("gamma")), weight("beta"));
}
