// Sampling without replacement with given inclusion probabilities (Madow 1949, "On the theory of systematic sampling, II"): the
// probabilities lie end to end on a line, and points at distance 1 from a random start say who is in.

/**
 * Positions of a sample of `count`, each included with exactly its probability if `start` is uniform. Neighbours are rarely in
 * together: give the clients in random order.
 *
 * @param options.probabilities 0 to 1 each; their sum is `count`.
 * @param options.start of the points, 0 <= start < 1.
 * @example systematicSample({ probabilities: [0.5, 0.25, 0.75, 0.5], count: 2, start: 0.6 }) // [1, 3]
 */
export function systematicSample(options: {
  readonly probabilities: ArrayLike<number>;
  readonly count: number;
  readonly start: number;
}): Uint32Array {
  const { probabilities, count, start } = options;
  const chosen: number[] = [];
  let end = 0;
  for (let index = 0; index < probabilities.length && chosen.length < count; index++) {
    // The line ends at `count`, whatever the rounding of the sum.
    end = index === probabilities.length - 1 ? count : end + (probabilities[index] as number);
    // In this order: 1 + (1 - 2^-53) is 2, and the last place would stay empty.
    if (start < end - chosen.length) chosen.push(index);
  }
  return Uint32Array.from(chosen);
}
