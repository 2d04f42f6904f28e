import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { readLayersModel } from "../../../models/tensorflow/read-layers-model.ts";
import { saveLayersModel, varyWeights } from "../../support/layers-models.ts";
import { examplesFor, largestDifference, probabilitiesOf } from "../../support/network-values.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const { layers } = tfl;
const folder = temporaryFolder();
const image = { inputShape: [9, 8, 3] };
const classes = () => layers.dense({ units: 4, activation: "softmax" });
type Layer = tfl.layers.Layer;

/** An image through the layers to four classes. */
const images = (...body: Layer[]) => tfl.sequential({ layers: [...body, layers.flatten(), classes()] });

const texts = (...body: Layer[]) => tfl.sequential({ layers: [...body, classes()] });
const embedding = () => layers.embedding({ inputDim: 9, outputDim: 5, inputLength: 7 });
/** TensorFlow.js' own initializer needs operators that are methods of tensors, which only its whole package has. */
const start = { recurrentInitializer: "zeros" } as const;
const gates = { units: 4, recurrentActivation: "sigmoid", ...start } as const;

/** The same for a graph. */
function graph(body: (input: tfl.SymbolicTensor) => tfl.SymbolicTensor): tfl.LayersModel {
  const input = tfl.input({ shape: [9, 8, 3] });
  const flat = layers.flatten().apply(body(input));
  return tfl.model({ inputs: input, outputs: classes().apply(flat) as tfl.SymbolicTensor });
}

const apply = (layer: Layer, ...inputs: tfl.SymbolicTensor[]) =>
  layer.apply(inputs.length === 1 ? (inputs[0] as tfl.SymbolicTensor) : inputs) as tfl.SymbolicTensor;

beforeAll(async () => {
  await selectBackend("wasm");
});

const activations = ["linear", "relu", "relu6", "elu", "selu", "gelu", "tanh", "sigmoid", "swish", "softmax"] as const;

