// What a round as a whole is expected to bring, from its selected clients' forecasts: written down before dispatch, so that it can
// be scored afterwards as each client's probability can.

import { beforeTrainingSeconds } from "../latency/round-parts.ts";
import type { SelectionDecision } from "../types.ts";
import type { RoundObjective } from "./policy.ts";

export interface RoundForecast {
  /** E[N]: the sum of the selected clients' p_i. */
  readonly expectedOnTimeCount: number;
  /** Device-seconds that selected clients are expected to spend on updates that come too late. */
  readonly expectedWastedDeviceSeconds: number;
  /** P(N >= updates), where the policy looks at the round as a whole; with shared causes of failure, with them. */
  readonly objective: (RoundObjective & { readonly reached: number }) | null;
}

/**
 * Device-seconds that a client has spent at the deadline if it misses it: it computes from the end of its download on.
 *
 * @param beforeTrainingSeconds from dispatch to the first training step.
 * @example secondsSpentIfLate(2, 30) // 28
 */
export function secondsSpentIfLate(beforeTrainingSeconds: number, deadlineSeconds: number): number {
  return Math.max(0, deadlineSeconds - beforeTrainingSeconds);
}

export function roundForecast(
  decisions: readonly SelectionDecision[],
  deadlineSeconds: number,
  objective: (RoundObjective & { readonly reached: number }) | undefined,
): RoundForecast {
  let expectedOnTimeCount = 0;
  let expectedWastedDeviceSeconds = 0;
  for (const { selected, forecast } of decisions) {
    if (!selected) continue;
    const { deadlineProbability, atMeanUtilisation } = forecast;
    expectedOnTimeCount += deadlineProbability;
    expectedWastedDeviceSeconds +=
      (1 - deadlineProbability) * secondsSpentIfLate(beforeTrainingSeconds(atMeanUtilisation), deadlineSeconds);
  }
  return { expectedOnTimeCount, expectedWastedDeviceSeconds, objective: objective ?? null };
}
