// Every class of layer that tfjs-layers exports, against a calculation by hand.

import { serialization } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { countedClassNames, countLayer } from "../../../workloads/keras/count-layer.ts";
import { callOf, type Layer, totalsOf, zeroRecurrent } from "./support.ts";

const { layers } = tf;

beforeAll(async () => {
  await selectBackend("cpu");
});

describe("the cost of a dense layer", () => {
  it("is a product of its input with its kernel, bias fused, and its activation", () => {
    // 5 * 3 multiply-adds; 5 + 3 elements; 15 + 3 weights; the product's and the activation's output: 3 + 3.
    expect(totalsOf(layers.dense({ units: 3, activation: "relu" }), [5])).toEqual({
      kinds: ["dense"],
      multiplyAdds: 15,
      heavy: 1,
      light: 1,
      heavyElements: 8,
      parameters: 18,
      storedElements: 6,
      weights: 18,
    });
  });

  it("is paid at each position of a sequence", () => {
    // 7 positions * 5 * 3.
    expect(totalsOf(layers.dense({ units: 3 }), [7, 5])).toMatchObject({ multiplyAdds: 105, light: 0, parameters: 18 });
  });
});

describe("the cost of a convolution", () => {
  it("of one dimension is kernel weights times output positions", () => {
    // valid, stride 2: (10 - 3) / 2 + 1 = 4 positions (floor); kernel 3 * 2 * 5 = 30; 4 * 30.
    expect(totalsOf(layers.conv1d({ filters: 5, kernelSize: 3, strides: 2 }), [10, 2])).toMatchObject({
      kinds: ["dense"],
      multiplyAdds: 120,
      parameters: 35,
      heavyElements: 20 + 20,
    });
  });

  it("of two dimensions is the same in both data formats, without a bias too", () => {
    // same, stride 2: 4x4 positions; kernel 3 * 3 * 3 * 6 = 162; 16 * 162 = 2,592.
    const options = { filters: 6, kernelSize: 3, strides: 2, padding: "same", useBias: false } as const;
    const expected = { multiplyAdds: 2_592, parameters: 162, heavyElements: 192 + 96, heavy: 1, light: 0 };
    expect(totalsOf(layers.conv2d(options), [8, 8, 3])).toMatchObject(expected);
    expect(totalsOf(layers.conv2d({ ...options, dataFormat: "channelsFirst" }), [3, 8, 8])).toMatchObject(expected);
  });

  it("of two dimensions does not grow with its dilation", () => {
    // valid, reach 1 + 2 * 2 = 5: 4x4 positions; 16 * (9 * 1 * 2) = 288.
    expect(totalsOf(layers.conv2d({ filters: 2, kernelSize: 3, dilationRate: 2 }), [8, 8, 1])).toMatchObject({
      multiplyAdds: 288,
    });
  });

  it("of three dimensions is kernel weights times output positions", () => {
    // valid: 3x3x3 positions; kernel 2^3 * 1 * 4 = 32; 27 * 32 = 864.
    expect(totalsOf(layers.conv3d({ filters: 4, kernelSize: 2 }), [4, 4, 4, 1])).toMatchObject({
      multiplyAdds: 864,
      parameters: 36,
      heavyElements: 64 + 108,
    });
  });

  it("transposed is kernel weights times input positions", () => {
    // 5x5 positions; kernel 3 * 3 * 4 * 2 = 72; 25 * 72 = 1,800; same, stride 2: 10x10x2 out.
    const transposed = layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: "same" });
    expect(totalsOf(transposed, [5, 5, 4])).toMatchObject({
      kinds: ["dense"],
      multiplyAdds: 1_800,
      parameters: 74,
      heavyElements: 100 + 200,
    });
    // 2^3 positions; kernel 2^3 * 3 * 5 = 120; 8 * 120.
    const cube = layers.conv3dTranspose({ filters: 5, kernelSize: 2, strides: 2 });
    expect(totalsOf(cube, [2, 2, 2, 3])).toMatchObject({ multiplyAdds: 960, parameters: 125 });
  });

  it("by depth is kernel positions times output elements, apart from the dense ones", () => {
    // 6x6 positions * 4 channels * multiplier 2 = 288 outputs * 9; kernel 9 * 4 * 2, bias 8.
    const depthwise = layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, activation: "relu6" });
    expect(totalsOf(depthwise, [8, 8, 4])).toEqual({
      kinds: ["depthwise"],
      multiplyAdds: 2_592,
      heavy: 1,
      light: 1,
      heavyElements: 256 + 288,
      parameters: 80,
      storedElements: 576,
      weights: 80,
    });
  });

  it("separable is a depthwise one and one of 1x1, whatever the depth multiplier", () => {
    // 8x8 positions * 3 channels * multiplier 2 = 384; depthwise 384 * 9 = 3,456; pointwise 384 * 5 = 1,920.
    // Weights 9 * 3 * 2 + 6 * 5 + 5 = 89. Elements (192 + 384) + (384 + 320). Kept: 384 + 320 + ReLU 320.
    const options = { filters: 5, kernelSize: 3, padding: "same", depthMultiplier: 2, activation: "relu" } as const;
    const call = callOf(layers.separableConv2d(options), [8, 8, 3]);
    expect(countLayer(call)).toMatchObject({
      storedElements: 1_024,
      costs: [
        { kind: "depthwise", forwardMultiplyAdds: 3_456, parameterCount: 54, operatorCount: 1, outputElements: 384 },
        { kind: "dense", forwardMultiplyAdds: 1_920, parameterCount: 35, operatorCount: 2, outputElements: 320 },
      ],
    });
    expect(call.parameterCount).toBe(89);
  });

  it("is grouped, or depthwise, as the groups of a description say", () => {
    // TensorFlow.js has no groups, a description of another program's model may. 4 outputs of 4 / 2 = 2 inputs each: 9 * 2 * 4.
    const dense = callOf(layers.conv2d({ filters: 4, kernelSize: 3, useBias: false }), [3, 3, 4]);
    const grouped = (groups: number, parameterCount: number) =>
      countLayer({ ...dense, parameterCount, config: { ...dense.config, groups } }).costs[0];
    expect(grouped(2, 72)).toMatchObject({ kind: "grouped", forwardMultiplyAdds: 72 });
    expect(grouped(4, 36)).toMatchObject({ kind: "depthwise", forwardMultiplyAdds: 36 });
  });
});