const models: Readonly<Record<string, () => tfl.LayersModel>> = {
  "a perceptron": () =>
    tfl.sequential({
      layers: [
        layers.dense({ units: 7, activation: "relu", inputShape: [5], useBias: false }),
        layers.dropout({ rate: 0.5 }),
        classes(),
      ],
    }),
  "valid convolutions with strides": () =>
    images(
      layers.conv2d({
        filters: 5,
        kernelSize: [3, 2],
        strides: [2, 1],
        padding: "valid",
        activation: "relu",
        ...image,
      }),
    ),
  "same convolutions with strides": () =>
    images(layers.conv2d({ filters: 5, kernelSize: 4, strides: 3, padding: "same", useBias: false, ...image })),
  "depthwise convolutions": () =>
    images(layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: "same", activation: "relu", ...image })),
  "separable convolutions": () =>
    images(layers.separableConv2d({ filters: 6, kernelSize: 3, padding: "same", activation: "tanh", ...image })),
  "batch normalisation with and without gamma": () =>
    images(
      layers.conv2d({ filters: 4, kernelSize: 3, ...image }),
      layers.batchNormalization(),
      layers.activation({ activation: "relu" }),
      layers.batchNormalization({ scale: false }),
    ),
  "layer normalisation": () =>
    images(layers.conv2d({ filters: 4, kernelSize: 3, ...image }), layers.layerNormalization()),
  "maximum and average pooling": () =>
    images(
      layers.maxPooling2d({ poolSize: 2, strides: 1, padding: "same", ...image }),
      layers.averagePooling2d({ poolSize: [3, 2], padding: "same" }),
    ),
  "global pooling": () =>
    tfl.sequential({
      layers: [layers.conv2d({ filters: 4, kernelSize: 3, ...image }), layers.globalAveragePooling2d({}), classes()],
    }),
  "global maximum pooling": () =>
    tfl.sequential({
      layers: [layers.conv2d({ filters: 4, kernelSize: 3, ...image }), layers.globalMaxPooling2d({}), classes()],
    }),
  "zero padding": () =>
    images(
      layers.zeroPadding2d({
        padding: [
          [1, 2],
          [0, 3],
        ],
        ...image,
      }),
      layers.conv2d({ filters: 2, kernelSize: 3 }),
    ),
  reshaping: () =>
    images(layers.reshape({ targetShape: [6, 12, 3], ...image }), layers.conv2d({ filters: 2, kernelSize: 3 })),
  "activation layers of their own": () =>
    tfl.sequential({
      layers: [
        layers.dense({ units: 6, inputShape: [5] }),
        layers.leakyReLU({ alpha: 0.2 }),
        layers.dense({ units: 6 }),
        layers.reLU({ maxValue: 6 }),
        layers.dense({ units: 6 }),
        layers.elu(),
        layers.reLU({}),
        layers.dense({ units: 4 }),
        layers.softmax(),
      ],
    }),
  ...Object.fromEntries(
    activations.map((activation) => [
      `the activation ${activation}`,
      () => tfl.sequential({ layers: [layers.dense({ units: 6, activation, inputShape: [5] }), classes()] }),
    ]),
  ),
  "a residual block": () =>
    graph((input) => {
      const first = apply(layers.conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "relu" }), input);
      const second = apply(layers.conv2d({ filters: 3, kernelSize: 3, padding: "same" }), first);
      return apply(layers.activation({ activation: "relu" }), apply(layers.add(), second, input, first));
    }),
  "branches that are concatenated": () =>
    graph((input) => {
      const one = apply(layers.conv2d({ filters: 2, kernelSize: 1 }), input);
      const other = apply(layers.conv2d({ filters: 5, kernelSize: 3, padding: "same" }), input);
      return apply(layers.concatenate(), one, other, input);
    }),
  "gates that are multiplied": () =>
    graph((input) => {
      const gate = apply(layers.conv2d({ filters: 3, kernelSize: 1, activation: "sigmoid" }), input);
      return apply(layers.multiply(), input, gate);
    }),
  "an embedding and LSTMs": () =>
    tfl.sequential({
      layers: [
        layers.embedding({ inputDim: 9, outputDim: 5, inputLength: 7 }),
        layers.lstm({ ...gates, returnSequences: true }),
        layers.lstm({ ...gates, units: 6 }),
        classes(),
      ],
    }),
  "the mean over a sequence": () =>
    tfl.sequential({
      layers: [
        layers.embedding({ inputDim: 9, outputDim: 5, inputShape: [7] }),
        layers.dense({ units: 6, activation: "tanh" }),
        layers.globalAveragePooling1d(),
        classes(),
      ],
    }),
  "a model in a model": () => {
    const inner = graph((input) => apply(layers.conv2d({ filters: 2, kernelSize: 3 }), input));
    const input = tfl.input({ shape: [9, 8, 3] });
    return tfl.model({ inputs: input, outputs: classes().apply(inner.apply(input)) as tfl.SymbolicTensor });
  },
  "a layer without weights that is used twice": () =>
    graph((input) => {
      const relu = layers.reLU();
      const first = apply(relu, apply(layers.conv2d({ filters: 2, kernelSize: 3 }), input));
      return apply(relu, apply(layers.conv2d({ filters: 2, kernelSize: 3 }), first));
    }),
  "a layer with the name that the network's input has here": () =>
    images(
      layers.conv2d({ name: "input", filters: 2, kernelSize: 3, ...image }),
      layers.conv2d({ name: "input_2", filters: 2, kernelSize: 3 }),
    ),
};

