import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { checkArithmetic } from "../../../models/tensorflow/backends/check-arithmetic.ts";

const mended: tf.KernelConfig[] = [];

/** A kernel of the cpu back-end whose values are 5 % too large, until the test is over. */
function spoil(kernelName: string): void {
  const shipped = tf.getKernel(kernelName, "cpu");
  mended.push(shipped);
  tf.unregisterKernel(kernelName, "cpu");
  const kernelFunc: tf.KernelFunc = (call) => {
    const [result] = [shipped.kernelFunc(call)].flat() as [tf.TensorInfo];
    return tf.mul(tf.engine().makeTensorFromTensorInfo(result), 1.05);
  };
  tf.registerKernel({ ...shipped, kernelFunc });
}

/** The back-end as a process makes it that has never used it. */
async function fresh(name: "cpu" | "wasm"): Promise<void> {
  const factory = tf.findBackendFactory(name);
  await selectBackend(name === "cpu" ? "wasm" : "cpu");
  tf.removeBackend(name);
  tf.registerBackend(name, factory);
  await selectBackend(name);
}

describe("the check of a back-end's arithmetic", () => {
  beforeAll(async () => {
    await selectBackend("cpu");
    await selectBackend("wasm");
  });
  afterEach(() => {
    for (const kernel of mended.splice(0)) {
      tf.unregisterKernel(kernel.kernelName, kernel.backendName);
      tf.registerKernel(kernel);
    }
  });

  it.each(["wasm", "cpu"] as const)("finds %s right, and leaves no tensor there", async (name) => {
    await fresh(name);
    const before = tf.memory().numTensors;
    await expect(checkArithmetic()).resolves.toBeUndefined();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ["BatchMatMul", "a product of matrices, the second transposed,"],
    ["Conv2D", "a convolution"],
    ["Conv2DBackpropInput", "a convolution's gradient by its image"],
    ["Conv2DBackpropFilter", "a convolution's gradient by its kernel"],
    ["MaxPool", "a pooling"],
    ["MaxPoolGrad", "a pooling's gradient"],
  ])("says what is wrong where %s is", async (kernelName, what) => {
    await fresh("cpu");
    spoil(kernelName);
    await expect(checkArithmetic()).rejects.toThrow(`it computes wrong: ${what} is off by 5 % of its greatest value.`);
  });

  it("is made once for each back-end that TensorFlow.js makes", async () => {
    await fresh("cpu");
    await checkArithmetic();
    spoil("Conv2D");
    await expect(checkArithmetic()).resolves.toBeUndefined();
    await fresh("cpu");
    await expect(checkArithmetic()).rejects.toThrow("a convolution is off");
  });
});
