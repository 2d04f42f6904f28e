// Columns made of other columns. `Float64Array.from` with a function goes through an iterator, which takes more than ten times as long
// as a loop: too long for a million candidates.

/**
 * The value of each element, in their order.
 *
 * @example numberColumn(Uint32Array.of(1, 2), (element) => element / 2) // Float64Array.of(0.5, 1)
 */
export function numberColumn(
  elements: ArrayLike<number>,
  value: (element: number, index: number) => number,
): Float64Array {
  const column = new Float64Array(elements.length);
  for (let index = 0; index < column.length; index++) column[index] = value(elements[index] as number, index);
  return column;
}
