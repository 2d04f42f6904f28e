// One step of secure aggregation, asked of one agent. Nothing here throws: silence, a cut connection and nonsense are answers too.

import type { Clock } from "../../../foundation/clock.ts";
import { parseMessage } from "../../../protocol/parse-message.ts";
import { type SecureRequest, secureReplySchema } from "../../../protocol/secure-aggregation/exchange.ts";
import type { AgentSocket } from "../../clients/client-registry.ts";

export type StepAnswer =
  | { readonly kind: "answered"; readonly message: unknown }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "silent" | "disconnected" };

/**
 * @param socket undefined if the client is away.
 * @param patience "silent" after so many wall seconds, or when the signal aborts.
 */
export async function requestStep(
  socket: AgentSocket | undefined,
  request: SecureRequest,
  patience: { readonly wall: Clock; readonly seconds: number; readonly signal: AbortSignal },
): Promise<StepAnswer> {
  if (!socket) return { kind: "disconnected" };
  const done = new AbortController();
  let onDisconnect = () => {};
  const gone = new Promise<StepAnswer>((resolve) => {
    onDisconnect = () => resolve({ kind: "disconnected" });
  });
  socket.once("disconnect", onDisconnect);
  const silence = patience.wall
    .wait(patience.seconds, AbortSignal.any([patience.signal, done.signal]))
    .then((): StepAnswer => ({ kind: "silent" }));
  try {
    return await Promise.race([answerTo(socket, request), gone, silence]);
  } finally {
    socket.off("disconnect", onDisconnect);
    done.abort();
  }
}

async function answerTo(socket: AgentSocket, request: SecureRequest): Promise<StepAnswer> {
  try {
    const answer: unknown = await socket.emitWithAck("secure", request);
    const parsed = parseMessage(secureReplySchema, answer, "answer to secure");
    const reply = parsed.accepted ? parsed.value : parsed;
    if (reply.accepted) return { kind: "answered", message: reply.message };
    return { kind: "refused", reason: `${reply.code}: ${reply.reason}` };
  } catch {
    return { kind: "silent" };
  }
}
