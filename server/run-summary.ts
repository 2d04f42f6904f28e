// The run in a few numbers, from its sums.

import type { PrivacySpent } from "../models/privacy/privacy-spent.ts";
import type { RunSummary } from "./journal/events.ts";
import type { RunTotals } from "./run-totals.ts";

export interface RunFacts {
  readonly runName: string;
  readonly wallSeconds: number;
  readonly journal: string;
  readonly modelFile: string | null;
  readonly privacy?: PrivacySpent | undefined;
}

/** Compliance is the micro average (completed / selected over all rounds); accuracy and loss are of the last model that was evaluated. */
export function summarizeRun(
  { selectedCount, completedCount, evaluation, ...totals }: RunTotals,
  { runName, wallSeconds, journal, modelFile, privacy }: RunFacts,
): RunSummary {
  return {
    runName,
    rounds: totals.rounds,
    failedRounds: totals.failedRounds,
    testAccuracy: evaluation?.accuracy ?? null,
    testLoss: evaluation?.loss ?? null,
    sloCompliance: selectedCount === 0 ? null : completedCount / selectedCount,
    usefulDeviceSeconds: totals.usefulDeviceSeconds,
    wastedDeviceSeconds: totals.wastedDeviceSeconds,
    wallSeconds,
    journal,
    modelFile,
    ...(privacy && { privacy }),
  };
}
