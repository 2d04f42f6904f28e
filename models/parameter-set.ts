// The parameters of a network: named Float32 tensors that lie one behind the other in one flat array, so that
// aggregation, hashing and transfer each walk memory once.

import { ProbSelectError } from "../foundation/errors.ts";
import { arithmetic } from "./arithmetic/arithmetic.ts";

export interface TensorLayout {
  readonly name: string;
  /** Dimensions, outermost first; [] is a scalar. */
  readonly shape: readonly number[];
}

export interface ParameterTensor extends TensorLayout {
  /** Row-major view into the set's flat storage; its length is the product of `shape`. */
  readonly values: Float32Array;
}

export interface ParameterSet {
  readonly tensors: readonly ParameterTensor[];
  /** All tensors' values in order; each tensor's `values` is a view of this array. */
  readonly values: Float32Array;
}

/** Number of elements of a shape. @example elementCount([5, 5, 1, 6]) // 150 */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/**
 * A set with the given layout over `values` (not copied), or over zeros.
 *
 * @throws {ProbSelectError} models.shape-mismatch if `values` has another length than the layout.
 */
export function createParameterSet(layout: readonly TensorLayout[], values?: Float32Array): ParameterSet {
  const total = layout.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const storage = values ?? new Float32Array(total);
  if (storage.length !== total) {
    throw new ProbSelectError(
      "models.shape-mismatch",
      `The layout holds ${total} parameters but ${storage.length} values were given. Pass one value per parameter.`,
    );
  }
  let offset = 0;
  const tensors = layout.map(({ name, shape }) => {
    const length = elementCount(shape);
    const tensor = { name, shape: [...shape], values: storage.subarray(offset, offset + length) };
    offset += length;
    return tensor;
  });
  return { tensors, values: storage };
}

/**
 * Why `actual` does not have the layout `expected` (names, order, shapes), as a sentence; undefined when it has.
 */
export function layoutDifference(
  expected: readonly TensorLayout[],
  actual: readonly TensorLayout[],
): string | undefined {
  if (expected.length !== actual.length) return `${actual.length} tensors instead of ${expected.length}`;
  for (const [index, wanted] of expected.entries()) {
    const found = actual[index] as TensorLayout;
    if (found.name !== wanted.name) return `tensor ${index} is named "${found.name}" instead of "${wanted.name}"`;
    if (found.shape.join() !== wanted.shape.join()) {
      return `tensor "${wanted.name}" has shape [${found.shape}] instead of [${wanted.shape}]`;
    }
  }
  return undefined;
}

/** Index of the first NaN or infinity in `values`, or -1. */
export function firstNonFinite(values: Float32Array): number {
  return arithmetic().firstNonFinite(values);
}
