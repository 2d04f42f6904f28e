// A random matrix with orthonormal rows, as recurrent kernels begin (Saxe et al. 2014, arXiv 1312.6120): a state that is multiplied by
// it over and over neither explodes nor vanishes.

import type { RandomSource } from "../foundation/random-source.ts";
import { standardNormalVariate } from "../foundation/random-variates.ts";

/**
 * Fills `values`, row-major [rows, columns], with rows of length 1 at right angles, uniform over all such matrices: normal variates
 * made orthonormal one row after the other (Gram-Schmidt, twice for accuracy).
 *
 * @param rows at most `columns`.
 */
export function fillOrthonormalRows(values: Float32Array, rows: number, columns: number, random: RandomSource): void {
  const done: Float64Array[] = [];
  for (let row = 0; row < rows; row++) {
    const vector = Float64Array.from({ length: columns }, () => standardNormalVariate(random));
    for (const other of [...done, ...done]) subtractProjection(vector, other);
    const length = Math.hypot(...vector);
    for (let column = 0; column < columns; column++) vector[column] = (vector[column] as number) / length;
    values.set(vector, row * columns);
    done.push(vector);
  }
}

/** Takes from `vector` its part along `direction`, which has length 1. */
function subtractProjection(vector: Float64Array, direction: Float64Array): void {
  let along = 0;
  for (let index = 0; index < vector.length; index++) along += (vector[index] as number) * (direction[index] as number);
  for (let index = 0; index < vector.length; index++) {
    vector[index] = (vector[index] as number) - along * (direction[index] as number);
  }
}
