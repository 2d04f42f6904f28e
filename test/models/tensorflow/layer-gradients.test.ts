import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { wallClock } from "../../../foundation/clock.ts";
import { seededRandom } from "../../../foundation/random-source.ts";
import { type Architecture, architectureSchema } from "../../../models/architecture.ts";
import type { LabelledExamples } from "../../../models/examples.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { publishedNetwork } from "../../../models/networks/published-networks.ts";
import { type BackendName, selectBackend } from "../../../models/tensorflow/backend.ts";
import { evaluateModel } from "../../../models/tensorflow/evaluate-model.ts";
import { trainLocally } from "../../../models/tensorflow/train-locally.ts";
import { expectSlopes } from "./gradient-check.ts";

const softmax = { kind: "activation", name: "softmax", activation: "softmax" };

/** Images of 6x6x4 on noise in which class k has a bright channel k. */
function channels(exampleCount: number, seed: number): LabelledExamples {
  const random = seededRandom(seed);
  const labels = Uint8Array.from({ length: exampleCount }, (_, example) => example % 3);
  const inputs = Float32Array.from({ length: exampleCount * 144 }, (_, index) => {
    const isBright = index % 4 === labels[Math.floor(index / 144)];
    return random.next() - 0.5 + (isBright ? 1 : 0);
  });
  return { exampleCount, exampleShape: [6, 6, 4], classCount: 3, inputs, labels };
}

/** A convolution, the layers under test, then a classifier: their gradients reach the first convolution. */
function networkOf(layers: readonly object[]): Architecture {
  return architectureSchema.parse({
    name: "tiny",
    inputShape: [6, 6, 4],
    layers: [
      { kind: "conv2d", name: "first", filters: 4, kernelSize: [3, 3], padding: "same", activation: "linear" },
      ...layers,
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "output", units: 3, activation: "linear" },
      softmax,
    ],
  });
}

async function trainOn(backend: BackendName, architecture: Architecture, epochs: number, learningRate: number) {
  await selectBackend(backend);
  const task = {
    architecture,
    parameters: initialParameters(architecture, 3),
    examples: channels(24, 5),
    settings: { epochs, batchSize: 24, learningRate, momentum: 0 },
    seed: 7,
  };
  return { task, result: await trainLocally(task, { clock: wallClock }) };
}

const activations = ["relu6", "leakyRelu", "elu", "selu", "gelu", "tanh", "sigmoid", "hardSigmoid", "hardSwish"];
const conv = { kind: "conv2d", name: "x", filters: 4, kernelSize: [3, 3], padding: "same", activation: "relu" };
const kinds: readonly (readonly [string, readonly object[]])[] = [
  ...[...activations, "swish", "softmax"].map(
    (activation) => [`activation ${activation}`, [{ kind: "activation", name: "x", activation }]] as const,
  ),
  ["conv2d in two groups", [{ ...conv, filters: 6, groups: 2 }]],
  ["conv2d in two groups at stride 2", [{ ...conv, groups: 2, strides: [2, 2] }]],
  ["conv2d with a group for each channel", [{ ...conv, filters: 8, groups: 4 }]],
  ["separableConv2d", [{ ...conv, kind: "separableConv2d", filters: 5 }]],
  [
    "depthwiseConv2d without bias",
    [{ kind: "depthwiseConv2d", name: "x", kernelSize: [3, 3], padding: "valid", activation: "relu", useBias: false }],
  ],
  ["add", [conv, { kind: "add", name: "sum", inputs: ["x", "first"] }]],
  ["multiply", [conv, { kind: "multiply", name: "product", inputs: ["x", "first"] }]],
  [
    "squeeze and excite",
    [
      { kind: "globalAveragePool2d", name: "pool", keepDims: true },
      { ...conv, kernelSize: [1, 1], activation: "hardSigmoid" },
      { kind: "multiply", name: "scale", inputs: ["x", "first"] },
    ],
  ],
  [
    "a gate without the image's dimensions",
    [
      { kind: "globalMaxPool2d", name: "pool" },
      { kind: "multiply", name: "scale", inputs: ["first", "pool"] },
    ],
  ],
  ["concatenate", [conv, { kind: "concatenate", name: "joined", inputs: ["x", "first", "input"] }]],
  [
    "zeroPadding2d",
    [
      {
        kind: "zeroPadding2d",
        name: "x",
        padding: [
          [1, 0],
          [2, 1],
        ],
      },
    ],
  ],
  [
    "averagePool2d with overlapping windows",
    [{ kind: "averagePool2d", name: "x", poolSize: [3, 3], strides: [1, 1], padding: "same" }],
  ],
  [
    "maxPool2d with overlapping windows",
    [{ kind: "maxPool2d", name: "x", poolSize: [3, 3], strides: [2, 2], padding: "same" }],
  ],
  ["globalMaxPool2d", [{ kind: "globalMaxPool2d", name: "x" }]],
  [
    "reshape",
    [
      { kind: "reshape", name: "x", targetShape: [3, 12, 4] },
      { ...conv, name: "y" },
    ],
  ],
  ["rescaling", [{ kind: "rescaling", name: "x", scale: 0.5 }]],
  ["layerNormalization", [{ kind: "layerNormalization", name: "x" }]],
  ["batchNormalization", [{ kind: "batchNormalization", name: "x" }]],
  ["batchNormalization without gamma", [{ kind: "batchNormalization", name: "x", scale: false }]],
  [
    "slice and channelShuffle",
    [
      { kind: "slice", name: "low", from: 0, count: 2, inputs: ["first"] },
      { kind: "slice", name: "high", from: 2, count: 2, inputs: ["first"] },
      { ...conv, filters: 2, inputs: ["high"] },
      { kind: "concatenate", name: "joined", inputs: ["low", "x"] },
      { kind: "channelShuffle", name: "shuffled", groups: 2 },
    ],
  ],
];

