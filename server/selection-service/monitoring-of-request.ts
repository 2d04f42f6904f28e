// What clients answered before the round, as a caller that can ask them passes it on: for policies of the need "monitoring".

import type { ClientSlots } from "../../selection/policy/client-slots.ts";
import type { Monitoring } from "../../selection/policy/policy.ts";
import type { CandidateRequest } from "./request-schema.ts";

/** The answers by the clients' numbers; null in place of what nobody was asked. */
export function monitoringOfRequest(candidates: readonly CandidateRequest[], slots: ClientSlots): Monitoring {
  const numbers = candidates.map(({ clientId }) => slots.slotOf(clientId));
  const losses = new Float64Array(slots.size).fill(Number.NaN);
  const staysNextRound = new Uint8Array(slots.size).fill(255);
  candidates.forEach(({ monitoring = {} }, index) => {
    const slot = numbers[index] as number;
    if (monitoring.loss !== undefined) losses[slot] = monitoring.loss;
    if (monitoring.staysNextRound !== undefined) staysNextRound[slot] = monitoring.staysNextRound ? 1 : 0;
  });
  const wasAsked = (what: "loss" | "staysNextRound") =>
    candidates.some(({ monitoring }) => monitoring?.[what] !== undefined);
  return {
    losses: wasAsked("loss") ? losses : null,
    staysNextRound: wasAsked("staysNextRound") ? staysNextRound : null,
  };
}
