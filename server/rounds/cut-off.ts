// How a round ends the work of a client that has not delivered: at its deadline, or because it has all the updates that it
// waits for. Either way the agent is told to stop and asked for the device-seconds that it spent.

import { counted } from "../../foundation/counted.ts";
import { formatSeconds } from "../../selection/quantities.ts";
import type { ClientRegistry } from "../clients/client-registry.ts";
import { cancelTask } from "./agent-requests.ts";

/** Why a round takes no more updates. */
export interface CutOff {
  /** How a client that answers the cancellation counts. */
  readonly status: "late" | "surplus" | "stale";
  /** With which an update that still comes is refused. */
  readonly code: string;
  readonly sentence: string;
}

export function deadlineCutOff(deadlineSeconds: number): CutOff {
  return {
    status: "late",
    code: "server.deadline-passed",
    sentence: `The deadline of ${deadlineSeconds} s passed.`,
  };
}

/** @example closedCutOff(10, 3.21).sentence // "The round closed after 3.21 s with the 10 updates that it waited for." */
export function closedCutOff(updateCount: number, elapsedSeconds: number): CutOff {
  const updates = updateCount === 1 ? "the one update" : `the ${updateCount} updates`;
  return {
    status: "surplus",
    code: "server.round-closed",
    sentence: `The round closed after ${formatSeconds(elapsedSeconds)} with ${updates} that it waited for.`,
  };
}

/** @example staleCutOff(4, 9, 3).sentence // "Its model, version 4, is 5 versions old, more than the 3 that count." */
export function staleCutOff(modelVersion: number, currentVersion: number, maximumStaleness: number): CutOff {
  const age = currentVersion - modelVersion;
  const sentence = `Its model, version ${modelVersion}, is ${counted(age, "version")} old, more than the ${maximumStaleness} that count.`;
  return { status: "stale", code: "server.update-stale", sentence };
}

/** What is left when the last round of an asynchronous run is over. */
export const runOverCutOff: CutOff = {
  status: "surplus",
  code: "server.round-closed",
  sentence: "The last round of the run closed with the updates that it waited for.",
};

/** How a client ended that was cut off. */
export interface CutOffEnd {
  readonly status: "late" | "surplus" | "stale" | "unresponsive";
  readonly reason: string;
  readonly computeSeconds: number;
}

/**
 * Tells a client to stop, and waits until it says what it spent or `acknowledgeSeconds` have passed.
 *
 * @param elapsedSeconds on the round's clock.
 */
export async function cutOffClient(
  client: { readonly clientId: string; readonly taskId: string },
  { status, sentence }: CutOff,
  round: {
    readonly registry: Pick<ClientRegistry, "socketOf">;
    readonly acknowledgeSeconds: number;
    readonly elapsedSeconds: number;
  },
): Promise<CutOffEnd> {
  const { registry, acknowledgeSeconds, elapsedSeconds } = round;
  const socket = registry.socketOf(client.clientId);
  const message = { taskId: client.taskId, reason: sentence, elapsedSeconds };
  const computeSeconds = socket && (await cancelTask(socket, message, acknowledgeSeconds));
  if (computeSeconds !== undefined) {
    return { status, reason: sentence, computeSeconds: Math.min(computeSeconds, elapsedSeconds) };
  }
  // It may have worked all the time: the most that it can have spent is counted.
  const silence = socket ? "It did not answer the cancellation." : "It was disconnected then.";
  return { status: "unresponsive", reason: `${sentence} ${silence}`, computeSeconds: elapsedSeconds };
}
