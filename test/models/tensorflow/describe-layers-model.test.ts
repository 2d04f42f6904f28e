import * as tfc from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import type { LayerCall } from "../../../models/layers-model-description.ts";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { describeLayersModel } from "../../../models/tensorflow/describe-layers-model.ts";
import { outputShapesOf } from "../../../models/tensorflow/layer-output-shapes.ts";

type Layer = tf.layers.Layer;
const { layers } = tf;
const zeros = { recurrentInitializer: "zeros" } as const;
const apply = (layer: Layer, ...inputs: readonly tf.SymbolicTensor[]) =>
  layer.apply(inputs.length === 1 ? (inputs[0] as tf.SymbolicTensor) : [...inputs]) as tf.SymbolicTensor;
const invalid = (message: RegExp) =>
  expect.objectContaining({ code: "models.invalid-architecture", message: expect.stringMatching(message) });

beforeAll(async () => {
  await selectBackend("cpu");
});

describe("describeLayersModel", () => {
  it("gives each call's class, name, settings, shapes and weights, as plain data", () => {
    const model = tf.sequential({
      name: "small",
      layers: [
        layers.conv2d({ name: "conv", filters: 2, kernelSize: 3, inputShape: [8, 8, 1], activation: "relu" }),
        layers.batchNormalization({ name: "norm" }),
        layers.flatten({ name: "flat" }),
        layers.dense({ name: "out", units: 3, activation: "softmax" }),
      ],
    });
    const description = describeLayersModel(model);
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
    expect(description).toMatchObject({ modelName: "small", inputShapes: [[8, 8, 1]], parameterCount: 20 + 8 + 219 });
    expect(description.calls).toMatchObject([
      { className: "Conv2D", name: "conv", inputShapes: [[8, 8, 1]], outputShapes: [[6, 6, 2]], parameterCount: 20 },
      { className: "BatchNormalization", parameterCount: 8, trainableParameterCount: 4, isModelOutput: false },
      { className: "Flatten", outputShapes: [[72]], parameterCount: 0 },
      { className: "Dense", name: "out", config: { units: 3, activation: "softmax" }, isModelOutput: true },
    ]);
    expect(description.calls[0]?.config).toMatchObject({ filters: 2, kernelSize: [3, 3], padding: "valid" });
  });

  it("lists a shared layer once per call, and its weights as new only once", () => {
    const [left, right] = [tf.input({ shape: [5] }), tf.input({ shape: [5] })];
    const shared = layers.dense({ units: 3, name: "shared" });
    const sum = apply(layers.add(), apply(shared, left), apply(shared, right));
    const model = tf.model({ inputs: [left, right], outputs: sum });
    const description = describeLayersModel(model);
    expect(description.inputShapes).toEqual([[5], [5]]);
    expect(description.calls.map(({ name, isFirstCall }) => [name, isFirstCall])).toEqual([
      ["shared", true],
      ["shared", false],
      [model.layers.at(-1)?.name, true],
    ]);
    expect(description.parameterCount).toBe(model.countParams());
  });

  it("opens nested models, called twice too, and recognises the output inside them", () => {
    const inner = tf.sequential({
      name: "inner",
      layers: [layers.dense({ units: 4, inputShape: [6] }), layers.dense({ units: 6, activation: "softmax" })],
    });
    const input = tf.input({ shape: [6] });
    const model = tf.model({ inputs: input, outputs: apply(inner, apply(inner, input)) });
    const { calls, parameterCount } = describeLayersModel(model);
    expect(calls.map(({ name }) => name)).toEqual(["inner", "inner"]);
    const summary = calls.map(({ inner: nested }) =>
      nested.map(({ isFirstCall, isModelOutput }) => [isFirstCall, isModelOutput]),
    );
    expect(summary).toEqual([
      [
        [true, false],
        [true, false],
      ],
      [
        [false, false],
        [false, true],
      ],
    ]);
    expect(parameterCount).toBe(28 + 30);
  });

  it("gives the cells of recurrent layers the shapes of one step", () => {
    const cell = [layers.lstmCell({ units: 3, ...zeros }), layers.gruCell({ units: 2, ...zeros })];
    const model = tf.sequential({
      layers: [
        layers.rnn({ cell, returnSequences: true, inputShape: [10, 5] }),
        layers.bidirectional({ layer: layers.lstm({ units: 4, ...zeros }) as tf.RNN, mergeMode: "concat" }),
      ],
    });
    const { calls, parameterCount } = describeLayersModel(model);
    const shapes = (call: LayerCall | undefined) =>
      call?.inner.map(({ className, inputShapes, outputShapes }) => [className, inputShapes[0], outputShapes[0]]);
    expect(shapes(calls[0])).toEqual([
      ["LSTMCell", [5], [3]],
      ["GRUCell", [3], [2]],
    ]);
    expect(shapes(calls[1])).toEqual([
      ["LSTM", [10, 2], [4]],
      ["LSTM", [10, 2], [4]],
    ]);
    expect(shapes(calls[1]?.inner[1])).toEqual([["LSTMCell", [2], [4]]]);
    expect(parameterCount).toBe(model.countParams());
  });

  it("counts nothing of a frozen layer as trainable, nor inside one", () => {
    const frozen = layers.lstm({ units: 3, trainable: false, inputShape: [4, 2], ...zeros });
    const { calls } = describeLayersModel(tf.sequential({ layers: [frozen, layers.dense({ units: 2 })] }));
    expect(calls).toMatchObject([
      { parameterCount: 72, trainableParameterCount: 0, inner: [{ parameterCount: 72, trainableParameterCount: 0 }] },
      { parameterCount: 8, trainableParameterCount: 8 },
    ]);
  });

  it("asks for the sizes that a model leaves open, and takes them", () => {
    const model = tf.sequential({
      layers: [layers.embedding({ inputDim: 9, outputDim: 4 }), layers.conv1d({ filters: 2, kernelSize: 3 })],
    });
    expect(() => describeLayersModel(model)).toThrow(invalid(/leaves sizes .*\[unknown\].*inputShape: \[100\]/));
    const { inputShapes, calls } = describeLayersModel(model, { inputShape: [20] });
    expect(inputShapes).toEqual([[20]]);
    expect(calls.map(({ outputShapes }) => outputShapes[0])).toEqual([
      [20, 4],
      [18, 2],
    ]);
  });

  it("refuses input shapes that do not fit the model", () => {
    const model = tf.sequential({ layers: [layers.dense({ units: 2, inputShape: [7, 3], name: "d" })] });
    for (const inputShape of [[3], [7, 4], [7, 3.5], [[7, 3], [1]]] as const) {
      expect(() => describeLayersModel(model, { inputShape })).toThrow(invalid(/has the shape \[7, 3\]|2 shape/));
    }
    expect(describeLayersModel(model, { inputShape: [[7, 3]] }).inputShapes).toEqual([[7, 3]]);
  });

  it("asks for the input shape where tfjs has overwritten it", () => {
    const crop = layers.centerCrop({ height: 2, width: 3, inputShape: [8, 8, 1] });
    const model = tf.sequential({ layers: [crop, layers.flatten()] });
    expect(() => describeLayersModel(model)).toThrow(invalid(/overwrites.*CenterCrop/));
    const { calls } = describeLayersModel(model, { inputShape: [8, 8, 1] });
    expect(calls[0]).toMatchObject({ inputShapes: [[8, 8, 1]], outputShapes: [[2, 3, 1]] });
  });
});

