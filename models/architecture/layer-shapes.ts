// One layer's output shape and learnt tensors, from the shapes that reach it.

import { elementCount } from "../parameter-set.ts";
import type { LayerSpec } from "./layer-schema.ts";
import {
  refuse,
  requireFeatures,
  requireGroups,
  requireOneInput,
  requireRank,
  requireSeveralInputs,
  type Shape,
  slide,
} from "./require-shapes.ts";
import { isSequenceLayer, type SequenceLayer, sequenceShapes } from "./sequence-shapes.ts";

export interface LayerShapes {
  readonly outputShape: Shape;
  /** In Keras' order, named "<layer>/<weight>". */
  readonly tensors: readonly { readonly name: string; readonly shape: Shape }[];
}

/**
 * @param inputs shapes without batch dimension, in the order of the layer's inputs.
 * @throws {ProbSelectError} models.invalid-architecture if the layer cannot take them.
 */
export function layerShapes(layer: LayerSpec, inputs: readonly Shape[]): LayerShapes {
  if (isSequenceLayer(layer)) return sequenceShapes(layer, requireOneInput(layer, inputs));
  switch (layer.kind) {
    case "add":
    case "multiply":
    case "concatenate":
      requireSeveralInputs(layer, inputs);
      return { outputShape: joinedShape(layer, inputs), tensors: [] };
    case "dense":
    case "conv2d":
    case "depthwiseConv2d":
    case "separableConv2d":
    case "batchNormalization":
    case "layerNormalization":
      return weightedShapes(layer, requireOneInput(layer, inputs));
    default:
      return { outputShape: weightlessShape(layer, requireOneInput(layer, inputs)), tensors: [] };
  }
}

type Joining = Extract<LayerSpec, { kind: "add" | "multiply" | "concatenate" }>;
type Weighted = Extract<
  LayerSpec,
  {
    kind: "dense" | "conv2d" | "depthwiseConv2d" | "separableConv2d" | "batchNormalization" | "layerNormalization";
  }
>;
type Weightless = Exclude<LayerSpec, Joining | Weighted | SequenceLayer>;

function weightedShapes(layer: Weighted, input: Shape): LayerShapes {
  const tensor = (weight: string, shape: Shape) => ({ name: `${layer.name}/${weight}`, shape });
  const bias = (length: number) => ("useBias" in layer && layer.useBias ? [tensor("bias", [length])] : []);
  switch (layer.kind) {
    case "dense": {
      const features = requireFeatures(layer, input);
      return {
        outputShape: [...input.slice(0, -1), layer.units],
        tensors: [tensor("kernel", [features, layer.units]), ...bias(layer.units)],
      };
    }
    case "conv2d": {
      const image = requireRank(layer, input, 3);
      requireGroups(layer, layer.groups, "channels", image[2]);
      requireGroups(layer, layer.groups, "filters", layer.filters);
      const kernel = [...layer.kernelSize, image[2] / layer.groups, layer.filters];
      return {
        outputShape: [...slide(layer, layer.kernelSize, image), layer.filters],
        tensors: [tensor("kernel", kernel), ...bias(layer.filters)],
      };
    }
    case "depthwiseConv2d": {
      const image = requireRank(layer, input, 3);
      return {
        outputShape: [...slide(layer, layer.kernelSize, image), image[2]],
        tensors: [tensor("depthwise_kernel", [...layer.kernelSize, image[2], 1]), ...bias(image[2])],
      };
    }
    case "separableConv2d": {
      const image = requireRank(layer, input, 3);
      return {
        outputShape: [...slide(layer, layer.kernelSize, image), layer.filters],
        tensors: [
          tensor("depthwise_kernel", [...layer.kernelSize, image[2], 1]),
          tensor("pointwise_kernel", [1, 1, image[2], layer.filters]),
          ...bias(layer.filters),
        ],
      };
    }
    case "batchNormalization": {
      // The moving statistics are not trained but are part of the model, so they travel with it.
      const weights = [...(layer.scale ? ["gamma"] : []), "beta", "moving_mean", "moving_variance"];
      return { outputShape: input, tensors: weights.map((weight) => tensor(weight, input.slice(-1))) };
    }
    case "layerNormalization":
      return { outputShape: input, tensors: ["gamma", "beta"].map((weight) => tensor(weight, input.slice(-1))) };
  }
}

function weightlessShape(layer: Weightless, input: Shape): Shape {
  switch (layer.kind) {
    case "maxPool2d":
    case "averagePool2d": {
      const image = requireRank(layer, input, 3);
      return [...slide(layer, layer.poolSize, image), image[2]];
    }
    case "globalAveragePool2d":
    case "globalMaxPool2d": {
      const [, , channels] = requireRank(layer, input, 3);
      return layer.keepDims ? [1, 1, channels] : [channels];
    }
    case "zeroPadding2d": {
      const [height, width, channels] = requireRank(layer, input, 3);
      const [[top, bottom], [left, right]] = layer.padding;
      return [top + height + bottom, left + width + right, channels];
    }
    case "flatten":
      return [elementCount(input)];
    case "reshape":
      if (elementCount(layer.targetShape) === elementCount(input)) return layer.targetShape;
      return refuse(
        layer,
        `cannot give [${input}] the shape [${layer.targetShape}]: ${elementCount(input)} elements are not ` +
          `${elementCount(layer.targetShape)}. Choose a shape of as many elements.`,
      );
    case "slice": {
      const channels = channelsOf(input);
      if (layer.from + layer.count <= channels) return [...input.slice(0, -1), layer.count];
      return refuse(
        layer,
        `takes channels ${layer.from} to ${layer.from + layer.count} of only ${channels}. Take fewer.`,
      );
    }
    case "channelShuffle":
      requireGroups(layer, layer.groups, "channels", requireRank(layer, input, 3)[2]);
      return input;
    case "activation":
    case "rescaling":
    case "dropout":
      return input;
  }
}

function joinedShape(layer: Joining, inputs: readonly Shape[]): Shape {
  const largest = inputs.reduce((a, b) => (elementCount(b) > elementCount(a) ? b : a));
  const listed = inputs.map((shape) => `[${shape}]`).join(" and ");
  switch (layer.kind) {
    case "add":
      if (inputs.every((shape) => isEqual(shape, largest))) return largest;
      return refuse(layer, `sums inputs of one shape but gets ${listed}. Bring them to one shape before it.`);
    case "multiply":
      if (inputs.every((shape) => isEqual(shape, largest) || isGate(shape, largest))) return largest;
      return refuse(
        layer,
        `multiplies inputs of one shape, or an image with gates of [channels] or [1, 1, channels], but gets ${listed}.`,
      );
    case "concatenate": {
      const leading = largest.slice(0, -1);
      if (inputs.every((shape) => isEqual(shape.slice(0, -1), leading))) {
        return [...leading, inputs.reduce((sum, shape) => sum + channelsOf(shape), 0)];
      }
      return refuse(layer, `joins inputs that differ in their last dimension only but gets ${listed}.`);
    }
  }
}

const channelsOf = (shape: Shape) => shape.at(-1) ?? 0;

const isEqual = (a: Shape, b: Shape) => a.length === b.length && a.every((size, axis) => size === b[axis]);

/** True if `gate` holds one value for each channel of `image`. */
function isGate(gate: Shape, image: Shape): boolean {
  return elementCount(gate) === channelsOf(gate) && channelsOf(gate) === channelsOf(image);
}
