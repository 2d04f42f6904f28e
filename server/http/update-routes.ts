// The upload of an update in parts. A part is judged by its headers before a byte of its body is read.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { PART_HASH_HEADER } from "../../protocol/transfer.ts";
import type { UploadRefusal, UploadStore } from "../uploads/upload-store.ts";
import { refuseRequest } from "./refuse-request.ts";

interface PartRoute {
  readonly Params: { readonly taskId: string; readonly part: string };
}

export function addUpdateRoutes(app: FastifyInstance, uploads: UploadStore): void {
  app.get<{ Params: { taskId: string } }>("/v1/updates/:taskId", (request, reply) => {
    const status = uploads.status(request.params.taskId, bearerToken(request));
    return "kind" in status ? refuse(reply, status) : status;
  });

  app.put<PartRoute>("/v1/updates/:taskId/parts/:part", {
    onRequest: async (request, reply) => {
      const { taskId, part } = request.params;
      const problem =
        uploads.refusalOfPart(taskId, bearerToken(request), partNumber(part), contentLength(request)) ??
        refusalOfHash(request);
      if (!problem) return;
      // The body is not read: the connection cannot be used for another request.
      reply.header("connection", "close");
      await refuse(reply, problem);
    },
    handler: async (request, reply) => {
      const { taskId, part } = request.params;
      try {
        const problem = await uploads.writePart(taskId, partNumber(part), request.raw, statedHash(request));
        return problem ? refuse(reply, problem) : reply.code(204).send();
      } catch (thrown) {
        if (request.raw.complete) throw thrown;
        // The sender went away; it asks later which parts arrived and goes on.
        const reason = `The connection ended in the middle of part ${part}.`;
        return refuse(reply, { kind: "refused", httpStatus: 400, code: "server.part-interrupted", reason });
      }
    },
  });
}

function refuse(reply: FastifyReply, { httpStatus, code, reason }: UploadRefusal): FastifyReply {
  if (httpStatus === 401) reply.header("www-authenticate", "Bearer");
  return refuseRequest(reply, httpStatus, code, reason);
}

function bearerToken(request: FastifyRequest): string {
  return /^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
}

function partNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : -1;
}

function contentLength(request: FastifyRequest): number | undefined {
  const header = request.headers["content-length"];
  return header === undefined ? undefined : Number(header);
}

function statedHash(request: FastifyRequest): string {
  return String(request.headers[PART_HASH_HEADER] ?? "");
}

function refusalOfHash(request: FastifyRequest): UploadRefusal | undefined {
  if (/^[0-9a-f]{64}$/.test(statedHash(request))) return undefined;
  const reason = `A part needs the header ${PART_HASH_HEADER}: the lower-case hex SHA-256 of its bytes.`;
  return { kind: "refused", httpStatus: 400, code: "server.part-hash-missing", reason };
}
