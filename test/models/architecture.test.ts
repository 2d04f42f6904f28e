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

const relu = (name: string, ...inputs: string[]) => ({ kind: "activation", name, activation: "relu", inputs });
const pass = (name: string) => ({ kind: "activation", name, activation: "relu" });

describe("a network with branches", () => {
  const residual = parse(
    [8, 8, 4],
    { kind: "conv2d", name: "a", filters: 4, kernelSize: [3, 3], padding: "same", activation: "relu" },
    { kind: "add", name: "sum", inputs: ["a", "input"] },
    { kind: "concatenate", name: "joined", inputs: ["sum", "a", "input"] },
  );

  it("says for each layer what it reads, -1 being the network's input", () => {
    expect(shapeLayers(residual).map(({ sources }) => sources)).toEqual([[-1], [0, -1], [1, 0, -1]]);
  });

  it("sums equal shapes and joins channels", () => {
    const [, sum, joined] = shapeLayers(residual);
    expect(sum).toMatchObject({
      inputShapes: [
        [8, 8, 4],
        [8, 8, 4],
      ],
      inputShape: [8, 8, 4],
      outputShape: [8, 8, 4],
    });
    expect(joined?.outputShape).toEqual([8, 8, 12]);
  });

  it("keeps a layer named input readable in sequence, but not by a name that could mean two things", () => {
    const sequence = parse([4], pass("input"), pass("b"));
    expect(shapeLayers(sequence).map(({ sources }) => sources)).toEqual([[-1], [0]]);
    const ambiguous = parse([4], pass("input"), relu("b", "input"));
    expect(() => shapeLayers(ambiguous)).toThrow(/also a layer. Rename/);
  });

  it.each([
    ["two layers of one name", [pass("a"), pass("a")], /Two layers are named "a"/],
    ["an input that is not there", [relu("a", "b")], /reads "b", which no layer before it is named/],
    ["an input that comes later", [relu("a", "b"), pass("b")], /reads "b"/],
    ["a layer that reads itself", [relu("a", "a")], /reads "a"/],
    ["an output that nobody reads", [pass("a"), relu("b", "input")], /No layer reads the output of "a"/],
    ["two inputs where one is taken", [pass("a"), relu("b", "a", "input")], /takes one input but reads 2/],
    ["a sum of one", [{ kind: "add", name: "a" }], /joins two inputs or more but reads 1/],
  ])("cannot be had with %s", (_, layers, message) => {
    expect(() => shapeLayers(parse([4], ...layers))).toThrow(
      expect.objectContaining({ code: "models.invalid-architecture", message: expect.stringMatching(message) }),
    );
  });

  const pool = { kind: "maxPool2d", name: "pool", poolSize: [2, 2], strides: [2, 2], padding: "valid" };
  it.each([
    ["sum", [pool, { kind: "add", name: "x", inputs: ["pool", "input"] }], /gets \[2,2,6\] and \[4,4,6\]/],
    ["multiply", [pool, { kind: "multiply", name: "x", inputs: ["pool", "input"] }], /gets \[2,2,6\] and \[4,4,6\]/],
    ["concatenate", [pool, { kind: "concatenate", name: "x", inputs: ["pool", "input"] }], /differ in their last/],
    ["reshape", [{ kind: "reshape", name: "x", targetShape: [95] }], /96 elements are not 95/],
    ["take as many channels from", [{ kind: "slice", name: "x", from: 4, count: 3 }], /channels 4 to 7 of only 6/],
    ["shuffle", [{ kind: "channelShuffle", name: "x", groups: 4 }], /6 channels into 4 equal groups/],
    ["group", [{ ...conv("x", 8), groups: 4 }], /6 channels into 4 equal groups/],
    ["group the filters over", [{ ...conv("x", 8), groups: 3 }], /8 filters into 3 equal groups/],
  ])("refuses to %s shapes that do not fit", (_, layers, message) => {
    expect(() => shapeLayers(parse([4, 4, 6], ...layers))).toThrow(
      expect.objectContaining({ code: "models.invalid-architecture", message: expect.stringMatching(message) }),
    );
  });
});

function conv(name: string, filters: number) {
  return { kind: "conv2d", name, filters, kernelSize: [3, 3], padding: "same", activation: "linear" };
}

