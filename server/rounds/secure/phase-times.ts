// When the phases of a secure round must be over, on the round's clock. Each has its share of the time before the deadline; what a phase
// leaves of it goes to the masked inputs, which are the only ones that are as large as the model.

import type { SecureStep } from "../../../protocol/secure-aggregation/exchange.ts";

const order: readonly SecureStep[] = ["invitation", "roster", "packets", "mask", "unmask"];

export interface PhaseTimes {
  /** By then the clients must have trained. */
  readonly trainingEndSeconds: number;
  /** The latest end of a phase that begins at `nowSeconds`. */
  endOf(step: SecureStep, nowSeconds: number): number;
}

/**
 * At least half of the round is left to the training, be its deadline ever so short.
 *
 * @example phaseTimes(60, 5).trainingEndSeconds // 35
 * @example phaseTimes(60, 5).endOf("invitation", 10) // 15
 * @example phaseTimes(60, 5).endOf("mask", 16) // 55
 */
export function phaseTimes(deadlineSeconds: number, longestPhaseSeconds: number): PhaseTimes {
  const phaseSeconds = Math.min(longestPhaseSeconds, deadlineSeconds / (2 * order.length));
  return {
    trainingEndSeconds: deadlineSeconds - order.length * phaseSeconds,
    endOf(step, nowSeconds) {
      const latest = deadlineSeconds - (order.length - 1 - order.indexOf(step)) * phaseSeconds;
      return step === "mask" ? latest : Math.min(latest, nowSeconds + phaseSeconds);
    },
  };
}
