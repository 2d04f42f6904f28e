// Oort's pacer (Lai et al., OSDI 2021, section 4.3, as FedScale's oort.py has it): it trades the duration of rounds for utility. When
// what is exploited brings no more than it did, longer rounds are allowed.

import type { OortSettings } from "./oort-settings.ts";

export interface Pacer {
  /** The percentile of the durations that is the preferred one; from 100 on none is too long. */
  readonly thresholdPercentile: number;
  /** The mean utility of the exploited clients that reported, one a round, the last 2 * pacerStep rounds; 0 if none did. */
  readonly exploitedUtilities: readonly number[];
  /** Rounds that were seen. */
  readonly roundCount: number;
}

/** Utility that changed by at most this share of what it was is flat. */
const FLAT_SHARE = 0.1;
/** Utility that changed by at least so many times what it was changed sharply. */
const SHARP_FACTOR = 5;

/**
 * The pacer after one more round. Every `pacerStep` rounds it compares the sum U of the last `pacerStep` rounds with U', that of
 * as many before: if |U - U'| <= 0.1 U' the threshold rises by `pacerDelta`, to 100 at most; if |U - U'| >= 5 U' it falls by as much,
 * to `pacerDelta` at the least.
 *
 * @example with pacerStep 1, pacerDelta 5: a threshold of 30 becomes 35 after the utilities 8 and 8.5, and 25 after 1 and 8.
 */
export function afterRound(
  pacer: Pacer,
  exploitedUtility: number,
  { pacerStep, pacerDelta }: Pick<OortSettings, "pacerStep" | "pacerDelta">,
): Pacer {
  const exploitedUtilities = [...pacer.exploitedUtilities, exploitedUtility].slice(-2 * pacerStep);
  const roundCount = pacer.roundCount + 1;
  const moved = { ...pacer, exploitedUtilities, roundCount };
  if (roundCount < 2 * pacerStep || roundCount % pacerStep !== 0) return moved;
  const before = sumOf(exploitedUtilities.slice(0, pacerStep));
  const change = Math.abs(sumOf(exploitedUtilities.slice(pacerStep)) - before);
  if (change <= FLAT_SHARE * before) {
    return { ...moved, thresholdPercentile: Math.min(100, pacer.thresholdPercentile + pacerDelta) };
  }
  if (change >= SHARP_FACTOR * before) {
    return { ...moved, thresholdPercentile: Math.max(pacerDelta, pacer.thresholdPercentile - pacerDelta) };
  }
  return moved;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
