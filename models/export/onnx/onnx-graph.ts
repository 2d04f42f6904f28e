// An ONNX graph that is being written down. ONNX has the channels of an image first, so every value of three dimensions that our
// layers have as [height, width, channels] is [batch, channels, height, width] here; all others keep their order.

import type { Shape } from "../../architecture/require-shapes.ts";
import type { ParameterTensor } from "../../parameter-set.ts";
import type { OnnxAttribute, OnnxNode, OnnxTensor } from "./onnx-model.ts";

/** [batch, height, width, channels] to [batch, channels, height, width], and back. */
const TO_CHANNELS_FIRST = [0, 3, 1, 2];
const TO_CHANNELS_LAST = [0, 2, 3, 1];

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  /** Appends an operator. @param wanted name of its value; a number makes it unique. @returns the value's name. */
  node(
    operator: string,
    inputs: readonly string[],
    wanted: string,
    attributes?: Readonly<Record<string, OnnxAttribute>>,
  ): string;
  /** A constant of float32. @returns its name. */
  floats(wanted: string, shape: Shape, values: Float32Array): string;
  /** What `append` returned when that key was first asked for: a constant that several read. @returns its name. */
  shared(key: string, append: () => string): string;
  /** A list of int64. @returns its name. */
  integers(wanted: string, values: readonly number[]): string;
}

/** @param reserved names that no value gets. */
export function onnxGraph(reserved: readonly string[]): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const constants: OnnxTensor[] = [];
  const taken = new Set(reserved);
  const shared = new Map<string, string>();
  const free = (wanted: string) => {
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
    taken.add(name);
    return name;
  };
  const constant = (wanted: string, shape: Shape, values: OnnxTensor["values"]) => {
    const name = free(wanted);
    constants.push({ name, shape, values });
    return name;
  };
  return {
    nodes,
    constants,
    node(operator, inputs, wanted, attributes = {}) {
      const output = free(wanted);
      nodes.push({ operator, inputs, output, attributes });
      return output;
    },
    floats: constant,
    shared(key, append) {
      const name = shared.get(key) ?? append();
      shared.set(key, name);
      return name;
    },
    integers: (wanted, values) => constant(wanted, [values.length], BigInt64Array.from(values, BigInt)),
  };
}

export const isImage = (shape: Shape): boolean => shape.length === 3;

/** The axis of the channels or features. */
export const channelAxis = (shape: Shape): number => (isImage(shape) ? 1 : -1);

export const channelsFirst = (graph: OnnxGraph, value: string, wanted: string): string =>
  graph.node("Transpose", [value], `${wanted}/channels_first`, { perm: TO_CHANNELS_FIRST });

export const channelsLast = (graph: OnnxGraph, value: string, wanted: string): string =>
  graph.node("Transpose", [value], `${wanted}/channels_last`, { perm: TO_CHANNELS_LAST });

/** The operation on a value whose channels are last, whatever its shape. */
export function withChannelsLast(
  graph: OnnxGraph,
  { value, shape, name }: { readonly value: string; readonly shape: Shape; readonly name: string },
  operation: (value: string) => string,
): string {
  if (!isImage(shape)) return operation(value);
  return channelsFirst(graph, operation(channelsLast(graph, value, name)), name);
}

/** The value in another shape, read in our order of dimensions. The batch stays as it is. */
export function reshaped(
  graph: OnnxGraph,
  {
    value,
    from,
    to,
    name,
  }: { readonly value: string; readonly from: Shape; readonly to: Shape; readonly name: string },
): string {
  const source = isImage(from) ? channelsLast(graph, value, name) : value;
  const shape = graph.integers(`${name}/shape`, [0, ...to]);
  const result = graph.node("Reshape", [source, shape], name);
  return isImage(to) ? channelsFirst(graph, result, name) : result;
}

/** A kernel [height, width, inputs, outputs] as ONNX has it, [outputs, inputs, height, width]. */
export function onnxKernel({ shape, values }: ParameterTensor): {
  readonly shape: Shape;
  readonly values: Float32Array;
} {
  const [height = 1, width = 1, inputs = 1, outputs = 1] = shape;
  const window = height * width;
  const moved = new Float32Array(values.length);
  for (let place = 0; place < window; place++) {
    for (let input = 0; input < inputs; input++) {
      const row = (place * inputs + input) * outputs;
      for (let output = 0; output < outputs; output++) {
        moved[(output * inputs + input) * window + place] = values[row + output] as number;
      }
    }
  }
  return { shape: [outputs, inputs, height, width], values: moved };
}
