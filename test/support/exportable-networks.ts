// Networks that together have every kind of layer and every activation, each small: what an export must get right.

import { type Architecture, architectureSchema, type LayerDraft } from "../../models/architecture.ts";
import { publishedNetwork } from "../../models/networks/published-networks.ts";
import { findArchitecture } from "../../models/zoo.ts";

const linear = { activation: "linear" } as const;
const square: [number, number] = [3, 3];
const conv = { kind: "conv2d", kernelSize: square, padding: "same", ...linear } as const;
const flatten: LayerDraft = { kind: "flatten", name: "flatten" };
const classes: LayerDraft = { kind: "dense", name: "output", units: 4, activation: "softmax" };

function network(name: string, inputShape: readonly number[], ...layers: readonly LayerDraft[]): Architecture {
  return architectureSchema.parse({ name, inputShape, layers: [...layers, classes] });
}

/** [9, 8, 3] through the layers, flattened, to four classes. */
const images = (name: string, ...layers: readonly LayerDraft[]) => network(name, [9, 8, 3], ...layers, flatten);

/** Seven tokens of nine kinds through the layers to four classes. */
const tokens = (name: string, ...layers: readonly LayerDraft[]) =>
  network(name, [7], { kind: "embedding", name: "embedding", inputDim: 9, outputDim: 5 }, ...layers);

const activations = [
  ...(["linear", "relu", "relu6", "leakyRelu", "elu", "selu", "gelu", "tanh", "sigmoid"] as const),
  ...(["hardSigmoid", "hardSwish", "swish", "softmax"] as const),
];

/** Each activation within a layer and as a layer, of features and of images. */
const activated = activations.flatMap((activation) => [
  network(
    `features-${activation}`,
    [5],
    { kind: "dense", name: "dense", units: 6, activation },
    { kind: "activation", name: "own", activation },
  ),
  images(
    `images-${activation}`,
    { ...conv, name: "conv", filters: 3, activation },
    { kind: "activation", name: "own", activation },
  ),
]);

