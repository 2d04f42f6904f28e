// Multi-Krum: the mean of the updates that Krum trusts most, which learns faster than from one of them.
// Blanchard et al. 2017, "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent", section 5.

import { z } from "zod";
import { byzantineCountOf, byzantineSettings } from "./byzantine-count.ts";
import { keepUpdates } from "./kept-updates.ts";
import { krumRanking, squaredDistances } from "./krum-ranking.ts";
import type { ScratchFolder } from "./scratch/scratch-folder.ts";
import type { AggregationStrategy } from "./types.ts";

export const multiKrumSettings = byzantineSettings.extend({
  /** m: of so many updates the mean is taken, of n - f where that is fewer or nothing is said. */
  selectedCount: z.int().min(1).max(1_000_000).optional(),
});

/**
 * The plain mean of the m best updates of `krumRanking`. None weighs more than another.
 *
 * @example createMultiKrum({ byzantineCount: 1, selectedCount: 2 }) // of [0], [1], [1.5], [3], [90]: [(1 + 1.5) / 2]
 */
export function createMultiKrum(settings: z.infer<typeof multiKrumSettings>, name = "multi-krum"): AggregationStrategy {
  return {
    name,
    begin: (globalParameters, scratch) =>
      keepUpdates(globalParameters, scratch, async (kept) => {
        const byzantineCount = byzantineCountOf(settings, kept.count);
        const ranking = krumRanking(await squaredDistances(kept), byzantineCount);
        const honestCount = kept.count - byzantineCount;
        const selected = ranking.slice(0, Math.min(settings.selectedCount ?? honestCount, honestCount));
        return meanOf(kept, selected, globalParameters.values.length);
      }),
  };
}

async function meanOf(kept: ScratchFolder, updates: readonly number[], length: number): Promise<Float32Array> {
  const means = new Float32Array(length);
  for await (const { from, rows } of kept.blocks(updates)) {
    const width = rows[0]?.length ?? 0;
    for (let place = 0; place < width; place++) {
      let sum = 0;
      for (const row of rows) sum += row[place] as number;
      means[from + place] = sum / rows.length;
    }
  }
  return means;
}
