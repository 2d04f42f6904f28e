// The mask of causal attention as Keras layers that work it out, so that a model file has no matrix of length x length: what is added
// to a score is -1e9 times the positions by which the key lies ahead of the query, and 0 if it does not. It is one for all heads of all
// layers of a length.

import { UNSEEN } from "../future-mask.ts";
import type { ParameterTensor } from "../parameter-set.ts";
import type { KerasGraph } from "./keras-graph.ts";
import { activationLayer, dense, product } from "./keras-layers.ts";
import { appendSum } from "./keras-sum.ts";

/** The mask must depend on something that the network reads: on this sequence, [length, features], times 0. */
interface Sequence {
  readonly input: string;
  readonly length: number;
  readonly features: number;
}

/** @returns the name of a layer with the mask, [length, length], a row for each query. */
export function appendCausalMask(graph: KerasGraph, sequence: Sequence): string {
  const name = `future${sequence.length}`;
  return graph.shared(name, () => {
    const positions = appendPlaces(graph, sequence, name); // [length, 1]
    // [q, 1] times [-1, k] is k - q.
    const queries = graph.append(constant(2), `${name}.queries`, [positions], affine([1, 0], [0, 1]));
    const keys = graph.append(constant(2), `${name}.keys`, [positions], affine([0, 1], [-1, 0]));
    const distances = graph.append(product([2, 2]), `${name}.distances`, [queries, keys]); // [length, length]
    const ahead = graph.append(activationLayer("relu"), `${name}.ahead`, [distances]);
    return graph.append({ className: "Rescaling", config: { scale: UNSEEN, offset: 0 } }, name, [ahead]);
  });
}

/** The numbers 0, 1, ... of the positions. */
function appendPlaces(graph: KerasGraph, { input, length, features }: Sequence, name: string): string {
  const nothing = [
    { name: "kernel", shape: [features, 1], values: new Float32Array(features) },
    { name: "bias", shape: [1], values: new Float32Array(1) },
  ];
  const zeros = graph.append(constant(1), `${name}.zeros`, [input], nothing);
  const places = Float32Array.from({ length }, (_, place) => place);
  return appendSum(graph, zeros, { name: `${name}.places`, shape: [length, 1], values: places, trainable: false });
}

/** A dense layer that training leaves as it is. */
const constant = (units: number) => ({ ...dense(units), config: { ...dense(units).config, trainable: false } });

/** From one feature to several: x * kernel + bias. */
const affine = (kernel: readonly number[], bias: readonly number[]): readonly ParameterTensor[] => [
  { name: "kernel", shape: [1, kernel.length], values: Float32Array.from(kernel) },
  { name: "bias", shape: [bias.length], values: Float32Array.from(bias) },
];
