import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { isInstalled } from "../../../models/tensorflow/backends/installed-package.ts";

const isThere = isInstalled("@tensorflow/tfjs-node");
const values = [Number.NaN, Number.NEGATIVE_INFINITY, -2, -0, 0, 1e-30, 0.5, Number.POSITIVE_INFINITY];

describe.skipIf(!isThere)("the step function on TensorFlow's native library", () => {
  beforeAll(async () => {
    await selectBackend("tensorflow");
  });

  it("is 1 above zero, 0 at and below it, and stays NaN", () => {
    const result = tf.tidy(() => Array.from(tf.step(tf.tensor1d(values)).dataSync()));
    expect(result).toEqual([Number.NaN, 0, 0, 0, 0, 1, 1, 1]);
  });

  it("takes another value for what is not above zero, as the shipped one does", () => {
    const result = tf.tidy(() => Array.from(tf.step(tf.tensor1d(values), 0.25).dataSync()));
    expect(result).toEqual([Number.NaN, 0.25, 0.25, 0.25, 0.25, 1, 1, 1]);
  });

  it("keeps no tensor but its result", () => {
    const input = tf.tensor1d(values);
    const before = tf.memory().numTensors;
    const result = tf.step(input);
    expect(tf.memory().numTensors).toBe(before + 1);
    input.dispose();
    result.dispose();
  });
});

describe.skipIf(!isThere)("the product of matrices on TensorFlow's native library", () => {
  // a = [[1, 2, 3], [4, 5, 6]], b = [[7, 8], [9, 10], [11, 12]]: the first element is 1 * 7 + 2 * 9 + 3 * 11 = 58.
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])("transposes what it is asked to: %s, %s", async (transposeA, transposeB) => {
    await selectBackend("tensorflow");
    const result = tf.tidy(() => {
      const a = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
      const b = tf.tensor2d([7, 8, 9, 10, 11, 12], [3, 2]);
      const [left, right] = [transposeA ? tf.transpose(a) : a, transposeB ? tf.transpose(b) : b];
      return Array.from(tf.matMul(left, right, transposeA, transposeB).dataSync());
    });
    expect(result).toEqual([58, 64, 139, 154]);
  });

  it("leaves batches of matrices to the operator for them", async () => {
    await selectBackend("tensorflow");
    const product = tf.tidy(() => tf.sum(tf.matMul(tf.ones([4, 2, 3]), tf.ones([4, 3, 5]))).arraySync());
    expect(product).toBe(4 * 2 * 5 * 3);
  });
});
