// The outcome of a round that brought no model.

import { roundMetrics } from "./round-metrics.ts";
import type { ClientOutcome, RoundOutcome, RoundPlan } from "./types.ts";

/** @param reason a sentence, for reports. */
export function failedRound(plan: RoundPlan, clients: readonly ClientOutcome[], reason: string): RoundOutcome {
  return {
    round: plan.round,
    status: "failed",
    reason,
    modelVersion: plan.modelVersion,
    clients,
    metrics: roundMetrics(clients, false),
    evaluation: null,
  };
}
