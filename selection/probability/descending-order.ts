// The order in which clients are considered: the most probable first.

/**
 * Indices in descending order of probability, equal ones in the given order. A list that is in order already is not sorted:
 * for a million it takes milliseconds instead of a second.
 *
 * @param probabilities none is NaN.
 * @example descendingOrder([0.2, 0.9, 0.9]) // Uint32Array [1, 2, 0]
 */
export function descendingOrder(probabilities: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: probabilities.length }, (_, index) => index);
  if (isDescending(probabilities)) return order;
  return order.sort((a, b) => (probabilities[b] as number) - (probabilities[a] as number) || a - b);
}

function isDescending(probabilities: ArrayLike<number>): boolean {
  for (let index = 1; index < probabilities.length; index++) {
    if ((probabilities[index] as number) > (probabilities[index - 1] as number)) return false;
  }
  return true;
}
