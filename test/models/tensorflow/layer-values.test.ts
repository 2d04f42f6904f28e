import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { architectureSchema } from "../../../models/architecture.ts";
import { parameterLayout } from "../../../models/parameter-file.ts";
import { createParameterSet } from "../../../models/parameter-set.ts";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { forwardLogits } from "../../../models/tensorflow/forward.ts";

const softmax = { kind: "activation", name: "softmax", activation: "softmax" };

/** The values that layers give for one example, flattened; `weights` fill the network's tensors in order. */
function valuesOf(inputShape: number[], input: number[], layers: object[], weights: number[] = []): number[] {
  const architecture = architectureSchema.parse({
    name: "values",
    inputShape,
    layers: [...layers, { kind: "flatten", name: "flatten" }, softmax],
  });
  return tf.tidy(() => {
    const set = createParameterSet(parameterLayout(architecture), Float32Array.from(weights));
    const parameters = new Map(set.tensors.map((t) => [t.name, tf.tensor(t.values, [...t.shape])]));
    const inputs = tf.tensor(input, [1, ...inputShape]);
    return [...forwardLogits(architecture, inputs, parameters, { training: false, seed: 0 }).dataSync()];
  });
}

function expectValues(actual: number[], expected: readonly number[]) {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 4);
}

