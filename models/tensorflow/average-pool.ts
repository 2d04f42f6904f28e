// Averages over windows of an image. A window that hangs over the edge averages what is inside, as TensorFlow does; the gradient of
// TensorFlow.js 4.22's own operator divides by the whole window there, on every back-end, and so is too small along the edges. Here such
// images are padded by hand: the gradient of windows that hang over nothing is right.

import * as tf from "@tensorflow/tfjs-core";

export interface Windows {
  readonly poolSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: "same" | "valid";
}

/**
 * @param image [batch, height, width, channels].
 * @returns [batch, outHeight, outWidth, channels], the average over each window.
 */
export function averagePool(image: tf.Tensor4D, { poolSize, strides, padding }: Windows): tf.Tensor4D {
  const [size, steps] = [pair(poolSize), pair(strides)];
  const info = tf.backend_util.computePool2DInfo(image.shape, size, steps, 1, padding);
  const { top, bottom, left, right } = info.padInfo;
  if (top + bottom + left + right === 0) return tf.avgPool(image, size, steps, padding);
  const rows = coverage({ outputs: info.outHeight, size: size[0], step: steps[0], before: top, inputs: info.inHeight });
  const columns = coverage({
    outputs: info.outWidth,
    size: size[1],
    step: steps[1],
    before: left,
    inputs: info.inWidth,
  });
  const padded = tf.pad(image, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  const withZeros = tf.avgPool(padded, size, steps, "valid");
  // [1, outHeight, outWidth, 1]
  const shares = tf.mul(tf.tensor4d(rows, [1, rows.length, 1, 1]), tf.tensor4d(columns, [1, 1, columns.length, 1]));
  return tf.div(withZeros, shares);
}

interface Axis {
  readonly outputs: number;
  readonly size: number;
  readonly step: number;
  /** Zeros before the first pixel. */
  readonly before: number;
  readonly inputs: number;
}

/** Of each window, the share that is inside the image. */
function coverage({ outputs, size, step, before, inputs }: Axis): number[] {
  return Array.from({ length: outputs }, (_, output) => {
    const from = output * step - before;
    return (Math.min(from + size, inputs) - Math.max(from, 0)) / size;
  });
}

const pair = ([height, width]: readonly [number, number]): [number, number] => [height, width];
