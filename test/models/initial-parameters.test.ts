import { mean, standardDeviation } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { architectureSchema } from "../../models/architecture.ts";
import { initialParameters } from "../../models/initial-parameters.ts";
import { lenet5 } from "../../models/zoo.ts";

describe("the initial parameters", () => {
  it("are the same for the same seed, and others for another", () => {
    expect(initialParameters(lenet5, 7)).toEqual(initialParameters(lenet5, 7));
    expect(initialParameters(lenet5, 7).values).not.toEqual(initialParameters(lenet5, 8).values);
  });

  it("begin every kernel Glorot-uniform and every bias at 0", () => {
    const { tensors } = initialParameters(lenet5, 1);
    const kernel = tensors.find(({ name }) => name === "dense1/kernel")?.values ?? [];
    // sqrt(6 / (400 + 120)) = 0.10742; a uniform variable on +-l has the standard deviation l / sqrt(3).
    const limit = Math.sqrt(6 / 520);
    expect(Math.max(...kernel)).toBeLessThanOrEqual(limit);
    expect(Math.min(...kernel)).toBeGreaterThanOrEqual(-limit);
    // 48,000 values: four standard errors are 0.018 of the standard deviation for the mean, 0.01 for the spread.
    expect(Math.abs(mean([...kernel]))).toBeLessThan(0.02 * limit);
    expect(standardDeviation([...kernel]) / (limit / Math.sqrt(3))).toBeCloseTo(1, 1);
    expect(tensors.find(({ name }) => name === "dense1/bias")?.values.every((value) => value === 0)).toBe(true);
  });

  it("count a convolution's window for both fans", () => {
    const kernel = initialParameters(lenet5, 1).tensors.find(({ name }) => name === "conv2/kernel")?.values ?? [];
    // sqrt(6 / (25 * (6 + 16))) = 0.10445
    const largest = Math.max(...[...kernel].map(Math.abs));
    expect(largest).toBeLessThanOrEqual(Math.sqrt(6 / 550));
    expect(largest).toBeGreaterThan(0.95 * Math.sqrt(6 / 550));
  });

  it("begin every kernel of grouped and separable convolutions, and every normalisation, as its kind", () => {
    const same = { filters: 6, kernelSize: [3, 3], padding: "same", activation: "linear" };
    const architecture = architectureSchema.parse({
      name: "kinds",
      inputShape: [4, 4, 6],
      layers: [
        { kind: "conv2d", name: "grouped", groups: 2, ...same },
        { kind: "separableConv2d", name: "separable", ...same },
        { kind: "layerNormalization", name: "norm" },
      ],
    });
    const largest = initialParameters(architecture, 1).tensors.map(({ name, values }) => [
      name,
      Math.max(...[...values].map(Math.abs)),
    ]);
    expect(Object.fromEntries(largest)).toEqual({
      "grouped/kernel": expect.closeTo(Math.sqrt(6 / (9 * (3 + 6))), 1),
      "grouped/bias": 0,
      "separable/depthwise_kernel": expect.closeTo(Math.sqrt(6 / (9 * (6 + 1))), 1),
      "separable/pointwise_kernel": expect.closeTo(Math.sqrt(6 / (6 + 6)), 1),
      "separable/bias": 0,
      "norm/gamma": 1,
      "norm/beta": 0,
    });
  });

  const sequence = architectureSchema.parse({
    name: "sequence",
    inputShape: [7],
    layers: [
      { kind: "embedding", name: "tokens", inputDim: 40, outputDim: 12 },
      { kind: "positionEmbedding", name: "positions" },
      { kind: "multiHeadAttention", name: "attention", heads: 3, keyUnits: 4 },
      { kind: "lstm", name: "lstm", units: 5 },
    ],
  });
  const tensorOf = (name: string) =>
    initialParameters(sequence, 4).tensors.find((tensor) => tensor.name === name)?.values ?? new Float32Array();

  it("begin an LSTM's forget gates open and its other biases at 0", () => {
    const gate = (value: number) => Array.from({ length: 5 }, () => value);
    expect([...tensorOf("lstm/bias")]).toEqual([...gate(0), ...gate(1), ...gate(0), ...gate(0)]);
  });

  it("begin an LSTM's recurrent kernel with orthonormal rows, none of which is an axis", () => {
    const kernel = tensorOf("lstm/recurrent_kernel"); // [5, 20]
    const row = (index: number) => [...kernel.subarray(20 * index, 20 * (index + 1))];
    for (let a = 0; a < 5; a++) {
      for (let b = 0; b < 5; b++) {
        const product = row(a).reduce((sum, value, column) => sum + value * (row(b)[column] as number), 0);
        expect(product).toBeCloseTo(a === b ? 1 : 0, 6);
      }
    }
    expect(Math.max(...kernel.map(Math.abs))).toBeLessThan(0.9);
  });

  it.each([
    ["lstm/kernel", 12, 20],
    ["attention/query/kernel", 12, 12],
    ["attention/attention_output/kernel", 12, 12],
    ["positions/embeddings", 7, 12],
  ])("begin %s as the matrix of %d x %d that it is, Glorot-uniform", (name, inputs, outputs) => {
    const limit = Math.sqrt(6 / (inputs + outputs));
    const largest = Math.max(...tensorOf(name).map(Math.abs));
    expect(largest).toBeLessThanOrEqual(Math.fround(limit));
    expect(largest).toBeGreaterThan(0.9 * limit);
  });

  it("begin the vectors of tokens within 0.05 and the attention's biases at 0", () => {
    const largest = Math.max(...tensorOf("tokens/embeddings").map(Math.abs));
    expect(largest).toBeLessThanOrEqual(Math.fround(0.05));
    expect(largest).toBeGreaterThan(0.045);
    expect(tensorOf("attention/key/bias").every((value) => value === 0)).toBe(true);
  });

  it("make batch normalisation an identity", () => {
    const architecture = architectureSchema.parse({
      name: "bn",
      inputShape: [3],
      layers: [{ kind: "batchNormalization", name: "bn" }],
    });
    const values = Object.fromEntries(initialParameters(architecture, 1).tensors.map((t) => [t.name, [...t.values]]));
    expect(values).toEqual({
      "bn/gamma": [1, 1, 1],
      "bn/beta": [0, 0, 0],
      "bn/moving_mean": [0, 0, 0],
      "bn/moving_variance": [1, 1, 1],
    });
  });
});