describe("training through each kind of layer", () => {
  it.each(kinds)("has the same gradients on wasm as on the cpu back-end: %s", async (_, layers) => {
    const architecture = networkOf(layers);
    // At a learning rate of 1, one step moves each parameter by its gradient.
    const { task, result: wasm } = await trainOn("wasm", architecture, 1, 1);
    const { result: cpu } = await trainOn("cpu", architecture, 1, 1);
    for (const [index, { name, values }] of cpu.parameters.tensors.entries()) {
      const other = wasm.parameters.tensors[index]?.values ?? [];
      const worst = values.reduce((w, value, i) => Math.max(w, Math.abs(value - (other[i] ?? Number.NaN))), 0);
      expect(worst, name).toBeLessThan(1e-4);
    }
    const before = task.parameters.tensors[0]?.values ?? [];
    const moved = (wasm.parameters.tensors[0]?.values ?? []).map((value, i) => Math.abs(value - (before[i] ?? 0)));
    expect(Math.max(...moved)).toBeGreaterThan(1e-4);
  });

  it.each(kinds)("has the gradients that small changes of the parameters show: %s", async (_, layers) => {
    // Without the bends of relu, which a small change of a bias takes some of hundreds of pixels across.
    const smooth = layers.map((layer) =>
      "activation" in layer && layer.activation === "relu" ? { ...layer, activation: "swish" } : layer,
    );
    const architecture = networkOf(smooth);
    await selectBackend("wasm");
    await expectSlopes({
      architecture,
      parameters: initialParameters(architecture, 3),
      examples: channels(24, 5),
      settings: { epochs: 1, batchSize: 24, learningRate: 1, momentum: 0 },
      seed: 7,
    });
  });

  it.each(kinds)("lowers the loss: %s", async (_, layers) => {
    const { task, result } = await trainOn("wasm", networkOf(layers), 40, 0.1);
    const before = await evaluateModel(task);
    const after = await evaluateModel({ ...task, parameters: result.parameters });
    expect(result.trainingLoss).toBeLessThan(0.9 * before.loss);
    expect(after.loss).toBeLessThan(before.loss);
  });

  it("takes examples of fewer classes than the network has", async () => {
    const pool = { kind: "globalAveragePool2d", name: "pool" };
    const network = architectureSchema.parse({
      ...networkOf([]),
      layers: [pool, { kind: "dense", name: "output", units: 5, activation: "softmax" }],
    });
    const { task, result } = await trainOn("wasm", network, 40, 0.5);
    const after = await evaluateModel({ ...task, parameters: result.parameters });
    expect(after.loss).toBeLessThan(0.7 * (await evaluateModel(task)).loss);
  });

  it("leaves no tensor behind in a network with branches and groups", async () => {
    const architecture = networkOf(kinds.find(([name]) => name === "slice and channelShuffle")?.[1] ?? []);
    await trainOn("wasm", architecture, 1, 0.1);
    const before = tf.memory().numTensors;
    await trainOn("wasm", architecture, 1, 0.1);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(["shufflenet_v2_x0_5", "mobilenet_v3_small", "squeezenet1_1"])(
    "takes a step of the published network %s",
    async (name) => {
      await selectBackend("wasm");
      const architecture = publishedNetwork(name, { imageSize: 32, classCount: 3 });
      const random = seededRandom(1);
      const inputs = Float32Array.from({ length: 4 * 32 * 32 * 3 }, () => random.next());
      const examples = {
        exampleCount: 4,
        exampleShape: [32, 32, 3],
        classCount: 3,
        inputs,
        labels: Uint8Array.of(0, 1, 2, 0),
      };
      const parameters = initialParameters(architecture, 1);
      const settings = { epochs: 1, batchSize: 4, learningRate: 0.01, momentum: 0 };
      const result = await trainLocally(
        { architecture, parameters, examples, settings, seed: 1 },
        { clock: wallClock },
      );
      const first = (of: typeof parameters) => of.tensors[0]?.values;
      expect(first(result.parameters)).not.toEqual(first(parameters));
    },
  );
});
