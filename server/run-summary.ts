// The run in a few numbers, from its rounds.

import type { RunSummary } from "./journal/events.ts";
import type { RoundOutcome } from "./rounds/types.ts";

export interface RunFacts {
  readonly runName: string;
  readonly wallSeconds: number;
  readonly journal: string;
  readonly modelFile: string | null;
}

/**
 * Sums the rounds up: compliance as the micro average (completed / selected over all rounds), accuracy and loss of the last
 * model that was evaluated.
 *
 * @param rounds in their order.
 */
export function summarizeRun(rounds: readonly RoundOutcome[], facts: RunFacts): RunSummary {
  const sum = (value: (round: RoundOutcome) => number) => rounds.reduce((total, round) => total + value(round), 0);
  const selected = sum(({ metrics }) => metrics.selectedCount);
  const evaluation = rounds.findLast((round) => round.evaluation !== null)?.evaluation ?? null;
  return {
    runName: facts.runName,
    rounds: rounds.length,
    failedRounds: rounds.filter(({ status }) => status === "failed").length,
    testAccuracy: evaluation?.accuracy ?? null,
    testLoss: evaluation?.loss ?? null,
    sloCompliance: selected === 0 ? null : sum(({ metrics }) => metrics.completedCount) / selected,
    usefulDeviceSeconds: sum(({ metrics }) => metrics.usefulDeviceSeconds),
    wastedDeviceSeconds: sum(({ metrics }) => metrics.wastedDeviceSeconds),
    wallSeconds: facts.wallSeconds,
    journal: facts.journal,
    modelFile: facts.modelFile,
  };
}
