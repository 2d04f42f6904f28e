// Softmax cross-entropy of a batch and its gradient, from the logits' values: a loop over batch x classes numbers, where a chain of
// tensor operators and their gradients would cost more than a small network's own layers. In float64, the same on every back-end.

import * as tf from "@tensorflow/tfjs-core";

export interface BatchLoss {
  /** Mean over the batch of -ln softmax(logits)[label]. */
  readonly loss: number;
  /** Of that mean by the logits, [batch, classes]: (softmax(logits) - one-hot) / batch. */
  readonly gradient: Float32Array;
  /** Rows whose largest logit is their label's; of equal ones the first counts. */
  readonly correctCount: number;
}

/**
 * @param logits [batch, classes], row-major.
 * @param labels the class of each row.
 * @example crossEntropy(Float32Array.of(0, 0), [1], 2) // { loss: ln 2, gradient: [0.5, -0.5], correctCount: 0 }
 */
export function crossEntropy(logits: ArrayLike<number>, labels: ArrayLike<number>, classCount: number): BatchLoss {
  const batchSize = labels.length;
  const gradient = new Float32Array(batchSize * classCount);
  let loss = 0;
  let correctCount = 0;
  for (let row = 0; row < batchSize; row++) {
    const begin = row * classCount;
    const label = labels[row] as number;
    const largest = largestOf(logits, begin, classCount);
    const most = logits[begin + largest] as number;
    let sum = 0;
    for (let place = begin; place < begin + classCount; place++) sum += Math.exp((logits[place] as number) - most);
    loss += Math.log(sum) - ((logits[begin + label] as number) - most);
    for (let place = begin; place < begin + classCount; place++) {
      gradient[place] = Math.exp((logits[place] as number) - most) / sum / batchSize;
    }
    gradient[begin + label] = (gradient[begin + label] as number) - 1 / batchSize;
    if (largest === label) correctCount += 1;
  }
  return { loss: loss / batchSize, gradient, correctCount };
}

/**
 * The same as a tensor that can be differentiated.
 *
 * @param logits [batch, classes]
 */
export function crossEntropyTensor(logits: tf.Tensor2D, labels: ArrayLike<number>): tf.Scalar {
  const cost = tf.customGrad((input) => {
    const { loss, gradient } = crossEntropy((input as tf.Tensor2D).dataSync(), labels, logits.shape[1]);
    return {
      value: tf.scalar(loss),
      gradFunc: (upstream: tf.Tensor) => tf.mul(tf.tensor2d(gradient, logits.shape), upstream),
    };
  });
  return cost(logits) as tf.Scalar;
}

/**
 * The same by tensor operators, in float32: for a back-end whose values are far away.
 *
 * @param logits [batch, classes]
 */
export function deviceCrossEntropy(logits: tf.Tensor2D, labels: ArrayLike<number>): tf.Scalar {
  const [rows, classes] = logits.shape;
  const targets = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) targets[row * classes + (labels[row] as number)] = 1;
  return tf.losses.softmaxCrossEntropy(tf.tensor2d(targets, [rows, classes]), logits) as tf.Scalar;
}

function largestOf(logits: ArrayLike<number>, begin: number, classCount: number): number {
  let largest = 0;
  for (let index = 1; index < classCount; index++) {
    if ((logits[begin + index] as number) > (logits[begin + largest] as number)) largest = index;
  }
  return largest;
}
