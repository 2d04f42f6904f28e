// The seam behind which a round's updates lie for methods that must see all of them at once, such as the median of each
// parameter: written one by one as they come, read back by blocks of columns, so that memory is O(block x clients).

/** The same parameters of several updates. */
export interface ColumnBlock {
  /** Place of the first parameter in the model. */
  readonly from: number;
  /** One row an update, in the order asked for. The next block overwrites them. */
  readonly rows: readonly Float32Array[];
}

/** Of one round, and for one method. */
export interface ScratchFolder {
  /** Updates kept so far; they are numbered from 0 in the order in which they came. */
  readonly count: number;
  /** Keeps a copy of an update. All have the same length. */
  keep(values: Float32Array): Promise<void>;
  /**
   * All parameters from the first to the last, block by block; between two blocks other work has its turn.
   *
   * @param updates their numbers; absent: all.
   */
  blocks(updates?: readonly number[]): AsyncIterable<ColumnBlock>;
  /** Deletes what was kept. */
  remove(): Promise<void>;
}

/** 4 MiB: one block is computed in tenths of a second at most, so that heartbeats are answered. */
export const VALUES_PER_BLOCK = 2 ** 20;

/** Columns of a block of so many rows. @example columnsPerBlock(100, 1024) // 10 */
export function columnsPerBlock(rowCount: number, valuesPerBlock: number): number {
  return Math.max(1, Math.floor(valuesPerBlock / Math.max(1, rowCount)));
}
