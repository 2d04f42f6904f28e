// GET and HEAD of the global model: streamed from its file, resumable by Range, cacheable for ever since its name is its hash.

import { createReadStream } from "node:fs";
import type { FastifyInstance } from "fastify";
import { PARAMETER_MEDIA_TYPE } from "../../protocol/transfer.ts";
import type { ModelStore } from "../models/model-store.ts";
import { namesEntityTag, parseByteRange } from "./byte-range.ts";
import { refuseRequest } from "./refuse-request.ts";

const CHUNK_BYTES = 256 * 1024;

export function addModelRoutes(app: FastifyInstance, models: ModelStore): void {
  app.route<{ Params: { sha256: string } }>({
    method: ["GET", "HEAD"],
    url: "/v1/models/:sha256",
    config: { access: "download" },
    handler: (request, reply) => {
      const model = models.find(request.params.sha256);
      if (!model) {
        return refuseRequest(
          reply,
          404,
          "server.unknown-model",
          "No such model version is kept. Ask for the task's own.",
        );
      }
      const entityTag = `"${model.sha256}"`;
      reply.headers({
        etag: entityTag,
        "accept-ranges": "bytes",
        "cache-control": "public, max-age=31536000, immutable",
        "content-type": PARAMETER_MEDIA_TYPE,
      });
      const { "if-none-match": ifNoneMatch, "if-range": ifRange, range } = request.headers;
      if (ifNoneMatch !== undefined && namesEntityTag(ifNoneMatch, entityTag, true)) return reply.code(304).send();

      const isRangeValid = ifRange === undefined || namesEntityTag(String(ifRange), entityTag, false);
      const asked = parseByteRange(isRangeValid ? range : undefined, model.byteLength);
      if (asked.kind === "unsatisfiable") {
        reply.header("content-range", `bytes */${model.byteLength}`).removeHeader("cache-control");
        const reason = `The model has ${model.byteLength} bytes; the range starts behind its end.`;
        return refuseRequest(reply, 416, "server.range-not-satisfiable", reason);
      }
      const [first, last] = asked.kind === "part" ? [asked.first, asked.last] : [0, model.byteLength - 1];
      if (asked.kind === "part") {
        reply.code(206).header("content-range", `bytes ${first}-${last}/${model.byteLength}`);
      }
      reply.header("content-length", last - first + 1);
      if (request.method === "HEAD") return reply.send();
      return reply.send(createReadStream(model.path, { start: first, end: last, highWaterMark: CHUNK_BYTES }));
    },
  });
}
