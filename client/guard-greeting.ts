// engine.io's client parses the server's greeting with nothing around it, so that a malformed one (a stranger's websocket server, a
// proxy, an attack) would end the process. Here such a greeting becomes a connection error, after which the agent comes again.
// Packet format: https://github.com/socketio/engine.io-protocol (revision 4).

import type { Socket } from "socket.io-client";
import { z } from "zod";

type Engine = Socket["io"]["engine"];

/** A timer of Node holds at most 2^31 - 1 ms, which the sum of both must not pass. */
const milliseconds = z
  .number()
  .min(0)
  .max(2 ** 30 - 1);

const greetingSchema = z.object({
  sid: z.string().min(1).max(200),
  upgrades: z.array(z.string()).max(10),
  pingInterval: milliseconds,
  pingTimeout: milliseconds,
  maxPayload: z.number().optional(),
});

/** Looks at a connection's packets before engine.io does. Harmless if it does so already. */
export function guardGreeting(engine: Engine): void {
  if (!engine.listeners("packet").includes(checkPacket)) engine.on("packet", checkPacket);
}

function checkPacket(packet: { type: string; data?: unknown }): void {
  if (packet.type !== "open" || isGreeting(packet.data)) return;
  // engine.io reports a packet of this type as the connection's error.
  packet.type = "error";
  packet.data = "the greeting is malformed";
}

function isGreeting(data: unknown): boolean {
  try {
    return greetingSchema.safeParse(JSON.parse(String(data))).success;
  } catch {
    return false;
  }
}