describe("a tfjs LayersModel read from its files", () => {
  it.each(Object.entries(models))("computes what model.predict does, with %s", async (_, make) => {
    const model = make();
    varyWeights(model);
    const inputShape = (model.inputs[0]?.shape ?? []).slice(1).map(Number);
    const { architecture, parameters } = await readLayersModel(await saveLayersModel(model, folder.path));
    const examples = examplesFor(architecture, 6);
    const expected = tf.tidy(() => (model.predict(tf.tensor(examples, [6, ...inputShape])) as tf.Tensor).dataSync());
    expect(architecture.inputShape).toEqual(inputShape);
    if (!parameters) throw new Error("the weights were not read");
    expect(largestDifference(probabilitiesOf(architecture, parameters, examples), expected)).toBeLessThan(1e-5);
    // Classes that are all as likely would prove nothing.
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.01);
    model.dispose();
  });

  it("finds an LSTM's weights by the names that Keras gives them, with the cell's in between", async () => {
    const model = texts(embedding(), layers.lstm({ name: "l", ...gates }));
    varyWeights(model);
    const path = await saveLayersModel(model, folder.path);
    const before = await readLayersModel(path);
    const written = await readFile(path, "utf8");
    expect(written).toContain('"l/recurrent_kernel"');
    await writeFile(path, written.replaceAll(/"l\/(kernel|recurrent_kernel|bias)"/g, '"l/lstm_cell/$1"'));
    expect((await readLayersModel(path)).parameters).toEqual(before.parameters);
  });

  it("brings no weights where the file names none, or where they are not wanted", async () => {
    const path = await saveLayersModel(images(layers.conv2d({ filters: 2, kernelSize: 3, ...image })), folder.path);
    expect((await readLayersModel(path, { withWeights: false })).parameters).toBeUndefined();
    await rm(join(folder.path, "weights.bin"));
    await expect(readLayersModel(path)).rejects.toThrow(/names the weights weights\.bin, which cannot be read: ENOENT/);
    expect((await readLayersModel(path, { withWeights: false })).architecture.layers).toHaveLength(3);
  });

  it("refuses weights that do not fit the network", async () => {
    const path = await saveLayersModel(images(layers.conv2d({ filters: 2, kernelSize: 3, ...image })), folder.path);
    await writeFile(join(folder.path, "weights.bin"), new Uint8Array(8));
    await expect(readLayersModel(path)).rejects.toThrow(/The weights of .*model\.json do not fit its network: /);
  });

  it("says what the model wants of its training that does not take part", async () => {
    const model = images(
      layers.conv2d({ name: "c", filters: 2, kernelSize: 3, kernelRegularizer: "l1l2", ...image }),
      layers.batchNormalization({ name: "b", momentum: 0.9 }),
    );
    const { notes } = await readLayersModel(await saveLayersModel(model, folder.path));
    expect(notes).toEqual([
      'The layer "c" has a kernelRegularizer, which training here does not apply.',
      'The layer "b" has the momentum 0.9; its moving statistics are updated with 0.99 here.',
    ]);
  });

  it.each<[string, () => tfl.LayersModel, RegExp]>([
    [
      "a class that we do not have",
      () => images(layers.upSampling2d({ name: "up", ...image })),
      /"up" \(UpSampling2D\) cannot be trained here: .*Dense, Conv2D, .*--model \.\/my-model\.mjs/,
    ],
    [
      "another epsilon",
      () => images(layers.batchNormalization({ name: "bn", epsilon: 1e-5, ...image })),
      /"bn" \(BatchNormalization\) has epsilon 0\.00001; training here knows 0\.001 only/,
    ],
    [
      "dilated convolutions",
      () => images(layers.conv2d({ name: "c", filters: 1, kernelSize: 2, dilationRate: 2, ...image })),
      /"c" \(Conv2D\) has dilationRate \[2,2\]/,
    ],
    [
      "channels first",
      () => images(layers.maxPooling2d({ name: "p", poolSize: 2, dataFormat: "channelsFirst", ...image })),
      /"p" \(MaxPooling2D\) has dataFormat "channelsFirst"/,
    ],
    [
      "another hard sigmoid",
      () => images(layers.activation({ name: "a", activation: "hardSigmoid", ...image })),
      /"a" \(Activation\) has the activation "hardSigmoid" \(clip\(0\.2 x \+ 0\.5\)/,
    ],
    [
      "another slope",
      () => images(layers.leakyReLU({ name: "l", ...image })),
      /"l" \(LeakyReLU\) has alpha 0\.3; training here knows 0\.2 only/,
    ],
    [
      "tokens that are masked",
      () => texts(layers.embedding({ name: "e", inputDim: 9, outputDim: 5, maskZero: true, inputLength: 7 })),
      /"e" \(Embedding\) has maskZero true; training here knows false only/,
    ],
    [
      "texts of any length",
      () => texts(layers.embedding({ name: "e", inputDim: 9, outputDim: 5 })),
      /leaves sizes of its input open: \[unknown\].* tf\.input\(\{ shape: \[80\] \}\)/,
    ],
    [
      "an LSTM with TensorFlow.js' own gates",
      () => texts(embedding(), layers.lstm({ name: "l", units: 4, ...start })),
      /"l" \(LSTM\) has recurrentActivation "hardSigmoid"; training here knows "sigmoid" only/,
    ],
    [
      "an LSTM with another activation",
      () => texts(embedding(), layers.lstm({ name: "l", ...gates, activation: "relu" })),
      /"l" \(LSTM\) has activation "relu"; training here knows "tanh" only/,
    ],
    [
      "an LSTM without bias",
      () => texts(embedding(), layers.lstm({ name: "l", ...gates, useBias: false })),
      /"l" \(LSTM\) has useBias false/,
    ],
    [
      "an LSTM that reads from the end",
      () => texts(embedding(), layers.lstm({ name: "l", ...gates, goBackwards: true })),
      /"l" \(LSTM\) has goBackwards true/,
    ],
    [
      "an LSTM that keeps its state from batch to batch",
      () => {
        const first = layers.embedding({ inputDim: 9, outputDim: 5, batchInputShape: [6, 7] });
        return texts(first, layers.lstm({ name: "l", ...gates, stateful: true }));
      },
      /"l" \(LSTM\) has stateful true/,
    ],
    [
      "an LSTM that begins with a state of other layers",
      () => {
        const input = tfl.input({ shape: [7] });
        const tokens = layers.embedding({ inputDim: 9, outputDim: 4 }).apply(input) as tfl.SymbolicTensor;
        const state = layers.globalAveragePooling1d().apply(tokens) as tfl.SymbolicTensor;
        const last = layers.lstm({ name: "l", ...gates }).apply(tokens, { initialState: [state, state] });
        return tfl.model({ inputs: input, outputs: classes().apply(last as tfl.SymbolicTensor) as tfl.SymbolicTensor });
      },
      /"l" \(LSTM\) begins with a state that other layers make \(initialState\); .* zeros only/,
    ],
    [
      "an LSTM that drops",
      () => texts(embedding(), layers.lstm({ name: "l", ...gates, recurrentDropout: 0.2 })),
      /"l" \(LSTM\) has recurrentDropout 0\.2; training here knows 0 only/,
    ],
    [
      "another recurrent layer",
      () => texts(embedding(), layers.gru({ name: "g", units: 4, ...start })),
      /"g" \(GRU\) cannot be trained here: .* LSTM, /,
    ],
    [
      "a frozen layer",
      () => images(layers.conv2d({ name: "c", filters: 1, kernelSize: 2, trainable: false, ...image })),
      /"c" \(Conv2D\) is frozen/,
    ],
    [
      "shared weights",
      () =>
        graph((input) => {
          const shared = layers.conv2d({ name: "s", filters: 3, kernelSize: 1 });
          return apply(shared, apply(shared, input));
        }),
      /"s" \(Conv2D\) is used twice/,
    ],
    [
      "two outputs",
      () => {
        const input = tfl.input({ shape: [5] });
        return tfl.model({ inputs: input, outputs: [apply(classes(), input), apply(classes(), input)] });
      },
      /has 1 input and 2 outputs/,
    ],
  ])("refuses %s", async (_, make, message) => {
    const path = await saveLayersModel(make(), folder.path);
    await expect(readLayersModel(path)).rejects.toMatchObject({
      code: "models.invalid-architecture",
      message: expect.stringMatching(message),
    });
  });
});
