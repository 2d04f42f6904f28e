// How a selected client ended in a simulated round, as the aggregator would have written it down.

import { formatSeconds } from "../../../selection/quantities.ts";
import { closedCutOff, deadlineCutOff } from "../../../server/rounds/cut-off.ts";
import type { CohortReply, RoundTask } from "../../../server/rounds/types.ts";
import type { SettledClient, SettledRound } from "../settle-round.ts";
import { clientIdOf } from "../types.ts";

type UnusedOutcome = Extract<CohortReply, { readonly kind: "outcome" }>;

/** Of a client whose update was not used, and whose training did not fail. */
export function outcomeOf(client: SettledClient, round: SettledRound, task: RoundTask): UnusedOutcome {
  const { latencySeconds, computeSeconds, staysSeconds } = client;
  const base = { clientId: clientIdOf(client.client), latencySeconds, computeSeconds };
  const sentence = endInWords(round, task);
  if (client.status !== "lost") {
    const status = client.status === "surplus" ? "surplus" : "late";
    return { kind: "outcome", outcome: { ...base, status, reason: sentence } };
  }
  const silence = staysSeconds < round.seconds ? "It was disconnected then." : "It did not answer the cancellation.";
  return { kind: "outcome", outcome: { ...base, status: "unresponsive", reason: `${sentence} ${silence}` } };
}

/** Why the round took no more updates. */
function endInWords({ clients, seconds }: SettledRound, task: RoundTask): string {
  const { closesAfterUpdates, deadlineSeconds } = task;
  const completedCount = clients.filter(({ status }) => status === "completed").length;
  if (closesAfterUpdates !== undefined && completedCount >= closesAfterUpdates) {
    return closedCutOff(closesAfterUpdates, seconds).sentence;
  }
  if (!task.waitsForAll) return deadlineCutOff(deadlineSeconds).sentence;
  return `The round ended after ${formatSeconds(seconds)}, when all others had.`;
}
