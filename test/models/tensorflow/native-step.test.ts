import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { isInstalled } from "../../../models/tensorflow/backends/installed-package.ts";

const values = [Number.NaN, Number.NEGATIVE_INFINITY, -2, -0, 0, 1e-30, 0.5, Number.POSITIVE_INFINITY];

describe.skipIf(!isInstalled("@tensorflow/tfjs-node"))("the step function on TensorFlow's native library", () => {
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
