// The door of a phase: who may say something now, whether it has said it already, and whether it is a message of this session.

import type { z } from "zod";
import { type Parsed, parseMessage, type Refusal, refuse } from "../../protocol/parse-message.ts";
import { areEqual } from "../../protocol/secure-aggregation/secret-shares.ts";

export type SecurePhase = "keys" | "shares" | "confirmations" | "masked-inputs" | "unmasking" | "over";

export interface Door {
  /** The phase to which the message belongs, and the one in which the round is. */
  readonly belongsTo: SecurePhase;
  readonly phase: SecurePhase;
  readonly sessionId: Uint8Array;
  readonly clientId: string;
  readonly members: ReadonlySet<string>;
  /** Clients whose message of this phase was accepted. */
  readonly answered: { has(clientId: string): boolean };
}

/** The message, or why it is none: wrong-phase, unknown-client, repeated-message, protocol.malformed-message, wrong-session. */
export function receive<Schema extends z.ZodType<{ readonly sessionId: Uint8Array }>>(
  schema: Schema,
  input: unknown,
  door: Door,
): Parsed<z.infer<Schema>> {
  const { belongsTo, phase, clientId, members, answered } = door;
  if (belongsTo !== phase) {
    return refuse(
      "secure-aggregation.wrong-phase",
      `A message of the phase "${belongsTo}" comes in the phase "${phase}".`,
    );
  }
  if (!members.has(clientId)) return refuseStranger(clientId);
  if (answered.has(clientId)) {
    return refuse("secure-aggregation.repeated-message", `"${clientId}" has answered in the phase "${phase}" already.`);
  }
  const parsed = parseMessage(schema, input, belongsTo);
  if (!parsed.accepted || areEqual(parsed.value.sessionId, door.sessionId)) return parsed;
  return refuse("secure-aggregation.wrong-session", `The message of "${clientId}" is of another session.`);
}

/** Of a client that was not invited or has dropped out. */
export const refuseStranger = (clientId: string): Refusal =>
  refuse(
    "secure-aggregation.unknown-client",
    `"${clientId}" takes no part, or no part any more, in this secure round.`,
  );
