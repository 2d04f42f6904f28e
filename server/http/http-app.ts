// The aggregator's HTTP side, built apart from listening: health, run status, the model's download and the updates' upload.
// Every error is JSON {code, reason} with a 4xx or 5xx status.

import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from "fastify";
import { isDiskFull } from "../files/cannot-write.ts";
import type { ModelStore } from "../models/model-store.ts";
import { openForAll, type Security } from "../security/security.ts";
import type { UploadStore } from "../uploads/upload-store.ts";
import { addModelRoutes } from "./model-routes.ts";
import { refuseRequest } from "./refuse-request.ts";
import type { RunStatus } from "./run-status.ts";
import { addUpdateRoutes } from "./update-routes.ts";

const BAD_REQUEST = JSON.stringify({ code: "server.bad-request", reason: "This is not an HTTP/1.1 request." });

export interface HttpAppOptions {
  readonly models: ModelStore;
  readonly uploads: UploadStore;
  readonly describeRun: () => RunStatus;
  readonly logger: FastifyBaseLogger;
  /** Without it: plain HTTP for everybody. */
  readonly security?: Security | undefined;
  /** Begins to stop the run; without it nobody can ask for that. */
  readonly stopRun?: (() => void) | undefined;
}

/** The app; `app.server` is the node HTTP server that socket.io attaches to. */
export function createHttpApp(options: HttpAppOptions): FastifyInstance {
  const { models, uploads, describeRun, logger, security = openForAll(), stopRun } = options;
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    serverFactory: (handler) => security.createServer(handler),
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
    if (isDiskFull(error)) {
      // Part of a body may not have been read: the connection cannot be used for another request.
      reply.header("connection", "close");
      return refuseRequest(reply, 507, "server.disk-full", "The aggregator's disk is full. Send it again later.");
    }
    const status = statusOf(error);
    if (status >= 500) request.log.error({ err: error }, "request failed");
    const reason = error instanceof Error && status < 500 ? error.message : "The aggregator failed; see its log.";
    return refuseRequest(reply, status, "server.request-failed", reason);
  });

  security.guard(app, ({ params }, token) => {
    return isModelRequest(params) && uploads.allowsDownload(token, params.sha256);
  });
  app.get("/v1/health", { config: { access: "public" } }, () => ({ status: "ok" }));
  // Not ready is not dead: a load balancer sends no new agents, and nobody kills the process.
  app.get("/v1/ready", { config: { access: "public" } }, (_request, reply) => {
    const { phase, round } = describeRun();
    const isReady = phase === "waiting-for-clients" || phase === "running";
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : phase, round });
  });
  app.get("/v1/run", { config: { access: "view" } }, () => describeRun());
  app.post("/v1/run/stop", { config: { access: "control" } }, (_request, reply) => {
    if (!stopRun) return refuseRequest(reply, 409, "server.no-run", "There is no run that could be stopped.");
    stopRun();
    return reply.code(202).send({ status: "stopping" });
  });
  addModelRoutes(app, models);
  addUpdateRoutes(app, uploads, security.partPlaces);
  return app;
}

function isModelRequest(params: unknown): params is { readonly sha256: string } {
  return typeof params === "object" && params !== null && "sha256" in params && typeof params.sha256 === "string";
}

function statusOf(error: unknown): number {
  const stated = typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  return typeof stated === "number" && stated >= 400 && stated < 600 ? stated : 500;
}
