// Oort's scores: how much a client that has reported is expected to bring (Lai et al., OSDI 2021, section 4.2, equation 1), after
// FedScale's oort.py, and the penalty of slow clients, which the unexplored have too.

/** Utilities that differ by less are as good as equal. */
const LEAST_RANGE = 1e-4;
/** Keeps the client of least utility in the draw. */
const MINIMUM_FACTOR = 0.999;

export interface OortScoreInputs {
  /** U_i = |B_i| sqrt(mean loss^2), at least 0; NaN: it has not reported yet, or is not to be scored. */
  readonly utilities: Float64Array;
  /** L_i, the round in which it reported last, from 1. */
  readonly reportRounds: Float64Array;
  readonly durationSeconds: Float64Array;
  /** T; infinite: no duration is too long. */
  readonly preferredSeconds: number;
  /** R, from 1. */
  readonly round: number;
  readonly clipBound: number;
  readonly roundPenalty: number;
}

/**
 * The score of each client: (min(U_i, clip) - min) / range + sqrt(0.1 ln R / L_i), times (T / t_i)^alpha if t_i > T. `clip` is the
 * utility at the place `clipBound` of their order, `min` 0.999 of the least positive one, `range` from there to the largest.
 *
 * @returns at least 0; NaN where the utility is.
 * @example utilities 1, 2, 3 in round 1, none too slow, clipBound 1: 0.001 / 2.001, 1.001 / 2.001, 1
 */
export function oortScores(inputs: OortScoreInputs): Float64Array {
  const { utilities, reportRounds, durationSeconds, preferredSeconds, round, clipBound, roundPenalty } = inputs;
  const positive = utilities.filter((utility) => utility > 0).sort();
  const clip = positive[Math.min(Math.floor(positive.length * clipBound), positive.length - 1)] ?? 0;
  const least = MINIMUM_FACTOR * (positive[0] ?? 0);
  const range = Math.max((positive.at(-1) ?? 0) - least, LEAST_RANGE);
  return utilities.map((utility, index) => {
    const normalised = Math.max(0, (Math.min(utility, clip) - least) / range);
    const uncertainty = Math.sqrt((0.1 * Math.log(round)) / (reportRounds[index] as number));
    return (normalised + uncertainty) * slowFactor(durationSeconds[index] as number, preferredSeconds, roundPenalty);
  });
}

/**
 * What a client's weight is multiplied by for its duration: 1 up to T, (T / t)^alpha above.
 *
 * @example slowFactor(20, 10, 2) // 0.25
 */
export function slowFactor(durationSeconds: number, preferredSeconds: number, roundPenalty: number): number {
  return durationSeconds > preferredSeconds ? (preferredSeconds / durationSeconds) ** roundPenalty : 1;
}

/**
 * T: the duration at that percentile, the first that more than so many per cent do not exceed; infinite from 100 on or without any.
 *
 * @param durationSeconds not NaN.
 * @example preferredDuration(Float64Array.of(4, 1, 3, 2), 30) // 2: place floor(4 * 30 / 100) = 1 of 1, 2, 3, 4
 */
export function preferredDuration(durationSeconds: Float64Array, percentile: number): number {
  if (percentile >= 100 || durationSeconds.length === 0) return Number.POSITIVE_INFINITY;
  const ascending = durationSeconds.slice().sort();
  return ascending[Math.floor((ascending.length * percentile) / 100)] as number;
}

/**
 * The least score that is exploited when there are `count` places: `share` of the first score that gets no place, or of the last
 * one if all do.
 *
 * @param scores of those that could be exploited; not NaN.
 * @example cutOffScore(Float64Array.of(0.2, 0.8, 0.5), 1, 0.5) // 0.25: the second of 0.8, 0.5, 0.2
 */
export function cutOffScore(scores: Float64Array, count: number, share: number): number {
  const ascending = scores.slice().sort();
  return share * (ascending[Math.max(0, ascending.length - 1 - count)] ?? 0);
}
