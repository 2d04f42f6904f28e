// The upload of an update in parts. A part is judged by its headers before a byte of its body is read.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { PART_HASH_HEADER, PREFIX_HASH_HEADER, UPDATE_HASH_HEADER } from "../../protocol/transfer.ts";
import { isDiskFull } from "../files/cannot-write.ts";
import type { PartPlaces } from "../security/limits/part-places.ts";
import { bearerToken } from "../security/route-guard.ts";
import type { StatedHash } from "../uploads/receive-part.ts";
import type { UploadRefusal } from "../uploads/upload-refusal.ts";
import type { UploadStore } from "../uploads/upload-store.ts";
import { refuseRequest } from "./refuse-request.ts";

interface PartRoute {
  readonly Params: { readonly taskId: string; readonly part: string };
}

/** When a sender that found no place is to come back. */
const RETRY_SECONDS = 1;

/** Every request is judged by the token of its task, whatever else its sender may do. */
const byTask = { config: { access: "task" } } as const;

export function addUpdateRoutes(app: FastifyInstance, uploads: UploadStore, places: PartPlaces): void {
  app.get<{ Params: { taskId: string } }>("/v1/updates/:taskId", byTask, async (request, reply) => {
    const status = await uploads.status(request.params.taskId, bearerToken(request), updateHash(request));
    return "kind" in status ? refuse(reply, status) : status;
  });

  app.put<PartRoute>("/v1/updates/:taskId/parts/:part", {
    ...byTask,
    onRequest: async (request, reply) => {
      const { taskId, part } = request.params;
      const problem =
        uploads.refusalOfPart(taskId, bearerToken(request), partNumber(part), contentLength(request)) ??
        refusalOfHash(request) ??
        refusalOfPlace(taskId, places, reply);
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
        if (request.raw.complete || isDiskFull(thrown)) throw thrown;
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

/** Takes a place until the answer is sent or the connection ends; without one the sender waits, so that memory does not. */
function refusalOfPlace(taskId: string, places: PartPlaces, reply: FastifyReply): UploadRefusal | undefined {
  const leave = places.enter(taskId);
  if (leave) {
    reply.raw.once("close", leave);
    return undefined;
  }
  reply.header("retry-after", RETRY_SECONDS);
  const reason = `As many parts as this aggregator takes at a time are on their way. Send it again in ${RETRY_SECONDS} s.`;
  return { kind: "refused", httpStatus: 503, code: "server.busy", reason };
}

function partNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : -1;
}

function contentLength(request: FastifyRequest): number | undefined {
  const header = request.headers["content-length"];
  return header === undefined ? undefined : Number(header);
}

function statedHash(request: FastifyRequest): StatedHash {
  const prefix = request.headers[PREFIX_HASH_HEADER];
  if (prefix === undefined) return { kind: "part", sha256: String(request.headers[PART_HASH_HEADER] ?? "") };
  return { kind: "prefix", sha256: String(prefix), fileSha256: updateHash(request) };
}

function updateHash(request: FastifyRequest): string | undefined {
  const stated = request.headers[UPDATE_HASH_HEADER];
  return typeof stated === "string" && /^[0-9a-f]{64}$/.test(stated) ? stated : undefined;
}

function refusalOfHash(request: FastifyRequest): UploadRefusal | undefined {
  if (/^[0-9a-f]{64}$/.test(statedHash(request).sha256)) return undefined;
  const reason =
    `A part needs the header ${PART_HASH_HEADER}, the lower-case hex SHA-256 of its bytes, or ${PREFIX_HASH_HEADER}, ` +
    `that of the update up to the part's last byte.`;
  return { kind: "refused", httpStatus: 400, code: "server.part-hash-missing", reason };
}
