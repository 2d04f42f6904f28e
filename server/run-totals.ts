// A run in sums, so that its memory does not grow with its rounds.

import type { EvaluationResult, RoundOutcome } from "./rounds/types.ts";

export interface RunTotals {
  readonly rounds: number;
  readonly failedRounds: number;
  readonly selectedCount: number;
  readonly completedCount: number;
  readonly usefulDeviceSeconds: number;
  readonly wastedDeviceSeconds: number;
  /** Of the last model that was evaluated. */
  readonly evaluation: EvaluationResult | null;
}

export const noRounds: RunTotals = {
  rounds: 0,
  failedRounds: 0,
  selectedCount: 0,
  completedCount: 0,
  usefulDeviceSeconds: 0,
  wastedDeviceSeconds: 0,
  evaluation: null,
};

/** A round that was cut short does not count: it goes on at the next start. */
export function addRound(totals: RunTotals, { status, interrupted, metrics, evaluation }: RoundOutcome): RunTotals {
  if (interrupted) return totals;
  return {
    rounds: totals.rounds + 1,
    failedRounds: totals.failedRounds + (status === "failed" ? 1 : 0),
    selectedCount: totals.selectedCount + metrics.selectedCount,
    completedCount: totals.completedCount + metrics.completedCount,
    usefulDeviceSeconds: totals.usefulDeviceSeconds + metrics.usefulDeviceSeconds,
    wastedDeviceSeconds: totals.wastedDeviceSeconds + metrics.wastedDeviceSeconds,
    evaluation: evaluation ?? totals.evaluation,
  };
}
