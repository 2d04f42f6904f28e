// Each kind of layer, without its activation, as ONNX operators of operator set 17.

import type { LayerSpec, ShapedLayer } from "../../architecture.ts";
import type { ParameterTensor } from "../../parameter-set.ts";
import { channelAxis, isImage, onnxKernel, reshaped, withChannelsLast } from "./onnx-graph.ts";
import type { OnnxForm, OnnxPlace } from "./onnx-place.ts";
import { sequenceForms } from "./onnx-sequence-layers.ts";

const EPSILON = { float: 0.001 };

type Sliding = Extract<LayerSpec, { padding: "same" | "valid" }>;

/** Zeros around an image, [top, left, bottom, right], as TensorFlow pads "same": the odd one goes to the end. */
function padsOf(
  { padding, strides }: Sliding,
  window: readonly [number, number],
  { inputShape }: ShapedLayer,
): readonly number[] {
  if (padding === "valid") return [0, 0, 0, 0];
  const along = (axis: 0 | 1) => {
    const size = inputShape[axis] ?? 0;
    const total = Math.max(0, (Math.ceil(size / strides[axis]) - 1) * strides[axis] + window[axis] - size);
    return [Math.floor(total / 2), Math.ceil(total / 2)] as const;
  };
  const [[top, bottom], [left, right]] = [along(0), along(1)];
  return [top, left, bottom, right];
}

interface Convolution {
  readonly kernel: ParameterTensor;
  readonly group: number;
  readonly bias?: ParameterTensor | undefined;
}

function convolve(
  layer: Extract<LayerSpec, { kernelSize: unknown }>,
  { graph, shaped, inputs: [value = ""] }: OnnxPlace,
  { kernel, group, bias }: Convolution,
): string {
  const constant = ({ name }: ParameterTensor, { shape, values }: Pick<ParameterTensor, "shape" | "values">) =>
    graph.floats(name, shape, values);
  const read = [value, constant(kernel, onnxKernel(kernel)), ...(bias ? [constant(bias, bias)] : [])];
  const { kernelSize, strides } = layer;
  return graph.node("Conv", read, layer.name, {
    kernel_shape: kernelSize,
    strides,
    pads: padsOf(layer, kernelSize, shaped),
    group,
  });
}

/** A depthwise kernel [height, width, channels, 1] as that of a convolution of one group a channel, [height, width, 1, channels]. */
function ungrouped(kernel: ParameterTensor): ParameterTensor {
  const [height = 1, width = 1, channels = 1] = kernel.shape;
  return { ...kernel, shape: [height, width, 1, channels] };
}

const biasOf = (layer: { readonly useBias: boolean }, { tensor }: OnnxPlace) =>
  layer.useBias ? tensor("bias") : undefined;
const channelsOf = ({ shaped }: OnnxPlace) => shaped.inputShape.at(-1) ?? 1;

function pool(
  operator: string,
  layer: Extract<LayerSpec, { kind: "maxPool2d" | "averagePool2d" }>,
  { graph, shaped, inputs }: OnnxPlace,
): string {
  const { poolSize, strides } = layer;
  // Without count_include_pad an average counts no zeros of the padding, as in TensorFlow.
  return graph.node(operator, inputs, layer.name, {
    kernel_shape: poolSize,
    strides,
    pads: padsOf(layer, poolSize, shaped),
  });
}

function wholeImage(operator: string, { graph, shaped: { layer }, inputs }: OnnxPlace, keepDims: boolean): string {
  const pooled = graph.node(operator, inputs, keepDims ? layer.name : `${layer.name}/image`);
  return keepDims ? pooled : graph.node("Flatten", [pooled], layer.name, { axis: 1 });
}

function normaliseBatch({ graph, shaped, inputs: [value = ""], tensor }: OnnxPlace, scale: boolean): string {
  const { layer, inputShape } = shaped;
  const channels = inputShape.at(-1) ?? 1;
  const gamma = scale
    ? graph.floats(`${layer.name}/gamma`, [channels], tensor("gamma").values)
    : graph.floats(`${layer.name}/gamma`, [channels], new Float32Array(channels).fill(1));
  const others = ["beta", "moving_mean", "moving_variance"].map((name) =>
    graph.floats(`${layer.name}/${name}`, [channels], tensor(name).values),
  );
  const normalise = (input: string) =>
    graph.node("BatchNormalization", [input, gamma, ...others], layer.name, { epsilon: EPSILON });
  if (inputShape.length !== 2) return normalise(value);
  const swap = (input: string) => graph.node("Transpose", [input], `${layer.name}/swapped`, { perm: [0, 2, 1] });
  return swap(normalise(swap(value)));
}

function join(operator: "Add" | "Mul", { graph, shaped, inputs }: OnnxPlace): string {
  const { layer, inputShapes } = shaped;
  const rank = Math.max(...inputShapes.map((shape) => shape.length));
  const aligned = inputs.map((value, index) => {
    const from = inputShapes[index] ?? [];
    if (from.length === rank) return value;
    const to = [...Array.from({ length: rank - from.length }, () => 1), ...from];
    return reshaped(graph, { value, from, to, name: `${layer.name}/gate${index + 1}` });
  });
  return aligned.reduce((one, other) => graph.node(operator, [one, other], layer.name));
}

