// What keeps a position of causal attention from seeing those behind it (Vaswani et al. 2017, section 3.2.3).

/** What is added to the score of a position that may not be seen: e to it is 0 in float32. */
export const UNSEEN = -1e9;

/**
 * What is added to the scores: row q, that of a query, has 0 at positions up to q.
 *
 * @returns [length, length], row by row.
 * @example futureMask(2) // [0, -1e9, 0, 0]
 */
export function futureMask(length: number): Float32Array {
  return Float32Array.from({ length: length * length }, (_, place) =>
    place % length > Math.floor(place / length) ? UNSEEN : 0,
  );
}
