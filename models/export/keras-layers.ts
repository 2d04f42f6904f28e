// Each kind of layer as a chain of Keras layers: most are one, some a few that compute the same. The kinds that are no chain are in
// keras-attention.ts.

import type { Activation, LayerSpec, ShapedLayer } from "../architecture.ts";
import { sharedActivation } from "../keras/shared-activations.ts";
import type { KerasLayer } from "./keras-graph.ts";
import { refuseExport } from "./refuse-export.ts";

const EPSILON = 0.001;
const MOVING_MOMENTUM = 0.99;

export const activationLayer = (activation: string): KerasLayer => ({
  className: "Activation",
  config: { activation },
});
export const leakyRelu: KerasLayer = { className: "LeakyReLU", config: { alpha: 0.2 } };
/** relu6(x + 3) / 6 */
export const hardSigmoid: readonly KerasLayer[] = [
  { className: "Rescaling", config: { scale: 1, offset: 3 } },
  activationLayer("relu6"),
  { className: "Rescaling", config: { scale: 1 / 6, offset: 0 } },
];
export const multiply: KerasLayer = { className: "Multiply", config: {} };
export const reshape = (shape: readonly number[]): KerasLayer => ({
  className: "Reshape",
  config: { target_shape: [...shape] },
});

export const add: KerasLayer = { className: "Add", config: {} };
export const dense = (units: number): KerasLayer => ({
  className: "Dense",
  config: { units, use_bias: true, activation: "linear" },
});
/** The matrix product of two sequences, summed over an axis of each; the batch is axis 0. */
export const product = (axes: readonly [number, number]): KerasLayer => ({
  className: "Dot",
  config: { axes, normalize: false },
});

/** A layer that is a chain of Keras layers. */
export type ChainLayer = Exclude<LayerSpec, { kind: "positionEmbedding" | "multiHeadAttention" }>;

type Chain<Kind extends LayerSpec["kind"]> = (
  layer: Extract<LayerSpec, { kind: Kind }>,
  shaped: ShapedLayer,
) => readonly KerasLayer[];

const channelsLast = { data_format: "channels_last" };

function convolution(
  className: string,
  layer: Extract<LayerSpec, { kind: "conv2d" | "depthwiseConv2d" | "separableConv2d" }>,
  config: Readonly<Record<string, unknown>>,
): KerasLayer {
  const { kernelSize, strides, padding, useBias } = layer;
  const window = { kernel_size: kernelSize, strides, padding, dilation_rate: [1, 1], use_bias: useBias };
  return { className, config: { ...config, ...window, ...channelsLast, activation: within(layer.activation) } };
}

const within = (activation: Activation) => sharedActivation(activation) ?? "linear";

function pooling(
  className: string,
  { poolSize, strides, padding }: Extract<LayerSpec, { kind: "maxPool2d" | "averagePool2d" }>,
) {
  return [{ className, config: { pool_size: poolSize, strides, padding, ...channelsLast } }];
}

function wholeImage(className: string, keepDims: boolean, { outputShape }: ShapedLayer): readonly KerasLayer[] {
  const pooled = { className, config: channelsLast };
  return keepDims ? [pooled, reshape(outputShape)] : [pooled];
}