/** One entry a kind. */
const forms: { readonly [Kind in LayerSpec["kind"]]: OnnxForm<Kind> } = {
  ...sequenceForms,
  dense: (layer, place) => {
    const { graph, shaped, tensor } = place;
    const constant = ({ name, shape, values }: ParameterTensor) => graph.floats(name, shape, values);
    const read = { value: place.inputs[0] ?? "", shape: shaped.inputShape, name: layer.name };
    return withChannelsLast(graph, read, (value) => {
      const product = graph.node("MatMul", [value, constant(tensor("kernel"))], `${layer.name}/product`);
      return layer.useBias ? graph.node("Add", [product, constant(tensor("bias"))], layer.name) : product;
    });
  },
  conv2d: (layer, place) =>
    convolve(layer, place, { kernel: place.tensor("kernel"), group: layer.groups, bias: biasOf(layer, place) }),
  depthwiseConv2d: (layer, place) =>
    convolve(layer, place, {
      kernel: ungrouped(place.tensor("depthwise_kernel")),
      group: channelsOf(place),
      bias: biasOf(layer, place),
    }),
  separableConv2d: (layer, place) => {
    const depthwise = { kernel: ungrouped(place.tensor("depthwise_kernel")), group: channelsOf(place) };
    const filtered = convolve(layer, place, depthwise);
    const pointwise = { ...layer, kernelSize: [1, 1], strides: [1, 1], padding: "valid" } satisfies LayerSpec;
    const second = { kernel: place.tensor("pointwise_kernel"), group: 1, bias: biasOf(layer, place) };
    return convolve(pointwise, { ...place, inputs: [filtered] }, second);
  },
  maxPool2d: (layer, place) => pool("MaxPool", layer, place),
  averagePool2d: (layer, place) => pool("AveragePool", layer, place),
  globalAveragePool2d: ({ keepDims }, place) => wholeImage("GlobalAveragePool", place, keepDims),
  globalMaxPool2d: ({ keepDims }, place) => wholeImage("GlobalMaxPool", place, keepDims),
  batchNormalization: ({ scale }, place) => normaliseBatch(place, scale),
  layerNormalization: ({ name }, { graph, shaped, inputs: [value = ""], tensor }) => {
    const [gamma, beta] = (["gamma", "beta"] as const).map((part) => {
      const { shape, values } = tensor(part);
      return graph.floats(`${name}/${part}`, shape, values);
    });
    return withChannelsLast(graph, { value, shape: shaped.inputShape, name }, (input) =>
      graph.node("LayerNormalization", [input, gamma ?? "", beta ?? ""], name, { axis: -1, epsilon: EPSILON }),
    );
  },
  activation: (_, { inputs: [value = ""] }) => value,
  rescaling: ({ name, scale }, { graph, inputs }) => {
    return graph.node("Mul", [...inputs, graph.floats(`${name}/scale`, [], Float32Array.of(scale))], name);
  },
  add: (_, place) => join("Add", place),
  multiply: (_, place) => join("Mul", place),
  concatenate: ({ name }, { graph, shaped, inputs }) =>
    graph.node("Concat", inputs, name, { axis: channelAxis(shaped.inputShape) }),
  zeroPadding2d: ({ name, padding: [[top, bottom], [left, right]] }, { graph, inputs }) => {
    const pads = graph.integers(`${name}/pads`, [0, 0, top, left, 0, 0, bottom, right]);
    return graph.node("Pad", [...inputs, pads], name);
  },
  flatten: ({ name }, { graph, shaped, inputs: [value = ""] }) =>
    reshaped(graph, { value, from: shaped.inputShape, to: shaped.outputShape, name }),
  reshape: ({ name }, { graph, shaped, inputs: [value = ""] }) =>
    reshaped(graph, { value, from: shaped.inputShape, to: shaped.outputShape, name }),
  slice: ({ name, from, count }, { graph, shaped, inputs }) => {
    const axis = isImage(shaped.inputShape) ? 1 : shaped.inputShape.length;
    const bounds = [from, from + count, axis].map((value, index) =>
      graph.integers(`${name}/${["starts", "ends", "axes"][index]}`, [value]),
    );
    return graph.node("Slice", [...inputs, ...bounds], name);
  },
  channelShuffle: ({ name, groups }, { graph, shaped, inputs: [value = ""] }) => {
    const [height = 1, width = 1, channels = 1] = shaped.inputShape;
    const rows = graph.integers(`${name}/rows`, [0, groups, channels / groups, height, width]);
    const table = graph.node("Reshape", [value, rows], `${name}/table`);
    const turned = graph.node("Transpose", [table], `${name}/turned`, { perm: [0, 2, 1, 3, 4] });
    const shape = graph.integers(`${name}/shape`, [0, channels, height, width]);
    return graph.node("Reshape", [turned, shape], name);
  },
  // Drops nothing where nobody trains.
  dropout: (_, { inputs: [value = ""] }) => value,
};

/** The layer without its activation. @returns the name of its value. */
export function onnxLayer(place: OnnxPlace): string {
  const { layer } = place.shaped;
  // Keyed by the layer's own kind, so the entry takes it.
  const form = forms[layer.kind] as OnnxForm<LayerSpec["kind"]>;
  return form(layer, place);
}
