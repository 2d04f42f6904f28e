// The parameters that training begins with, from a seed alone: every aggregator with the seed starts from the same model.

import { type RandomSource, seededRandom } from "../foundation/random-source.ts";
import type { Architecture } from "./architecture.ts";
import { parameterLayout } from "./parameter-file.ts";
import { createParameterSet, type ParameterSet } from "./parameter-set.ts";

/**
 * Kernels uniform on +-sqrt(6 / (fan in + fan out)) (Glorot & Bengio 2010, equation 16, Keras' default), gamma and
 * moving_variance 1, the rest 0.
 *
 * @param seed equal seeds give equal parameters, bit for bit.
 */
export function initialParameters(architecture: Architecture, seed: number): ParameterSet {
  const set = createParameterSet(parameterLayout(architecture));
  for (const { name, shape, values } of set.tensors) {
    if (/\/(gamma|moving_variance)$/.test(name)) values.fill(1);
    if (/\/(depthwise_|pointwise_)?kernel$/.test(name))
      fillGlorotUniform(values, shape, seededRandom(seed, "initial", name));
  }
  return set;
}

/** `shape` is [inputs, outputs] or [height, width, inputs, outputs]; a window counts for both fans. */
function fillGlorotUniform(values: Float32Array, shape: readonly number[], random: RandomSource): void {
  const [inputs, outputs] = shape.slice(-2) as [number, number];
  const window = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  const limit = Math.sqrt(6 / (window * (inputs + outputs)));
  for (let index = 0; index < values.length; index++) values[index] = limit * (2 * random.next() - 1);
}
