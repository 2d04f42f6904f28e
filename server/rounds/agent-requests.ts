// What a round asks of an agent, with a bound on how long it waits for the answer. Nothing here throws: silence, a cut
// connection and nonsense are answers too.

import { type Cancel, cancelReplySchema, replySchema, type Train } from "../../protocol/messages.ts";
import { parseMessage } from "../../protocol/parse-message.ts";
import type { AgentSocket } from "../clients/client-registry.ts";

/** "disconnected" and "silent" differ: an agent that is merely away has the grace to come back. */
export type OfferAnswer =
  | { readonly kind: "accepted" | "disconnected" | "silent" }
  | { readonly kind: "refused"; readonly reason: string };

/** Offers a task. */
export async function offerTask(socket: AgentSocket, task: Train, patienceSeconds: number): Promise<OfferAnswer> {
  let answer: unknown;
  try {
    answer = await socket.timeout(patienceSeconds * 1000).emitWithAck("train", task);
  } catch {
    return { kind: socket.connected ? "silent" : "disconnected" };
  }
  const parsed = parseMessage(replySchema, answer, "answer to train");
  const reply = parsed.accepted ? parsed.value : parsed;
  return reply.accepted ? { kind: "accepted" } : { kind: "refused", reason: `${reply.code}: ${reply.reason}` };
}

/** Tells an agent to stop; its device-seconds on the task, or undefined if it does not say. */
export async function cancelTask(
  socket: AgentSocket,
  message: Cancel,
  patienceSeconds: number,
): Promise<number | undefined> {
  try {
    const answer: unknown = await socket.timeout(patienceSeconds * 1000).emitWithAck("cancel", message);
    const parsed = parseMessage(cancelReplySchema, answer, "answer to cancel");
    return parsed.accepted ? parsed.value.computeSeconds : undefined;
  } catch {
    return undefined;
  }
}