describe("the kinds of layers", () => {
  const image = [6, 5, 4];
  it.each([
    [
      {
        kind: "zeroPadding2d",
        name: "x",
        padding: [
          [1, 2],
          [0, 3],
        ],
      },
      [9, 8, 4],
    ], // 1 + 6 + 2, 0 + 5 + 3
    [{ kind: "globalAveragePool2d", name: "x" }, [4]],
    [{ kind: "globalAveragePool2d", name: "x", keepDims: true }, [1, 1, 4]],
    [{ kind: "globalMaxPool2d", name: "x" }, [4]],
    [{ kind: "reshape", name: "x", targetShape: [3, 40] }, [3, 40]],
    [{ kind: "slice", name: "x", from: 1, count: 2 }, [6, 5, 2]],
    [{ kind: "channelShuffle", name: "x", groups: 2 }, image],
    [{ kind: "rescaling", name: "x", scale: 0.1 }, image],
    [{ kind: "multiply", name: "x", inputs: ["input", "input"] }, image],
  ])("give %o the output %j and no tensor", (layer, outputShape) => {
    expect(shapeLayers(parse(image, layer))[0]).toMatchObject({ outputShape, tensors: [] });
  });

  it("scale an image's channels by a gate, whichever comes first", () => {
    const gate = { kind: "globalAveragePool2d", name: "gate", keepDims: true };
    for (const inputs of [
      ["input", "gate"],
      ["gate", "input"],
    ]) {
      const network = parse(image, gate, { kind: "multiply", name: "x", inputs });
      expect(shapeLayers(network).at(-1)?.outputShape).toEqual(image);
    }
  });

  it.each([
    [
      { ...conv("x", 8), groups: 2 },
      { "x/kernel": [3, 3, 2, 8], "x/bias": [8] },
    ],
    [{ ...conv("x", 8), useBias: false }, { "x/kernel": [3, 3, 4, 8] }],
    [
      { ...conv("x", 7), kind: "separableConv2d" },
      { "x/depthwise_kernel": [3, 3, 4, 1], "x/pointwise_kernel": [1, 1, 4, 7], "x/bias": [7] },
    ],
    [
      { kind: "layerNormalization", name: "x" },
      { "x/gamma": [4], "x/beta": [4] },
    ],
    [
      { kind: "batchNormalization", name: "x", scale: false },
      { "x/beta": [4], "x/moving_mean": [4], "x/moving_variance": [4] },
    ],
  ])("give %o the tensors %j", (layer, tensors) => {
    const found = shapeLayers(parse(image, layer))[0]?.tensors ?? [];
    expect(Object.fromEntries(found.map(({ name, shape }) => [name, shape]))).toEqual(tensors);
  });
});

describe("the kinds of layers over sequences", () => {
  const sequence = [5, 6];
  const attention = { kind: "multiHeadAttention", name: "x", heads: 2, keyUnits: 4 };

  it.each<[number[], object, number[], Record<string, number[]>]>([
    [[5], { kind: "embedding", name: "x", inputDim: 9, outputDim: 3 }, [5, 3], { "x/embeddings": [9, 3] }],
    [sequence, { kind: "positionEmbedding", name: "x" }, sequence, { "x/embeddings": [5, 6] }],
    [
      sequence,
      { kind: "lstm", name: "x", units: 2 },
      [2],
      { "x/kernel": [6, 8], "x/recurrent_kernel": [2, 8], "x/bias": [8] },
    ],
    [
      sequence,
      { kind: "lstm", name: "x", units: 2, returnSequences: true },
      [5, 2],
      { "x/kernel": [6, 8], "x/recurrent_kernel": [2, 8], "x/bias": [8] },
    ],
    [
      sequence,
      attention,
      sequence,
      {
        "x/query/kernel": [6, 2, 4],
        "x/query/bias": [2, 4],
        "x/key/kernel": [6, 2, 4],
        "x/key/bias": [2, 4],
        "x/value/kernel": [6, 2, 4],
        "x/value/bias": [2, 4],
        "x/attention_output/kernel": [2, 4, 6],
        "x/attention_output/bias": [6],
      },
    ],
    [sequence, { kind: "globalAveragePool1d", name: "x" }, [6], {}],
    [
      sequence,
      { kind: "dense", name: "x", units: 3, activation: "relu" },
      [5, 3],
      { "x/kernel": [6, 3], "x/bias": [3] },
    ],
  ])("make of %j and %o the output %j and Keras' tensors", (inputShape, layer, outputShape, tensors) => {
    const [shaped] = shapeLayers(parse(inputShape, layer));
    expect(shaped?.outputShape).toEqual(outputShape);
    expect(Object.fromEntries((shaped?.tensors ?? []).map(({ name, shape }) => [name, shape]))).toEqual(tensors);
  });

  it.each<[number[], object, RegExp]>([
    [
      sequence,
      { kind: "embedding", name: "x", inputDim: 9, outputDim: 3 },
      /needs an input of 1 dimension.*\[5,6\]. Give \[length\]/,
    ],
    [[5], { kind: "lstm", name: "x", units: 2 }, /needs an input of 2 dimension.*\[5\]. Give \[length, features\]/],
    [[4, 4, 3], attention, /needs an input of 2 dimension.*\[4,4,3\]/],
    [[4], { kind: "globalAveragePool1d", name: "x" }, /needs an input of 2 dimension/],
  ])("refuse %j before %o", (inputShape, layer, message) => {
    expect(() => shapeLayers(parse(inputShape, layer))).toThrow(
      expect.objectContaining({ code: "models.invalid-architecture", message: expect.stringMatching(message) }),
    );
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
