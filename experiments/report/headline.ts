// The run in a few figures, computed from its rounds, so that a run that was cut off has them too.

import type { EvaluationResult } from "../../server/rounds/types.ts";
import type { RunData } from "./run-data.ts";

export interface Headline {
  readonly finishedRounds: number;
  readonly failedRounds: number;
  readonly evaluation: EvaluationResult | null;
  readonly selectedCount: number;
  readonly completedCount: number;
  /** completed / selected over all rounds; null if nobody was ever selected. */
  readonly sloCompliance: number | null;
  readonly usefulDeviceSeconds: number;
  readonly wastedDeviceSeconds: number;
  /** wasted / (useful + wasted); null if no device worked. */
  readonly wastedShare: number | null;
  readonly wallSeconds: number;
}

export function headline(run: RunData): Headline {
  const outcomes = run.rounds.flatMap(({ outcome }) => (outcome ? [outcome] : []));
  const total = (pick: (outcome: (typeof outcomes)[number]) => number) =>
    outcomes.reduce((sum, outcome) => sum + pick(outcome), 0);
  const selectedCount = total(({ metrics }) => metrics.selectedCount);
  const completedCount = total(({ metrics }) => metrics.completedCount);
  const usefulDeviceSeconds = total(({ metrics }) => metrics.usefulDeviceSeconds);
  const wastedDeviceSeconds = total(({ metrics }) => metrics.wastedDeviceSeconds);
  const spent = usefulDeviceSeconds + wastedDeviceSeconds;
  return {
    finishedRounds: outcomes.length,
    failedRounds: outcomes.filter(({ status }) => status === "failed").length,
    evaluation: outcomes.reduce<EvaluationResult | null>((last, { evaluation }) => evaluation ?? last, null),
    selectedCount,
    completedCount,
    sloCompliance: selectedCount === 0 ? null : completedCount / selectedCount,
    usefulDeviceSeconds,
    wastedDeviceSeconds,
    wastedShare: spent === 0 ? null : wastedDeviceSeconds / spent,
    wallSeconds: run.finished?.summary.wallSeconds ?? (Date.parse(run.lastEventAt) - Date.parse(run.startedAt)) / 1000,
  };
}