export const exportableNetworks: readonly Architecture[] = [
  ...activated,
  images("valid", { ...conv, name: "conv", filters: 5, kernelSize: [3, 2], strides: [2, 1], padding: "valid" }),
  images("same", { ...conv, name: "conv", filters: 5, kernelSize: [4, 4], strides: [3, 3], useBias: false }),
  images("each-channel", { ...conv, name: "each", filters: 6, groups: 3, strides: [2, 2] }),
  images("depthwise", { ...conv, kind: "depthwiseConv2d", name: "conv", strides: [2, 2], activation: "relu" }),
  images("separable", { ...conv, kind: "separableConv2d", name: "conv", filters: 6, activation: "tanh" }),
  images(
    "pooling",
    { kind: "maxPool2d", name: "max", poolSize: [2, 2], strides: [1, 1], padding: "same" },
    { kind: "averagePool2d", name: "average", poolSize: [3, 2], strides: [3, 2], padding: "same" },
    { kind: "maxPool2d", name: "last", poolSize: [2, 2], strides: [2, 2], padding: "valid" },
  ),
  network("global-average", [9, 8, 3], { kind: "globalAveragePool2d", name: "pool" }),
  network("global-maximum", [9, 8, 3], { kind: "globalMaxPool2d", name: "pool" }),
  images("global-kept", { kind: "globalAveragePool2d", name: "a", keepDims: true }, { ...conv, name: "c", filters: 2 }),
  images(
    "normalised",
    { ...conv, name: "stem/conv", filters: 4 },
    { kind: "batchNormalization", name: "stem/bn" },
    { kind: "activation", name: "stem/relu", activation: "relu" },
    { kind: "batchNormalization", name: "plain", scale: false },
    { kind: "layerNormalization", name: "layer" },
    { kind: "rescaling", name: "scaled", scale: 0.5 },
    { kind: "dropout", name: "dropout", rate: 0.5 },
  ),
  network(
    "normalised-features",
    [5],
    { kind: "dense", name: "dense", units: 6, ...linear },
    { kind: "batchNormalization", name: "bn" },
    { kind: "layerNormalization", name: "ln" },
  ),
  images(
    "joined",
    { ...conv, name: "one", filters: 3 },
    { ...conv, name: "other", filters: 3, inputs: ["input"] },
    { kind: "add", name: "sum", inputs: ["one", "other", "input"] },
    { kind: "concatenate", name: "all", inputs: ["sum", "one", "input"] },
    { kind: "globalAveragePool2d", name: "squeeze" },
    { kind: "dense", name: "gate", units: 9, activation: "sigmoid" },
    { kind: "globalMaxPool2d", name: "peak", keepDims: true, inputs: ["all"] },
    { kind: "multiply", name: "gated", inputs: ["all", "gate", "peak"] },
  ),
  network(
    "joined-features",
    [5],
    { kind: "dense", name: "one", units: 3, ...linear },
    { kind: "concatenate", name: "all", inputs: ["one", "input"] },
    { kind: "slice", name: "some", from: 2, count: 4 },
  ),
  images(
    "rearranged",
    {
      kind: "zeroPadding2d",
      name: "pad",
      padding: [
        [1, 2],
        [0, 4],
      ],
    }, // [12, 12, 3]
    { ...conv, name: "conv", filters: 6 },
    { kind: "channelShuffle", name: "shuffle", groups: 3 },
    { kind: "slice", name: "slice", from: 1, count: 4 },
    { kind: "reshape", name: "shape", targetShape: [8, 6, 12] },
    { ...conv, name: "after", filters: 2 }, // [8, 6, 2]
    { kind: "reshape", name: "rows", targetShape: [24, 4] },
    { kind: "layerNormalization", name: "ln" },
  ),
  network(
    "states",
    [6, 3],
    { kind: "lstm", name: "first", units: 5, returnSequences: true },
    { kind: "lstm", name: "last", units: 4 },
  ),
  tokens("tokens-lstm", { kind: "lstm", name: "lstm", units: 4, returnSequences: true }, flatten),
  tokens(
    "tokens-attention",
    { kind: "positionEmbedding", name: "positions" },
    { kind: "multiHeadAttention", name: "attention", heads: 2, keyUnits: 4 },
    { kind: "add", name: "sum", inputs: ["attention", "positions"] },
    { kind: "layerNormalization", name: "norm" },
    { kind: "dense", name: "hidden", units: 6, activation: "gelu" },
    { kind: "globalAveragePool1d", name: "pool" },
  ),
  tokens(
    "tokens-causal",
    { kind: "multiHeadAttention", name: "attention", heads: 3, keyUnits: 2, causal: true },
    flatten,
  ),
  tokens(
    "tokens-causal-blocks",
    { kind: "multiHeadAttention", name: "first", heads: 2, keyUnits: 3, causal: true },
    { kind: "multiHeadAttention", name: "second", heads: 2, keyUnits: 3, causal: true },
    { kind: "multiHeadAttention", name: "beside", heads: 1, keyUnits: 3, causal: true, inputs: ["embedding"] },
    { kind: "concatenate", name: "both", inputs: ["second", "beside"] },
    flatten,
  ),
  tokens("tokens-one-head", { kind: "multiHeadAttention", name: "attention", heads: 1, keyUnits: 2 }, flatten),
  findArchitecture("char-lstm"),
  findArchitecture("char-lstm-large"),
  findArchitecture("transformer-encoder"),
  findArchitecture("mlp"),
  findArchitecture("lenet5"),
  findArchitecture("cnn-small"),
  findArchitecture("logistic-regression"),
  findArchitecture("resnet20"),
  publishedNetwork("mobilenet_v3_small", { imageSize: 32, classCount: 10 }),
  publishedNetwork("shufflenet_v2_x0_5", { imageSize: 32, classCount: 10 }),
];

/** Four layers over 64 tokens that look back only: what their masks take can be seen in a file's size. */
export const causalNetwork: Architecture = network(
  "causal-long",
  [64],
  { kind: "embedding", name: "embedding", inputDim: 9, outputDim: 8 },
  ...["one", "two", "three", "four"].map(
    (name): LayerDraft => ({ kind: "multiHeadAttention", name, heads: 4, keyUnits: 2, causal: true }),
  ),
  { kind: "globalAveragePool1d", name: "pool" },
);

/** What only some formats have. */
export const groupedNetwork: Architecture = images(
  "grouped",
  { ...conv, name: "wide", filters: 6 },
  { ...conv, name: "two", filters: 4, groups: 2 },
);
