// Several tests at once: p-values adjusted so that the chance of even one false discovery among all of them stays at the level.
// Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6(2), 1979.

/**
 * The adjusted p-values in the order of the given ones: the i-th smallest of m times m - i + 1, never below a smaller one's, at most 1.
 *
 * @param pValues each 0..1.
 * @example holmAdjusted([0.01, 0.04, 0.03]) // [0.03, 0.06, 0.06]
 */
export function holmAdjusted(pValues: readonly number[]): readonly number[] {
  const rising = pValues.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const adjusted = new Array<number>(pValues.length);
  let greatest = 0;
  for (const [rank, { value, index }] of rising.entries()) {
    greatest = Math.max(greatest, Math.min(1, value * (pValues.length - rank)));
    adjusted[index] = greatest;
  }
  return adjusted;
}