describe("the cost of a recurrent layer", () => {
  it("is, for an LSTM, 4 (input + units) units multiply-adds a step, in 2 products and 11 light operators", () => {
    // 10 steps * 4 * (5 + 3) * 3 = 960. Weights 4 * (5 + 3) * 3 + 4 * 3 = 108.
    // Heavy elements a step: 5 + 12 and 3 + 12. Kept a step: 12 + 12, sum 12, split 12, 5 * 3, 4 * 3 = 75.
    expect(totalsOf(layers.lstm({ units: 3, ...zeroRecurrent }), [10, 5])).toEqual({
      kinds: ["dense"],
      multiplyAdds: 960,
      heavy: 20,
      light: 110,
      heavyElements: 320,
      parameters: 108,
      storedElements: 750,
      weights: 108,
    });
  });

  it("is, for a GRU, 3 (input + units) units multiply-adds a step, in 3 products and 14 light operators", () => {
    // 10 steps * 3 * (5 + 3) * 3 = 720. Weights 72 + 9. Kept a step: 9 + 6 + 3, splits 9 + 6, 12 operators of 3.
    expect(totalsOf(layers.gru({ units: 3, ...zeroRecurrent }), [10, 5])).toMatchObject({
      multiplyAdds: 720,
      heavy: 30,
      light: 140,
      parameters: 81,
      storedElements: 690,
      weights: 81,
    });
  });

  it("is, for a simple one, (input + units) units multiply-adds a step, in 2 products, their sum and the activation", () => {
    // 10 steps * (5 + 3) * 3 = 240. Weights 24 + 3.
    const options = { units: 3, ...zeroRecurrent };
    expect(totalsOf(layers.simpleRNN(options), [10, 5])).toMatchObject({
      multiplyAdds: 240,
      heavy: 20,
      light: 20,
      parameters: 27,
      weights: 27,
    });
    expect(totalsOf(layers.simpleRNN({ ...options, activation: "linear" }), [10, 5])).toMatchObject({ light: 10 });
  });

  it("is, for cells in an RNN, the sum of theirs, each on the output of the one before", () => {
    // A step: LSTM 4 * (5 + 3) * 3 = 96, GRU 3 * (3 + 2) * 2 = 30. Weights 96 + 12 and 30 + 6.
    const cell = [layers.lstmCell({ units: 3, ...zeroRecurrent }), layers.gruCell({ units: 2, ...zeroRecurrent })];
    expect(totalsOf(layers.rnn({ cell, returnSequences: true }), [10, 5])).toMatchObject({
      multiplyAdds: 1_260,
      heavy: 50,
      light: 250,
      parameters: 144,
      weights: 144,
    });
    const simple = layers.simpleRNNCell({ units: 2, ...zeroRecurrent });
    expect(totalsOf(layers.rnn({ cell: simple }), [4, 3])).toMatchObject({ multiplyAdds: 4 * (3 + 2) * 2 });
  });

  it("is, for a convolutional LSTM, 8 convolutions a step", () => {
    // Out 6x6x2 = 72. A gate: input 36 * (9 * 1 * 2) = 648, state 36 * (9 * 2 * 2) = 1,296; 4 gates: 7,776; 5 steps.
    // Weights: 9 * 1 * 8 + 9 * 2 * 8 + 8 = 224. Light: 4 sums, 5 activations, 4 of the state.
    const layer = layers.convLstm2d({ filters: 2, kernelSize: 3, ...zeroRecurrent });
    expect(totalsOf(layer, [5, 8, 8, 1])).toEqual({
      kinds: ["dense"],
      multiplyAdds: 38_880,
      heavy: 40,
      light: 65,
      heavyElements: 5 * 4 * (64 + 72 + 72 + 72),
      parameters: 224,
      storedElements: 5 * (8 + 13) * 72,
      weights: 224,
    });
  });

  it.each([
    ["concat", 1],
    ["sum", 1],
    ["mul", 1],
    ["ave", 2],
  ] as const)("in both directions is twice one, and the merge by %s", (mergeMode, mergeOperators) => {
    const lstm = layers.lstm({ units: 3, returnSequences: true, ...zeroRecurrent }) as tf.RNN;
    const both = totalsOf(layers.bidirectional({ layer: lstm, mergeMode }), [10, 5]);
    // The backward sequence is turned round: one more operator.
    expect(both).toMatchObject({ multiplyAdds: 1_920, heavy: 40, light: 220 + 1 + mergeOperators, parameters: 216 });
  });

  it("in both directions that nobody merges has no merge", () => {
    const lstm = layers.lstm({ units: 3, ...zeroRecurrent }) as tf.RNN;
    const call = callOf(layers.bidirectional({ layer: lstm, mergeMode: "concat" }), [10, 5]);
    const unmerged = { ...call, config: { ...call.config, mergeMode: null } };
    const names = (layer: typeof call) => countLayer(layer).costs.map(({ layerName }) => layerName);
    expect(names(call)).toContain(`${call.name}/merge`);
    expect(names(unmerged)).not.toContain(`${call.name}/merge`);
  });

  it("through TimeDistributed is that of the layer inside, once per step", () => {
    // 6 steps * 5 * 3, weights once.
    const layer = layers.timeDistributed({ layer: layers.dense({ units: 3, activation: "relu" }) });
    expect(totalsOf(layer, [6, 5])).toEqual({
      kinds: ["dense"],
      multiplyAdds: 90,
      heavy: 6,
      light: 6,
      heavyElements: 48,
      parameters: 18,
      storedElements: 36,
      weights: 18,
    });
  });

  it("is said to be that of operators one by one", () => {
    expect(countLayer(callOf(layers.lstm({ units: 3, ...zeroRecurrent }), [10, 5])).notes.join()).toMatch(
      /10 time steps/,
    );
  });
});

