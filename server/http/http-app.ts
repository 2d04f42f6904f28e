// The aggregator's HTTP side, built apart from listening: health, run status, the model's download and the updates' upload.
// Every error is JSON {code, reason} with a 4xx or 5xx status.

import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from "fastify";
import type { ModelStore } from "../models/model-store.ts";
import type { UploadStore } from "../uploads/upload-store.ts";
import { addModelRoutes } from "./model-routes.ts";
import { refuseRequest } from "./refuse-request.ts";
import type { RunStatus } from "./run-status.ts";
import { addUpdateRoutes } from "./update-routes.ts";

/** A whole request must arrive within this: a 4 MiB part at 56 kbit/s takes 600 s. */
const REQUEST_TIMEOUT_MILLISECONDS = 900_000;
const BAD_REQUEST = JSON.stringify({ code: "server.bad-request", reason: "This is not an HTTP/1.1 request." });

export interface HttpAppOptions {
  readonly models: ModelStore;
  readonly uploads: UploadStore;
  readonly describeRun: () => RunStatus;
  readonly logger: FastifyBaseLogger;
}

/** The app; `app.server` is the node HTTP server that socket.io attaches to. */
export function createHttpApp({ models, uploads, describeRun, logger }: HttpAppOptions): FastifyInstance {
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    requestTimeout: REQUEST_TIMEOUT_MILLISECONDS,
    routerOptions: { maxParamLength: 300 },
    clientErrorHandler: (_error, socket) => {
      const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${BAD_REQUEST.length}\r\n`;
      if (socket.writable) socket.end(`${head}connection: close\r\n\r\n${BAD_REQUEST}`);
      else socket.destroy();
    },
  });
  // Bodies are parts of updates and nothing else: they are streamed by their route, never parsed.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  app.setNotFoundHandler((request, reply) =>
    refuseRequest(reply, 404, "server.unknown-path", `There is no ${request.method} ${request.url.slice(0, 200)}.`),
  );
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status >= 500) request.log.error({ err: error }, "request failed");
    const reason = error instanceof Error && status < 500 ? error.message : "The aggregator failed; see its log.";
    return refuseRequest(reply, status, "server.request-failed", reason);
  });

  app.get("/v1/health", () => ({ status: "ok" }));
  app.get("/v1/run", () => describeRun());
  addModelRoutes(app, models);
  addUpdateRoutes(app, uploads);
  return app;
}

function statusOf(error: unknown): number {
  const stated = typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  return typeof stated === "number" && stated >= 400 && stated < 600 ? stated : 500;
}
