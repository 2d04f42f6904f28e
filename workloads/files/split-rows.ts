// Which rows of a file are kept for tests, where no file of their own has them.

import { shuffleInPlace } from "../partition/partition-iid.ts";

export const DEFAULT_TEST_SHARE = 0.2;
export const DEFAULT_SPLIT_SEED = 1;

export interface RowSplit {
  /** Row numbers in ascending order, as they lie in the file. */
  readonly training: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * A random share of the rows, the same for the same seed. Of two rows or more at least one is trained on, and one tests unless the share is 0.
 *
 * @example splitRows(10, { testShare: 0.2, seed: 1 }).test.length // 2
 */
export function splitRows(
  rowCount: number,
  { testShare, seed }: { readonly testShare: number; readonly seed: number },
): RowSplit {
  const rows = Uint32Array.from({ length: rowCount }, (_, row) => row);
  if (testShare === 0 || rowCount < 2) return { training: rows, test: new Uint32Array(0) };
  const testCount = Math.min(Math.max(Math.round(rowCount * testShare), 1), rowCount - 1);
  shuffleInPlace(rows, seed, "test-split");
  return { training: rows.slice(testCount).sort(), test: rows.slice(0, testCount).sort() };
}
