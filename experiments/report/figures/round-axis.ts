// The axis of rounds: whole numbers only, never so many that they touch.

/**
 * At most `maximum` rounds to label, evenly spaced, the first one among them.
 *
 * @example roundTicks([1, 2, 3, 4, 5, 6], 3) // [1, 3, 5]
 */
export function roundTicks(rounds: readonly number[], maximum = 14): number[] {
  const step = Math.max(1, Math.ceil(rounds.length / maximum));
  return rounds.filter((_, index) => index % step === 0);
}
