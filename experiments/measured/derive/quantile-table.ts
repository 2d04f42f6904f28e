// From the values of a sample to a short table of its quantiles.

import { quantileSorted } from "simple-statistics";

/**
 * The quantiles at 0, 1/steps .. 1 of the values.
 *
 * @param values at least one.
 * @example quantileTable([1, 2, 3, 4, 5], 2) // [1, 3, 5]
 */
export function quantileTable(values: readonly number[], steps: number): readonly number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from({ length: steps + 1 }, (_, index) => quantileSorted(sorted, index / steps));
}
