// The loops that walk over all parameters of a model, with two implementations that give the same bits.

export interface Arithmetic {
  readonly name: "wasm-simd" | "plain";

  /** sums[i] += weight * values[i], both operations in float64; equal lengths. */
  addWeighted(sums: Float64Array, values: Float32Array, weight: number): void;

  /** sums[i] += factor * (values[i] - base[i]), all three operations in float64; equal lengths. */
  addScaledChange(sums: Float64Array, values: Float32Array, base: Float32Array, factor: number): void;

  /** Index of the first NaN or infinity, or -1. */
  firstNonFinite(values: Float32Array): number;

  /**
   * ||a - b||^2 in float64; equal lengths. Four partial sums, of the indices that leave the same remainder by 4, are added as
   * (s0 + s1) + (s2 + s3).
   */
  squaredDistance(a: Float32Array, b: Float32Array): number;
}

/** @throws {Error} if the arrays of a call differ in length, which is a mistake of the caller. */
export function requireEqualLengths(...arrays: readonly { readonly length: number }[]): void {
  const [first, ...others] = arrays.map(({ length }) => length);
  if (others.every((length) => length === first)) return;
  throw new Error(`arrays of ${[first, ...others].join(", ")} elements are no element-wise operands`);
}