describe("the cost of a layer without multiply-adds", () => {
  const image = [4, 6, 2];
  const sequence = [6, 2];
  const cube = [4, 4, 4, 2];

  // One operator each: what it reads and writes, by hand; 48 elements in an image, 12 in a sequence, 128 in a cube.
  it.each<[string, Layer, number, number, readonly (readonly number[])[], number]>([
    ["ReLU", layers.reLU(), 48, 48, [image], 0],
    ["LeakyReLU", layers.leakyReLU(), 48, 48, [image], 0],
    ["PReLU, with a slope per element", layers.prelu(), 48, 48, [image], 48],
    ["ELU", layers.elu(), 48, 48, [image], 0],
    ["ThresholdedReLU", layers.thresholdedReLU(), 48, 48, [image], 0],
    ["Softmax", layers.softmax(), 48, 48, [image], 0],
    ["Activation", layers.activation({ activation: "swish" }), 48, 48, [image], 0],
    ["BatchNormalization, whose statistics have no gradient", layers.batchNormalization(), 48, 48, [image], 4],
    ["LayerNormalization", layers.layerNormalization(), 48, 48, [image], 4],
    ["MaxPooling1D", layers.maxPooling1d({ poolSize: 2 }), 12, 6, [sequence], 0],
    ["AveragePooling1D", layers.averagePooling1d({ poolSize: 3, strides: 1 }), 12, 8, [sequence], 0],
    ["MaxPooling2D", layers.maxPooling2d({ poolSize: 2 }), 48, 12, [image], 0],
    ["AveragePooling2D", layers.averagePooling2d({ poolSize: 2, padding: "same" }), 48, 12, [image], 0],
    ["MaxPooling3D", layers.maxPooling3d({ poolSize: 2, strides: 2 }), 128, 16, [cube], 0],
    ["AveragePooling3D", layers.averagePooling3d({ poolSize: 4, strides: 4 }), 128, 2, [cube], 0],
    ["GlobalMaxPooling1D", layers.globalMaxPooling1d(), 12, 2, [sequence], 0],
    ["GlobalAveragePooling1D", layers.globalAveragePooling1d(), 12, 2, [sequence], 0],
    ["GlobalMaxPooling2D", layers.globalMaxPooling2d({}), 48, 2, [image], 0],
    ["GlobalAveragePooling2D", layers.globalAveragePooling2d({}), 48, 2, [image], 0],
    ["Add", layers.add(), 144, 48, [image, image, image], 0],
    ["Average", layers.average(), 96, 48, [image, image], 0],
    ["Maximum", layers.maximum(), 96, 48, [image, image], 0],
    ["Minimum", layers.minimum(), 96, 48, [image, image], 0],
    ["Multiply", layers.multiply(), 96, 48, [image, image], 0],
    ["Concatenate", layers.concatenate(), 120, 120, [image, [4, 6, 3]], 0],
    [
      "Cropping2D",
      layers.cropping2D({
        cropping: [
          [1, 1],
          [1, 1],
        ],
      }),
      48,
      16,
      [image],
      0,
    ],
    ["UpSampling2D", layers.upSampling2d({ size: [2, 2] }), 48, 192, [image], 0],
    ["ZeroPadding2D", layers.zeroPadding2d({ padding: 1 }), 48, 96, [image], 0],
    ["Permute", layers.permute({ dims: [2, 1] }), 12, 12, [sequence], 0],
    ["RepeatVector", layers.repeatVector({ n: 4 }), 5, 20, [[5]], 0],
    ["Masking", layers.masking(), 12, 12, [sequence], 0],
    ["GaussianNoise", layers.gaussianNoise({ stddev: 1 }), 48, 48, [image], 0],
    ["Rescaling", layers.rescaling({ scale: 2 }), 48, 48, [image], 0],
    ["CenterCrop", layers.centerCrop({ height: 2, width: 2 }), 48, 8, [image], 0],
    ["Resizing", layers.resizing({ height: 8, width: 8 }), 48, 128, [image], 0],
    ["CategoryEncoding", layers.categoryEncoding({ numTokens: 9, outputMode: "multiHot" }), 3, 9, [[3]], 0],
    ["RandomWidth, as one that keeps the width", layers.randomWidth({ factor: 0.2 }), 48, 48, [image], 0],
  ])("is one operator for %s", (_, layer, inputElements, outputElements, inputShapes, parameterCount) => {
    const { costs, storedElements } = countLayer(callOf(layer, ...inputShapes));
    const kind = "elementwise";
    expect(costs).toEqual([
      expect.objectContaining({ kind, operatorCount: 1, inputElements, outputElements, parameterCount }),
    ]);
    expect(storedElements).toBe(outputElements);
  });

  it("is, for an embedding, reading the indices and their rows, not the table", () => {
    // 7 indices + 7 rows of 4; the table of 100 rows is trained.
    const { costs } = countLayer(callOf(layers.embedding({ inputDim: 100, outputDim: 4 }), [7]));
    expect(costs).toMatchObject([{ operatorCount: 1, inputElements: 35, outputElements: 28, parameterCount: 400 }]);
  });

  it.each<[string, Layer, number]>([
    ["Flatten", layers.flatten(), 0],
    ["Reshape", layers.reshape({ targetShape: [3, 4] }), 0],
    ["a linear Activation", layers.activation({ activation: "linear" }), 0],
    ["Dropout, whose output stays", layers.dropout({ rate: 0.5 }), 12],
    ["SpatialDropout1D, whose output stays", layers.spatialDropout1d({ rate: 0.5 }), 12],
    ["GaussianDropout, whose output stays", layers.gaussianDropout({ rate: 0.5 }), 12],
    ["AlphaDropout, whose output stays", layers.alphaDropout({ rate: 0.5 }), 12],
  ])("is no operator for %s", (_, layer, stored) => {
    const { costs, storedElements } = countLayer(callOf(layer, sequence));
    expect(costs).toEqual([expect.objectContaining({ operatorCount: 0, parameterCount: 0 })]);
    expect(storedElements).toBe(stored);
  });
});

