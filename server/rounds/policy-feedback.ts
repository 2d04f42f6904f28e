// How a round's clients fared, for a policy that learns from it. No other policy is told.

import type { ClientSlots } from "../../selection/policy/client-slots.ts";
import type { RoundFeedback } from "../../selection/policy/policy.ts";
import type { RoundOutcome } from "./types.ts";

/** @param slots the run's, as the selection used them. */
export function feedbackOf(outcome: RoundOutcome, deadlineSeconds: number, slots: ClientSlots): RoundFeedback {
  return {
    round: outcome.round,
    deadlineSeconds,
    roundSeconds: outcome.metrics.roundSeconds,
    clients: outcome.clients.map((client) => ({
      slot: slots.slotOf(client.clientId),
      onTime: client.status === "completed",
      latencySeconds: client.latencySeconds,
      exampleCount: client.status === "completed" ? client.exampleCount : 0,
      trainingLoss: client.status === "completed" ? client.trainingLoss : null,
      // Agents report mean losses only.
      rootMeanSquareLoss: null,
    })),
  };
}
