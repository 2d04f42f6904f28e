// The body of every HTTP error: JSON {code, reason}.

import type { FastifyReply } from "fastify";
import type { TransferError } from "../../protocol/transfer.ts";

/** Answers a request with an error. */
export function refuseRequest(reply: FastifyReply, status: number, code: string, reason: string): FastifyReply {
  const body: TransferError = { code, reason };
  return reply.code(status).type("application/json").send(body);
}
