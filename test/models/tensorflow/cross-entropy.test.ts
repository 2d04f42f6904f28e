import * as tf from "@tensorflow/tfjs-core";
// The gradients of the operators that it is compared with.
import "@tensorflow/tfjs-layers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { crossEntropy, crossEntropyTensor } from "../../../models/tensorflow/cross-entropy.ts";

beforeAll(() => selectBackend("cpu"));

const batches = fc
  .record({ batchSize: fc.integer({ min: 1, max: 6 }), classCount: fc.integer({ min: 2, max: 5 }) })
  .chain(({ batchSize, classCount }) =>
    fc.record({
      logits: fc.array(fc.double({ min: -30, max: 30, noNaN: true }), {
        minLength: batchSize * classCount,
        maxLength: batchSize * classCount,
      }),
      labels: fc.array(fc.nat({ max: classCount - 1 }), { minLength: batchSize, maxLength: batchSize }),
      classCount: fc.constant(classCount),
    }),
  );

describe("the cross-entropy of a batch", () => {
  it("is that of a computation by hand", () => {
    // Row 1: softmax of (0, 0) is (1/2, 1/2), label 1. Row 2: softmax of (ln 3, 0) is (3/4, 1/4), label 0.
    const { loss, gradient, correctCount } = crossEntropy([0, 0, Math.log(3), 0], [1, 0], 2);
    expect(loss).toBeCloseTo((Math.log(2) + Math.log(4 / 3)) / 2, 12);
    expect([...gradient]).toEqual([0.25, -0.25, -0.125, 0.125]);
    // Of equal logits the first counts: label 1 is not it.
    expect(correctCount).toBe(1);
  });

  it("has the gradient of its own differences", () => {
    fc.assert(
      fc.property(batches, ({ logits, labels, classCount }) => {
        const { gradient } = crossEntropy(logits, labels, classCount);
        const step = 1e-5;
        for (const [place, slope] of gradient.entries()) {
          const lossAt = (change: number) =>
            crossEntropy(logits.with(place, (logits[place] as number) + change), labels, classCount).loss;
          expect((lossAt(step) - lossAt(-step)) / (2 * step)).toBeCloseTo(slope, 6);
        }
      }),
    );
  });

  it("stays finite where exponentials would overflow, and tells a NaN by a NaN", () => {
    expect(crossEntropy([1000, -1000], [1], 2).loss).toBe(2000);
    expect(crossEntropy([Number.NaN, 0], [1], 2).loss).toBeNaN();
  });

  it("is, as a tensor, what the tensor library's own operators compute, and so is its gradient", () => {
    fc.assert(
      fc.property(batches, ({ logits, labels, classCount }) => {
        const shape: [number, number] = [labels.length, classCount];
        const input = tf.tensor2d(logits, shape);
        const oneHot = tf.oneHot(tf.tensor1d(labels, "int32"), classCount);
        const chain = (value: tf.Tensor) =>
          tf.mul(tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(value), oneHot), 1))), 3) as tf.Scalar;
        const own = (value: tf.Tensor) => tf.mul(crossEntropyTensor(value as tf.Tensor2D, labels), 3) as tf.Scalar;
        expect(own(input).dataSync()[0]).toBeCloseTo(chain(input).dataSync()[0] as number, 3);
        const [expected, found] = [chain, own].map((cost) => tf.grad(cost)(input).dataSync()) as [
          Float32Array,
          Float32Array,
        ];
        for (const [place, slope] of found.entries()) expect(slope).toBeCloseTo(expected[place] as number, 4);
      }),
      { numRuns: 30 },
    );
  });
});
