// The kinds of layers that a network is made of, as data. Names and meanings are those of Keras; `channelShuffle` and `slice`
// are ShuffleNet's (Ma et al. 2018).

import { z } from "zod";

const size = z.int().min(1).max(1_000_000);
const pair = z.tuple([size, size]);
const margin = z.int().min(0).max(1_000_000);
const padding = z.enum(["same", "valid"]);
const strides = pair.default([1, 1]);
const useBias = z.boolean().default(true);
const activation = z.enum([
  "linear",
  "relu",
  "relu6",
  /** Slope 0.2 below 0. */
  "leakyRelu",
  "elu",
  "selu",
  /** With the error function, not its tanh approximation. */
  "gelu",
  "tanh",
  "sigmoid",
  /** relu6(x + 3) / 6 */
  "hardSigmoid",
  /** x * hardSigmoid(x) */
  "hardSwish",
  /** x * sigmoid(x), also called SiLU. */
  "swish",
  "softmax",
]);

/** A name of a network, a layer or a tensor's layer. */
export const nameSchema = z.string().regex(/^[\w./-]{1,100}$/);
/** A shape without the batch dimension. */
export const shapeSchema = z.array(size).min(1).max(3);

/** What every layer has. `inputs` are names of earlier layers, or "input"; by default the layer before, or the network's input. */
const common = { name: nameSchema, inputs: z.array(nameSchema).min(1).max(1000).optional() };

export const layerSchema = z.discriminatedUnion("kind", [
  /** Over the last axis: [features] -> [units], and [length, features] -> [length, units] with the same weights at each position. */
  z.strictObject({ kind: z.literal("dense"), ...common, units: size, useBias, activation }),
  z.strictObject({
    kind: z.literal("conv2d"),
    ...common,
    filters: size,
    kernelSize: pair,
    strides,
    padding,
    /** Input and output channels are split into so many groups, convolved each on its own. */
    groups: size.default(1),
    useBias,
    activation,
  }),
  z.strictObject({
    kind: z.literal("depthwiseConv2d"),
    ...common,
    kernelSize: pair,
    strides,
    padding,
    useBias,
    activation,
  }),
  /** A depthwise convolution, then a 1x1 convolution with the bias and the activation. */
  z.strictObject({
    kind: z.literal("separableConv2d"),
    ...common,
    filters: size,
    kernelSize: pair,
    strides,
    padding,
    useBias,
    activation,
  }),
  z.strictObject({ kind: z.literal("maxPool2d"), ...common, poolSize: pair, strides: pair, padding }),
  z.strictObject({ kind: z.literal("averagePool2d"), ...common, poolSize: pair, strides: pair, padding }),
  /** `keepDims` gives [1, 1, channels] instead of [channels]. */
  z.strictObject({ kind: z.literal("globalAveragePool2d"), ...common, keepDims: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal("globalMaxPool2d"), ...common, keepDims: z.boolean().default(false) }),
  /** `scale` false leaves out gamma. */
  z.strictObject({ kind: z.literal("batchNormalization"), ...common, scale: z.boolean().default(true) }),
  /** Over the last axis. */
  z.strictObject({ kind: z.literal("layerNormalization"), ...common }),
  z.strictObject({ kind: z.literal("activation"), ...common, activation }),
  /** x * scale */
  z.strictObject({ kind: z.literal("rescaling"), ...common, scale: z.number() }),
  z.strictObject({ kind: z.literal("add"), ...common }),
  /** Inputs of equal shape, or gates of [channels] or [1, 1, channels] that scale an image's channels. */
  z.strictObject({ kind: z.literal("multiply"), ...common }),
  /** Along the last axis. */
  z.strictObject({ kind: z.literal("concatenate"), ...common }),
  /** `padding` is [[top, bottom], [left, right]]. */
  z.strictObject({
    kind: z.literal("zeroPadding2d"),
    ...common,
    padding: z.tuple([z.tuple([margin, margin]), z.tuple([margin, margin])]),
  }),
  z.strictObject({ kind: z.literal("flatten"), ...common }),
  z.strictObject({ kind: z.literal("reshape"), ...common, targetShape: shapeSchema }),
  /** Channels [from, from + count) of the last axis. */
  z.strictObject({ kind: z.literal("slice"), ...common, from: margin, count: size }),
  /** Seen as a table of `groups` rows, the channels are read column by column. */
  z.strictObject({ kind: z.literal("channelShuffle"), ...common, groups: size }),
  z.strictObject({ kind: z.literal("dropout"), ...common, rate: z.number().min(0).lt(1) }),
  /** A look-up: [length] of token ids, integers from 0 to inputDim - 1 held as floats, -> [length, outputDim]. */
  z.strictObject({ kind: z.literal("embedding"), ...common, inputDim: size, outputDim: size }),
  /** Adds a learnt vector to each position of [length, units]. */
  z.strictObject({ kind: z.literal("positionEmbedding"), ...common }),
  /** [length, features] -> the last state [units], or with `returnSequences` every state [length, units]. Gates: i, f, c, o. */
  z.strictObject({
    kind: z.literal("lstm"),
    ...common,
    units: size,
    returnSequences: z.boolean().default(false),
  }),
  /** Self-attention over [length, features], which it keeps; `causal`: a position sees itself and those before it only. */
  z.strictObject({
    kind: z.literal("multiHeadAttention"),
    ...common,
    heads: size,
    /** Units of each head's queries, keys and values. */
    keyUnits: size,
    causal: z.boolean().default(false),
  }),
  /** [length, features] -> [features] */
  z.strictObject({ kind: z.literal("globalAveragePool1d"), ...common }),
]);

export type LayerSpec = z.infer<typeof layerSchema>;
/** A layer as it may be written down, its defaults left out. */
export type LayerDraft = z.input<typeof layerSchema>;
export type Activation = z.infer<typeof activation>;
