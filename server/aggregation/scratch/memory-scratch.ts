// Updates kept in memory: for tests, simulations and methods that were given no folder. It is O(model x clients).

import { setImmediate } from "node:timers/promises";
import { columnsPerBlock, type ScratchFolder, VALUES_PER_BLOCK } from "./scratch-folder.ts";

/** @param valuesPerBlock at most so many values are given out at a time, or one column. */
export function createMemoryScratch(valuesPerBlock = VALUES_PER_BLOCK): ScratchFolder {
  const kept: Float32Array[] = [];
  return {
    get count() {
      return kept.length;
    },
    async keep(values) {
      kept.push(Float32Array.from(values));
    },
    async *blocks(updates = [...kept.keys()]) {
      const rows = updates.map((update) => kept[update] as Float32Array);
      const length = rows[0]?.length ?? 0;
      const columns = columnsPerBlock(rows.length, valuesPerBlock);
      for (let from = 0; from < length; from += columns) {
        yield { from, rows: rows.map((row) => row.subarray(from, from + columns)) };
        await setImmediate();
      }
    },
    async remove() {
      kept.length = 0;
    },
  };
}
