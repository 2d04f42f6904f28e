import { describe, expect, it } from "vitest";
import { architectureSchema, shapeLayers } from "../../models/architecture.ts";
import { lenet5 } from "../../models/zoo.ts";

const parse = (inputShape: number[], ...layers: object[]) =>
  architectureSchema.parse({ name: "test", inputShape, layers });

describe("the shapes of a network", () => {
  it("follow LeNet-5 through its convolutions and poolings to ten classes", () => {
    expect(shapeLayers(lenet5).map(({ outputShape }) => outputShape)).toEqual([
      [28, 28, 6], // 5x5, same
      [14, 14, 6],
      [10, 10, 16], // 14 - 5 + 1, valid
      [5, 5, 16],
      [400],
      [120],
      [84],
      [10],
    ]);
  });

  it("name each layer's tensors as Keras does", () => {
    const architecture = parse(
      [8, 8, 3],
      { kind: "depthwiseConv2d", name: "dw", kernelSize: [3, 3], padding: "same", activation: "relu" },
      { kind: "batchNormalization", name: "bn" },
      { kind: "globalAveragePool2d", name: "pool" },
      { kind: "dropout", name: "drop", rate: 0.5 },
      { kind: "dense", name: "out", units: 2, activation: "softmax" },
    );
    expect(shapeLayers(architecture).flatMap(({ tensors }) => tensors)).toEqual([
      { name: "dw/depthwise_kernel", shape: [3, 3, 3, 1] },
      { name: "dw/bias", shape: [3] },
      { name: "bn/gamma", shape: [3] },
      { name: "bn/beta", shape: [3] },
      { name: "bn/moving_mean", shape: [3] },
      { name: "bn/moving_variance", shape: [3] },
      { name: "out/kernel", shape: [3, 2] },
      { name: "out/bias", shape: [2] },
    ]);
  });

  it("round up where a stride does not divide the length, as TensorFlow does", () => {
    const layer = { kind: "conv2d", name: "c", filters: 1, kernelSize: [3, 3], strides: [2, 2], activation: "linear" };
    // same: ceil(7 / 2) = 4; valid: ceil((7 - 3 + 1) / 2) = 3
    expect(shapeLayers(parse([7, 7, 1], { ...layer, padding: "same" }))[0]?.outputShape).toEqual([4, 4, 1]);
    expect(shapeLayers(parse([7, 7, 1], { ...layer, padding: "valid" }))[0]?.outputShape).toEqual([3, 3, 1]);
  });

  it("cannot be had where a dense layer gets an image: a flatten layer is missing", () => {
    const architecture = parse([4, 4, 1], { kind: "dense", name: "d", units: 2, activation: "linear" });
    expect(() => shapeLayers(architecture)).toThrow(
      expect.objectContaining({ code: "models.invalid-architecture", message: expect.stringContaining("flatten") }),
    );
  });

  it("cannot be had where a window is larger than what it slides over", () => {
    const pool = { kind: "maxPool2d", name: "p", poolSize: [5, 5], strides: [5, 5], padding: "valid" };
    expect(() => shapeLayers(parse([4, 4, 1], pool))).toThrow(/"p" slides a window of 5x5 over \[4,4,1\]/);
  });
});

describe("an architecture from outside", () => {
  it.each([
    ["an unknown layer", { kind: "lambda", name: "x", body: "process.exit()" }],
    ["an unknown activation", { kind: "dense", name: "x", units: 1, activation: "eval" }],
    ["no units", { kind: "dense", name: "x", units: 0, activation: "relu" }],
    ["units that would fill any memory", { kind: "dense", name: "x", units: 1e12, activation: "relu" }],
    ["a name with a path in it", { kind: "dense", name: "../../etc/x y", units: 1, activation: "relu" }],
    ["a property too many", { kind: "flatten", name: "x", extra: 1 }],
    ["a dropout of everything", { kind: "dropout", name: "x", rate: 1 }],
  ])("is refused with %s", (_, layer) => {
    expect(architectureSchema.safeParse({ name: "n", inputShape: [4], layers: [layer] }).success).toBe(false);
  });
});
