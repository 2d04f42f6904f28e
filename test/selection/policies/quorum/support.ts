// What the tests of online calibration share.

import type { RoundFeedback } from "../../../../selection/policy/policy.ts";

/** Of a round in which the first `kept` of these clients were on time; of slots 0, 1, ... if nothing else is said. */
export function feedback(kept: number, all: number, slots: readonly number[] = [...Array(all).keys()]): RoundFeedback {
  return {
    round: 1,
    deadlineSeconds: 30,
    roundSeconds: 30,
    clients: slots.map((slot, place) => ({
      slot,
      onTime: place < kept,
      latencySeconds: 10,
      exampleCount: 1,
      trainingLoss: null,
      rootMeanSquareLoss: null,
    })),
  };
}
