// Krum: the one update that has the most others near it becomes the global model.
// Blanchard et al. 2017, "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent", section 4.

import type { z } from "zod";
import { byzantineSettings } from "./byzantine-count.ts";
import { createMultiKrum } from "./multi-krum.ts";
import type { AggregationStrategy } from "./types.ts";

export const krumSettings = byzantineSettings;

/**
 * The update with the least sum of squared distances to its n - f - 2 nearest others.
 *
 * @example
 * createKrum({ byzantineCount: 1 }) // of [0], [1], [1.5], [3], [90], by their 2 nearest: 1 + 2.25, 1 + 0.25, 0.25 + 2.25, 2.25 + 4, ...: [1]
 */
export function createKrum(settings: z.infer<typeof krumSettings>): AggregationStrategy {
  return createMultiKrum({ ...settings, selectedCount: 1 }, "krum");
}
