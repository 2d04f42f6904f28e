// The parameters that training begins with, from a seed alone: every aggregator with the seed starts from the same model.

import { type RandomSource, seededRandom } from "../foundation/random-source.ts";
import { type Architecture, type LayerSpec, shapeLayers } from "./architecture.ts";
import { fillOrthonormalRows } from "./orthonormal-rows.ts";
import { parameterLayout } from "./parameter-file.ts";
import { createParameterSet, elementCount, type ParameterSet, type ParameterTensor } from "./parameter-set.ts";

/** Keras' limit for an embedding. */
const EMBEDDING_LIMIT = 0.05;

/**
 * Keras' defaults: kernels uniform on +-sqrt(6 / (fan in + fan out)) (Glorot & Bengio 2010, equation 16), an LSTM's recurrent
 * kernel orthonormal and its forget gates' bias 1, embeddings uniform on +-0.05 (those of positions like a kernel), gamma and
 * moving_variance 1, the rest 0. A projection of an attention has the fans of the matrix that it is; Keras takes those of a window.
 *
 * @param seed equal seeds give equal parameters, bit for bit.
 */
export function initialParameters(architecture: Architecture, seed: number): ParameterSet {
  const set = createParameterSet(parameterLayout(architecture));
  const owners = shapeLayers(architecture).flatMap(({ layer, tensors }) => tensors.map(() => layer));
  for (const [place, tensor] of set.tensors.entries()) {
    const owner = owners[place];
    if (owner) fillTensor(tensor, owner, seededRandom(seed, "initial", tensor.name));
  }
  return set;
}

function fillTensor({ name, shape, values }: ParameterTensor, layer: LayerSpec, random: RandomSource): void {
  const weight = name.slice(layer.name.length + 1);
  const limit = uniformLimit(layer, weight, shape);
  if (limit !== undefined) {
    for (let index = 0; index < values.length; index++) values[index] = limit * (2 * random.next() - 1);
  } else if (weight === "recurrent_kernel") {
    const [units = 0, gates = 0] = shape;
    fillOrthonormalRows(values, units, gates, random);
  } else if (weight === "gamma" || weight === "moving_variance") {
    values.fill(1);
  } else if (weight === "bias" && layer.kind === "lstm") {
    values.fill(1, layer.units, 2 * layer.units);
  }
}

/** Of a tensor that begins uniform on +-limit. */
function uniformLimit(layer: LayerSpec, weight: string, shape: readonly number[]): number | undefined {
  switch (weight) {
    case "kernel":
    case "depthwise_kernel":
    case "pointwise_kernel":
      // [inputs, outputs] or [height, width, inputs, outputs]; a window counts for both fans.
      return glorotLimit(shape.slice(-2, -1), shape.slice(-1), elementCount(shape.slice(0, -2)));
    case "query/kernel":
    case "key/kernel":
    case "value/kernel": // [features, heads, keyUnits]
      return glorotLimit(shape.slice(0, 1), shape.slice(1));
    case "attention_output/kernel": // [heads, keyUnits, features]
      return glorotLimit(shape.slice(0, -1), shape.slice(-1));
    case "embeddings":
      return layer.kind === "embedding" ? EMBEDDING_LIMIT : glorotLimit(shape.slice(0, 1), shape.slice(1));
    default:
      return undefined;
  }
}

function glorotLimit(inputs: readonly number[], outputs: readonly number[], window = 1): number {
  return Math.sqrt(6 / (window * (elementCount(inputs) + elementCount(outputs))));
}
