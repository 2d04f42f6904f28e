// Strategies that look at each parameter for itself: at the sorted values that the updates have for it. No update weighs more than
// another, since the counts by which it could are its client's word.

import { keepUpdates } from "./kept-updates.ts";
import type { AggregationStrategy } from "./types.ts";

/**
 * Moving statistics of a batch normalisation are parameters like the others here: what is between honest values serves for them too.
 *
 * @param reduce the new value, of the updates' values in rising order.
 */
export function createSortedColumnsStrategy(
  name: string,
  reduce: (sorted: Float32Array) => number,
): AggregationStrategy {
  return {
    name,
    begin: (globalParameters, scratch) =>
      keepUpdates(globalParameters, scratch, async (kept) => {
        const result = new Float32Array(globalParameters.values.length);
        const column = new Float32Array(kept.count);
        for await (const { from, rows } of kept.blocks()) {
          const width = rows[0]?.length ?? 0;
          for (let place = 0; place < width; place++) {
            for (let update = 0; update < rows.length; update++) {
              column[update] = (rows[update] as Float32Array)[place] as number;
            }
            result[from + place] = reduce(column.sort());
          }
        }
        return result;
      }),
  };
}
