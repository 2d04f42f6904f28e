// Encodings and made updates for the tests of encoding and decoding.

import fc from "fast-check";
import type { UpdateEncoding } from "../../../models/compression/update-encoding.ts";
import { createParameterSet, elementCount, type ParameterSet } from "../../../models/parameter-set.ts";

export const layout = [
  { name: "a/kernel", shape: [2, 3] },
  { name: "norm/gamma", shape: [3] },
  { name: "norm/moving_mean", shape: [3] },
  { name: "norm/moving_variance", shape: [3] },
  { name: "b/kernel", shape: [30] },
];
export const parameterCount = layout.reduce((sum, { shape }) => sum + elementCount(shape), 0);
/** Positions of the tensors that are coded, each less than one block of int8. */
export const codedSpans = [
  { from: 0, to: 6 },
  { from: 6, to: 9 },
  { from: 15, to: 45 },
];
/** Positions of the variances in the flat storage. */
export const variances = { from: 12, to: 15 };
export const isMoving = (index: number) => index >= 9 && index < 15;

export const encodings: readonly UpdateEncoding[] = [
  { kind: "float16" },
  { kind: "int8" },
  { kind: "top-k", share: 0.1, values: "float16" },
  { kind: "top-k", share: 0.3, values: "float32" },
];

/** Sets whose values are of very different sizes, and whose variances are not below 0. */
export const parameterSets: fc.Arbitrary<ParameterSet> = fc
  .array(fc.tuple(fc.float({ min: -1, max: 1, noNaN: true }), fc.constantFrom(0, 1e-30, 1e-7, 1e-3, 1, 1000)), {
    minLength: parameterCount,
    maxLength: parameterCount,
  })
  .map((values) => {
    const set = createParameterSet(
      layout,
      Float32Array.from(values, ([value, size]) => value * size),
    );
    for (let index = variances.from; index < variances.to; index++)
      set.values[index] = Math.abs(set.values[index] ?? 0);
    return set;
  });
