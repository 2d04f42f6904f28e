// Rows of the study `paper`, written by hand.

import type { PaperRow } from "../../../../experiments/studies/paper/paired-gains.ts";
import type { CellMetrics } from "../../../../experiments/studies/statistics/cell-metrics.ts";

export interface MadeRow {
  readonly policy: string;
  readonly workload?: string;
  readonly seed?: number;
  readonly budget?: number;
  readonly part?: "grid" | "frontier" | "limits";
  readonly links?: string;
  readonly deadlineQuantile?: number;
  readonly condition?: string;
  readonly metrics: Partial<CellMetrics>;
}

/** A run of which nothing but its place and its metrics is looked at. */
export function paperRow({ policy, seed = 1, metrics, ...place }: MadeRow): PaperRow {
  const row = {
    setting: {
      ...{ part: "frontier", workload: "w", links: "measured-wifi", deadlineQuantile: 0.7, minimumProbability: 0.8 },
      ...{ budget: null, condition: "as measured" },
      ...place,
    },
    policy: { name: policy, label: policy, settings: {} },
    seed,
    metrics,
  };
  return row as unknown as PaperRow;
}
