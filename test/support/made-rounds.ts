// Rounds of a simulation for tests, written by hand.

import type { RoundRecord, Spending } from "../../experiments/simulation/types.ts";

/** A round of 10 s in which nobody was selected, with what a test is about put in. */
export function madeRound(changes: Partial<RoundRecord> = {}): RoundRecord {
  return {
    round: 1,
    startedSeconds: 0,
    seconds: 10,
    presentCount: 100,
    selectedCount: 0,
    completedCount: 0,
    lateCount: 0,
    surplusCount: 0,
    lostCount: 0,
    expectedOnTimeCount: 0,
    statedRoundProbability: null,
    useful: spent(0),
    wasted: spent(0),
    usefulExamples: 0,
    ...changes,
  };
}

/** So many device-seconds, at 10 FLOP, 3 J and 2 bytes each unless said otherwise. */
export function spent(deviceSeconds: number, others: Partial<Spending> = {}): Spending {
  return { deviceSeconds, flop: 10 * deviceSeconds, joules: 3 * deviceSeconds, bytes: 2 * deviceSeconds, ...others };
}
