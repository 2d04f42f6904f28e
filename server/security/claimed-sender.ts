// Who is refused before it is registered: the id that its connection last gave, which anybody may give, and where it comes from.

import type { AgentDoor } from "../clients/serve-agent.ts";
import type { JournalEvent } from "../journal/events.ts";

/** Known of somebody who is not registered. */
export interface ClaimedSender {
  /** As it gave it, cut off; nobody has checked it. */
  readonly clientId?: string | undefined;
  /** Of its end of the connection, which may be a proxy's. */
  readonly address?: string | undefined;
}

/** What a connection of socket.io has that is needed here. */
interface Connection {
  readonly request: { readonly socket: { readonly remoteAddress?: string | undefined } };
  onAny(listener: (event: string, ...received: unknown[]) => void): unknown;
}

/** The ids of agents are at most so long. */
const ID_LIMIT = 64;

/**
 * The door for one connection, which journals who claimed to be at it when it refuses somebody who is not registered. Call it before
 * the door listens to the connection, so that what is refused was seen.
 */
export function namingClaims(
  door: AgentDoor,
  socket: Connection,
  journal: { append(event: JournalEvent): void },
): AgentDoor {
  let claimed: string | undefined;
  const address = plainAddress(socket.request.socket.remoteAddress);
  socket.onAny((event, message) => {
    if (event === "register") claimed = claimedId(message) ?? claimed;
  });
  return {
    ...door,
    onRefused: (clientId, refusal) => {
      if (clientId !== null) return door.onRefused(clientId, refusal);
      const { code, reason } = refusal;
      const sender: ClaimedSender = { ...(claimed && { clientId: claimed }), ...(address && { address }) };
      journal.append({ type: "message-refused", clientId, code, reason, sender });
    },
  };
}

function claimedId(message: unknown): string | undefined {
  if (typeof message !== "object" || message === null || !("clientId" in message)) return undefined;
  return typeof message.clientId === "string" ? message.clientId.slice(0, ID_LIMIT) : undefined;
}

/** An IPv4 address as people write it, also on a socket of IPv6. */
function plainAddress(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/i, "");
}