/** The network's layers: one entry a kind. The first layer of a chain has the weights. */
const chains: { readonly [Kind in ChainLayer["kind"]]: Chain<Kind> } = {
  dense: ({ units, useBias, activation }) => [
    { className: "Dense", config: { units, use_bias: useBias, activation: within(activation) } },
  ],
  conv2d: (layer, { inputShape, tensors }) => {
    const { groups, filters } = layer;
    if (groups === 1) return [convolution("Conv2D", layer, { filters })];
    if (groups !== inputShape.at(-1)) {
      refuseExport(
        layer,
        "has a convolution in groups, which TensorFlow.js cannot compute. Export to onnx or safetensors.",
      );
    }
    const multiplier = filters / groups;
    const kernel = {
      name: "depthwise_kernel",
      shape: [...(tensors[0]?.shape.slice(0, 2) ?? []), groups, multiplier],
    };
    return [{ ...convolution("DepthwiseConv2D", layer, { depth_multiplier: multiplier }), kernel }];
  },
  depthwiseConv2d: (layer) => [convolution("DepthwiseConv2D", layer, { depth_multiplier: 1 })],
  separableConv2d: (layer) => [convolution("SeparableConv2D", layer, { filters: layer.filters, depth_multiplier: 1 })],
  maxPool2d: (layer) => pooling("MaxPooling2D", layer),
  averagePool2d: (layer) => pooling("AveragePooling2D", layer),
  globalAveragePool2d: ({ keepDims }, shaped) => wholeImage("GlobalAveragePooling2D", keepDims, shaped),
  globalMaxPool2d: ({ keepDims }, shaped) => wholeImage("GlobalMaxPooling2D", keepDims, shaped),
  batchNormalization: ({ scale }) => [
    {
      className: "BatchNormalization",
      config: { axis: -1, momentum: MOVING_MOMENTUM, epsilon: EPSILON, center: true, scale },
    },
  ],
  layerNormalization: () => [
    { className: "LayerNormalization", config: { axis: -1, epsilon: EPSILON, center: true, scale: true } },
  ],
  activation: () => [],
  rescaling: ({ scale }) => [{ className: "Rescaling", config: { scale, offset: 0 } }],
  add: () => [add],
  multiply: () => [multiply],
  concatenate: () => [{ className: "Concatenate", config: { axis: -1 } }],
  zeroPadding2d: ({ padding }) => [{ className: "ZeroPadding2D", config: { padding, ...channelsLast } }],
  flatten: () => [{ className: "Flatten", config: channelsLast }],
  reshape: ({ targetShape }) => [reshape(targetShape)],
  // Channels as the columns of an image, of which some are cropped away.
  slice: ({ from, count }, { inputShape, outputShape }) => {
    const channels = inputShape.at(-1) ?? 0;
    const cropping = [
      [0, 0],
      [from, channels - from - count],
    ];
    const rows = inputShape.slice(0, -1).reduce((product, size) => product * size, 1);
    return [
      reshape([rows, channels, 1]),
      { className: "Cropping2D", config: { cropping, ...channelsLast } },
      reshape(outputShape),
    ];
  },
  channelShuffle: ({ groups }, { inputShape }) => {
    const [height = 0, width = 0, channels = 0] = inputShape;
    return [
      reshape([height * width, groups, channels / groups]),
      { className: "Permute", config: { dims: [1, 3, 2] } },
      reshape(inputShape),
    ];
  },
  dropout: ({ rate }) => [{ className: "Dropout", config: { rate } }],
  embedding: ({ inputDim, outputDim }) => [
    { className: "Embedding", config: { input_dim: inputDim, output_dim: outputDim, mask_zero: false } },
  ],
  lstm: ({ units, returnSequences }) => [
    {
      className: "LSTM",
      config: {
        ...{ units, use_bias: true, unit_forget_bias: true, return_sequences: returnSequences },
        // TensorFlow.js takes another one where none is named.
        ...{ activation: "tanh", recurrent_activation: "sigmoid" },
      },
    },
  ],
  globalAveragePool1d: () => [{ className: "GlobalAveragePooling1D", config: channelsLast }],
};

/**
 * The layer without the activation that Keras does not name, as a chain: the first reads the layer's inputs and has its weights.
 *
 * @throws {ProbSelectError} models.not-exportable for a convolution in groups.
 */
export function kerasChain(layer: ChainLayer, shaped: ShapedLayer): readonly KerasLayer[] {
  // Keyed by the layer's own kind, so the entry takes it.
  const chain = chains[layer.kind] as Chain<LayerSpec["kind"]>;
  return chain(layer, shaped);
}
