// The adaptive deadline: the shortest T with P(at least k of the cohort chosen for T are on time by T) >= p_round. Probabilities
// never fall with the deadline, so what is reached by T is reached by every longer one, and bisection finds it.

/** The deadline is found to one part in a hundred; it is no exacter thing than the forecast. */
const RELATIVE_PRECISION = 0.01;

/**
 * @param reaches whether the round reaches its quorum by that deadline; never turns false with a longer one.
 * @returns `longestSeconds` where not even that is enough.
 * @example shortestDeadline((seconds) => seconds >= 7, 0, 30) // 7.0 to 7.07
 */
export function shortestDeadline(
  reaches: (deadlineSeconds: number) => boolean,
  shortestSeconds: number,
  longestSeconds: number,
): number {
  if (shortestSeconds >= longestSeconds || !reaches(longestSeconds)) return longestSeconds;
  if (shortestSeconds > 0 && reaches(shortestSeconds)) return shortestSeconds;
  let tooShort = shortestSeconds;
  let enough = longestSeconds;
  while (enough - tooShort > RELATIVE_PRECISION * enough) {
    const middle = (tooShort + enough) / 2;
    if (reaches(middle)) enough = middle;
    else tooShort = middle;
  }
  return enough;
}
