// What the partitioners by class have in common: the examples of each class, and shares of a number as whole numbers.

/** Class by class in ascending order, the indices of its examples in the data's order; classes without an example are left out. */
export function indicesByClass(labels: Uint8Array): Uint32Array[] {
  const byClass = new Map<number, number[]>();
  labels.forEach((label, index) => {
    const indices = byClass.get(label);
    if (indices) indices.push(index);
    else byClass.set(label, [index]);
  });
  const inOrder = [...byClass].sort(([a], [b]) => a - b);
  return inOrder.map(([, indices]) => Uint32Array.from(indices));
}

/**
 * Whole numbers with the sum `size` in proportion to `shares`, by rounding the cumulative shares.
 *
 * @param shares that sum to 1.
 * @example divideByShares(10, [0.25, 0.25, 0.5]) // [3, 2, 5]
 */
export function divideByShares(size: number, shares: readonly number[]): number[] {
  let cumulative = 0;
  let previous = 0;
  return shares.map((share, index) => {
    cumulative += share;
    // The shares' sum may miss 1 by rounding; the last one gets what is left.
    const end = index === shares.length - 1 ? size : Math.min(size, Math.round(cumulative * size));
    const count = end - previous;
    previous = end;
    return count;
  });
}

/** The parts one behind the other. */
export function concatenated(parts: readonly Uint32Array[]): Uint32Array {
  const result = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}