describe("the cost of Dot", () => {
  it("is a product of its inputs, without weights", () => {
    // [4, 3] and [5, 3] over the last axis: 4 * 5 outputs of 3 multiply-adds.
    expect(totalsOf(layers.dot({ axes: -1 }), [4, 3], [5, 3])).toMatchObject({
      kinds: ["dense"],
      multiplyAdds: 60,
      heavyElements: 12 + 15 + 20,
      parameters: 0,
      light: 0,
    });
    // [3, 4] over axis 1 and [5, 3] over axis 2 (the batch is axis 0): the same.
    expect(totalsOf(layers.dot({ axes: [1, 2] }), [3, 4], [5, 3])).toMatchObject({ multiplyAdds: 60 });
  });

  it("of scaled vectors has an operator more for each", () => {
    expect(totalsOf(layers.dot({ axes: 1, normalize: true }), [8], [8])).toMatchObject({ multiplyAdds: 8, light: 2 });
  });
});

describe("the classes of layers", () => {
  it("are all counted, those that tfjs-layers registers", () => {
    const { classNameMap } = serialization.SerializationMap.getMap();
    const classNames = Object.entries(classNameMap)
      .filter(([, [registered]]) => "apply" in registered.prototype && "computeOutputShape" in registered.prototype)
      .map(([className]) => className);
    expect(classNames.length).toBeGreaterThan(60);
    // Nested models are counted through their layers, stacked cells one by one.
    const elsewhere = ["Model", "Functional", "Sequential", "StackedRNNCells"];
    expect(classNames.filter((name) => ![...countedClassNames, ...elsewhere].includes(name))).toEqual([]);
  });
});