describe.each(["cpu", "wasm"] as const)("a layer on the back-end %s", (backend) => {
  beforeAll(async () => {
    await selectBackend(backend);
  });

  it.each([
    ["linear", [-4, -1, 0, 1, 7]],
    ["relu", [0, 0, 0, 1, 7]],
    ["relu6", [0, 0, 0, 1, 6]],
    ["leakyRelu", [-0.8, -0.2, 0, 1, 7]],
    ["elu", [-0.981684, -0.632121, 0, 1, 7]], // e^x - 1
    ["selu", [-1.725899, -1.111331, 0, 1.050701, 7.354907]], // 1.050701 * (x or 1.673263 * (e^x - 1))
    ["gelu", [-0.000127, -0.158655, 0, 0.841345, 7]], // x * normal cdf
    ["tanh", [-0.999329, -0.761594, 0, 0.761594, 0.999998]],
    ["sigmoid", [0.017986, 0.268941, 0.5, 0.731059, 0.999089]],
    ["hardSigmoid", [0, 1 / 3, 0.5, 2 / 3, 1]],
    ["hardSwish", [0, -1 / 3, 0, 2 / 3, 7]],
    ["swish", [-0.071945, -0.268941, 0, 0.731059, 6.993622]],
    ["softmax", [0.0000167, 0.000334, 0.00091, 0.002472, 0.996268]], // e^(x - 7) / 1.003746
  ])("gives the activation %s of -4, -1, 0, 1 and 7", (activation, expected) => {
    expectValues(valuesOf([5], [-4, -1, 0, 1, 7], [{ kind: "activation", name: "a", activation }]), expected);
  });

  const image = [1, 1, 4];
  const conv = { kind: "conv2d", name: "c", kernelSize: [1, 1], padding: "same", activation: "linear", useBias: false };
  it.each<[string, number[], object[], number[], number[]]>([
    // Group 0 is channels 1, 2 and filter 0: 1*1 + 2*100. Group 1 is channels 3, 4 and filter 1: 3*10 + 4*1000.
    ["two groups", image, [{ ...conv, filters: 2, groups: 2 }], [1, 10, 100, 1000], [201, 4030]],
    // Each channel feeds two filters of its own.
    [
      "a group for each channel",
      image,
      [{ ...conv, filters: 8, groups: 4 }],
      [1, 2, 3, 4, 5, 6, 7, 8],
      [1, 2, 6, 8, 15, 18, 28, 32],
    ],
    // Depthwise 1*1, 2*1, 3*2, 4*2, then 1 + 2 + 6 + 8 and its tenfold, plus the bias.
    [
      "a separable convolution",
      image,
      [{ ...conv, kind: "separableConv2d", filters: 2, useBias: true }],
      [1, 1, 2, 2, 1, 10, 1, 10, 1, 10, 1, 10, 0.5, 0],
      [17.5, 170],
    ],
    [
      "no bias",
      [4],
      [{ kind: "dense", name: "d", units: 1, activation: "linear", useBias: false }],
      [1, 1, 1, 1],
      [10],
    ],
    ["a slice", image, [{ kind: "slice", name: "s", from: 1, count: 2 }], [], [2, 3]],
    ["a sum", [4], [{ kind: "add", name: "a", inputs: ["input", "input", "input"] }], [], [3, 6, 9, 12]],
    ["a product", [4], [{ kind: "multiply", name: "a", inputs: ["input", "input"] }], [], [1, 4, 9, 16]],
    [
      "a concatenation",
      [2, 2],
      [{ kind: "concatenate", name: "a", inputs: ["input", "input"] }],
      [],
      [1, 2, 1, 2, 3, 4, 3, 4],
    ],
    ["a rescaling", [4], [{ kind: "rescaling", name: "r", scale: -2 }], [], [-2, -4, -6, -8]],
    [
      "a reshape",
      image,
      [
        { kind: "reshape", name: "r", targetShape: [4, 1, 1] },
        { kind: "globalMaxPool2d", name: "m" },
      ],
      [],
      [4],
    ],
    [
      "a zero padding of a row above and a column on the right",
      [2, 2, 1],
      [
        {
          kind: "zeroPadding2d",
          name: "p",
          padding: [
            [1, 0],
            [0, 1],
          ],
        },
      ],
      [],
      [0, 0, 0, 1, 2, 0, 3, 4, 0],
    ],
    // Mean 2.5, variance 1.25: (x - 2.5) / sqrt(1.251), times gamma 2, plus beta 1.
    [
      "a layer normalisation",
      [4],
      [{ kind: "layerNormalization", name: "n" }],
      [2, 2, 2, 2, 1, 1, 1, 1],
      [-1.682209, 0.10593, 1.89407, 3.682209],
    ],
    // Mean 1, variance 0.999: (x - 1) / sqrt(1), times gamma 3, plus beta 1.
    ["a batch normalisation", [2, 2, 1], [{ kind: "batchNormalization", name: "n" }], [3, 1, 1, 0.999], [1, 4, 7, 10]],
    // Beta 1, moving mean 1, moving variance 0.999: x - 1 over sqrt(1), plus 1.
    [
      "a batch normalisation without gamma",
      [2, 2, 1],
      [{ kind: "batchNormalization", name: "n", scale: false }],
      [1, 1, 0.999],
      [1, 2, 3, 4],
    ],
  ])("gives for 1, 2, 3, 4 and %s the values by hand", (_, shape, layers, weights, expected) => {
    expectValues(valuesOf(shape, [1, 2, 3, 4], layers, weights), expected);
  });

  it("shuffles channels: those of two groups, one below the other, are read column by column", () => {
    // Rows 1, 2, 3 and 4, 5, 6 at one pixel, 7, 8, 9 and 10, 11, 12 at the other.
    const shuffle = { kind: "channelShuffle", name: "s", groups: 2 };
    const values = valuesOf([1, 2, 6], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [shuffle]);
    expectValues(values, [1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12]);
  });

  it.each([true, false])("scales each channel of an image by its gate of global averages, keepDims %s", (keepDims) => {
    const gate = { kind: "globalAveragePool2d", name: "gate", keepDims };
    for (const inputs of [
      ["gate", "input"],
      ["input", "gate"],
    ]) {
      // Channels (1, 3) and (2, 4) have the means 2 and 3.
      const values = valuesOf([1, 2, 2], [1, 2, 3, 4], [gate, { kind: "multiply", name: "m", inputs }]);
      expectValues(values, [2, 6, 6, 12]);
    }
  });
});

describe("a network", () => {
  it("refuses a network whose softmax is not over classes", async () => {
    await selectBackend("cpu");
    expect(() => valuesOf([2, 2, 1], [1, 2, 3, 4], [])).not.toThrow();
    const image = architectureSchema.parse({ name: "image", inputShape: [2, 2, 1], layers: [softmax] });
    const inputs = tf.zeros([1, 2, 2, 1]);
    expect(() => forwardLogits(image, inputs, new Map(), { training: false, seed: 0 })).toThrow(
      expect.objectContaining({ code: "models.invalid-architecture" }),
    );
    inputs.dispose();
  });
});