describe("outputShapesOf", () => {
  const image = [4, 6, 2];
  const sequence = [6, 2];
  const on = (layer: Layer, ...inputShapes: readonly (readonly number[])[]) => ({ layer, inputShapes });

  it.each([
    on(layers.dense({ units: 3 }), sequence),
    on(layers.conv1d({ filters: 2, kernelSize: 2, strides: 2, padding: "same" }), sequence),
    on(layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: "same" }), image),
    on(layers.conv2d({ filters: 3, kernelSize: 2, dilationRate: 2 }), image),
    on(layers.conv3d({ filters: 2, kernelSize: 2, strides: 2 }), [4, 4, 4, 1]),
    on(layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: "same" }), image),
    on(layers.conv3dTranspose({ filters: 3, kernelSize: 2, strides: 2 }), [2, 2, 2, 1]),
    on(layers.separableConv2d({ filters: 3, kernelSize: 3, depthMultiplier: 2 }), image),
    on(layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }), image),
    on(layers.lstm({ units: 3, returnSequences: true, ...zeros }), sequence),
    on(layers.gru({ units: 3, ...zeros }), sequence),
    on(layers.simpleRNN({ units: 3, ...zeros }), sequence),
    on(layers.convLstm2d({ filters: 2, kernelSize: 3, ...zeros }), [3, 5, 5, 1]),
    on(layers.bidirectional({ layer: layers.lstm({ units: 3, ...zeros }) as tf.RNN, mergeMode: "concat" }), sequence),
    on(layers.timeDistributed({ layer: layers.dense({ units: 3 }) }), sequence),
    on(layers.embedding({ inputDim: 5, outputDim: 3 }), [4]),
    on(layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }), image),
    on(layers.averagePooling1d({ poolSize: 2 }), sequence),
    on(layers.maxPooling3d({ poolSize: 2, strides: 2 }), [4, 4, 4, 1]),
    on(layers.globalAveragePooling1d(), sequence),
    on(layers.globalMaxPooling2d({}), image),
    on(layers.zeroPadding2d({ padding: 1 }), image),
    on(layers.upSampling2d({ size: [2, 3] }), image),
    on(layers.permute({ dims: [2, 1] }), sequence),
    on(layers.repeatVector({ n: 3 }), [4]),
    on(layers.reshape({ targetShape: [3, -1] }), sequence),
    on(layers.dot({ axes: -1 }), [4, 3], [5, 3]),
    on(layers.concatenate(), image, [4, 6, 1]),
    on(layers.resizing({ height: 5, width: 7 }), image),
    on(layers.centerCrop({ height: 2, width: 2 }), image),
    on(layers.categoryEncoding({ numTokens: 9, outputMode: "multiHot" }), [3]),
  ])("gives the shape that the layer's own call yields: $layer.name", ({ layer, inputShapes }) => {
    const batch = 2;
    const inputs = inputShapes.map((shape) => tfc.ones([batch, ...shape]));
    const output = layer.apply(inputs.length === 1 ? (inputs[0] as tfc.Tensor) : inputs) as tfc.Tensor;
    const inferred = outputShapesOf(
      layer,
      inputShapes.map((shape) => [batch, ...shape]),
    );
    expect(inferred).toEqual([output.shape]);
  });
});
