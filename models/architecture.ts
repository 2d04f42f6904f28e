// A network as pure data: what travels in a training task, what the cost model counts and what a back-end builds.
// Layer names and meanings are those of Keras.

import { z } from "zod";
import { ProbSelectError } from "../foundation/errors.ts";

const size = z.int().min(1).max(1_000_000);
const pair = z.tuple([size, size]);
const name = z.string().regex(/^[\w./-]{1,100}$/);
const activation = z.enum(["linear", "relu", "tanh", "sigmoid", "softmax"]);
const padding = z.enum(["same", "valid"]);

const layerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("dense"), name, units: size, activation }),
  z.strictObject({
    kind: z.literal("conv2d"),
    name,
    filters: size,
    kernelSize: pair,
    strides: pair.default([1, 1]),
    padding,
    activation,
  }),
  z.strictObject({
    kind: z.literal("depthwiseConv2d"),
    name,
    kernelSize: pair,
    strides: pair.default([1, 1]),
    padding,
    activation,
  }),
  z.strictObject({ kind: z.literal("maxPool2d"), name, poolSize: pair, strides: pair, padding }),
  z.strictObject({ kind: z.literal("averagePool2d"), name, poolSize: pair, strides: pair, padding }),
  z.strictObject({ kind: z.literal("batchNormalization"), name }),
  z.strictObject({ kind: z.literal("globalAveragePool2d"), name }),
  z.strictObject({ kind: z.literal("flatten"), name }),
  z.strictObject({ kind: z.literal("dropout"), name, rate: z.number().min(0).lt(1) }),
]);

/** A feed-forward network: input shape without the batch dimension, then layers in order. */
export const architectureSchema = z.strictObject({
  name,
  /** [height, width, channels] or [features]. */
  inputShape: z.array(size).min(1).max(3),
  layers: z.array(layerSchema).min(1).max(1000),
});

export type LayerSpec = z.infer<typeof layerSchema>;
export type Architecture = z.infer<typeof architectureSchema>;

/** One layer with the shapes (without batch dimension) that flow through it and the tensors it learns. */
export interface ShapedLayer {
  readonly layer: LayerSpec;
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Trainable tensors in Keras' order, named "<layer>/<weight>". */
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/**
 * Infers every layer's shapes.
 *
 * @throws {ProbSelectError} models.invalid-architecture if a layer cannot take the shape it is given.
 * @example shapeLayers(lenet5).at(-1)?.outputShape // [10]
 */
export function shapeLayers(architecture: Architecture): readonly ShapedLayer[] {
  const shaped: ShapedLayer[] = [];
  let inputShape: readonly number[] = architecture.inputShape;
  for (const layer of architecture.layers) {
    const { outputShape, tensors } = shapeLayer(layer, inputShape);
    shaped.push({ layer, inputShape, outputShape, tensors });
    inputShape = outputShape;
  }
  return shaped;
}

function shapeLayer(layer: LayerSpec, input: readonly number[]): Pick<ShapedLayer, "outputShape" | "tensors"> {
  const tensor = (weight: string, shape: readonly number[]) => ({ name: `${layer.name}/${weight}`, shape });
  switch (layer.kind) {
    case "dense": {
      const [features] = requireRank(layer, input, 1);
      return {
        outputShape: [layer.units],
        tensors: [tensor("kernel", [features, layer.units]), tensor("bias", [layer.units])],
      };
    }
    case "conv2d": {
      const [, , channels] = requireRank(layer, input, 3);
      return {
        outputShape: [...slide(layer, layer.kernelSize, input), layer.filters],
        tensors: [tensor("kernel", [...layer.kernelSize, channels, layer.filters]), tensor("bias", [layer.filters])],
      };
    }
    case "depthwiseConv2d": {
      const [, , channels] = requireRank(layer, input, 3);
      return {
        outputShape: [...slide(layer, layer.kernelSize, input), channels],
        tensors: [tensor("depthwise_kernel", [...layer.kernelSize, channels, 1]), tensor("bias", [channels])],
      };
    }
    case "maxPool2d":
    case "averagePool2d": {
      const [, , channels] = requireRank(layer, input, 3);
      return { outputShape: [...slide(layer, layer.poolSize, input), channels], tensors: [] };
    }
    case "batchNormalization": {
      const channels = input.at(-1) as number;
      // The moving statistics are not trained but are part of the model, so they travel with it.
      const weights = ["gamma", "beta", "moving_mean", "moving_variance"];
      return { outputShape: input, tensors: weights.map((weight) => tensor(weight, [channels])) };
    }
    case "globalAveragePool2d": {
      const [, , channels] = requireRank(layer, input, 3);
      return { outputShape: [channels], tensors: [] };
    }
    case "flatten":
      return { outputShape: [input.reduce((product, dimension) => product * dimension, 1)], tensors: [] };
    case "dropout":
      return { outputShape: input, tensors: [] };
  }
}

function requireRank(layer: LayerSpec, input: readonly number[], rank: 1): readonly [number];
function requireRank(layer: LayerSpec, input: readonly number[], rank: 3): readonly [number, number, number];
function requireRank(layer: LayerSpec, input: readonly number[], rank: number): readonly number[] {
  if (input.length === rank) return input;
  throw new ProbSelectError(
    "models.invalid-architecture",
    `Layer "${layer.name}" (${layer.kind}) needs an input of ${rank} dimension(s) but gets [${input}]. ` +
      (rank === 1 ? "Put a flatten layer before it." : "Give [height, width, channels]."),
  );
}

/** Output height and width of a window that slides over [height, width, channels]. */
function slide(
  layer: Extract<LayerSpec, { padding: "same" | "valid" }>,
  window: readonly [number, number],
  input: readonly number[],
): [number, number] {
  const output = [0, 1].map((axis) => {
    const length = input[axis] as number;
    const stride = layer.strides[axis] as number;
    const reach = layer.padding === "same" ? length : length - (window[axis] as number) + 1;
    return Math.ceil(reach / stride);
  });
  const [height, width] = output as [number, number];
  if (height < 1 || width < 1) {
    throw new ProbSelectError(
      "models.invalid-architecture",
      `Layer "${layer.name}" slides a window of ${window.join("x")} over [${input}], which is smaller. ` +
        `Use padding "same" or fewer poolings before it.`,
    );
  }
  return [height, width];
}
