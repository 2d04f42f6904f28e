// The selection service over HTTP, built apart from listening. Bodies are JSON; every error is JSON { error: { code, message } } with
// a 4xx or 5xx status. docs/selection-service.md has an example of each.

import { type FastifyInstance, type FastifyReply, fastify } from "fastify";
import { type ErrorCode, ProbSelectError } from "../../foundation/errors.ts";
import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import { packageVersion } from "../package-version.ts";
import { feedbackRequestSchema, parseRequest, selectionRequestSchema } from "./request-schema.ts";
import type { SelectionService } from "./selection-service.ts";

/** Ten thousand candidates with all their figures are about 5 MB. */
const MOST_BODY_BYTES = 16 * 1024 * 1024;
const REQUEST_TIMEOUT_MILLISECONDS = 60_000;
const NO_HTTP = JSON.stringify({
  error: { code: "server.malformed-request", message: "This is not an HTTP/1.1 request." },
});

/** Statuses of errors that are the asker's to solve; every selection.*, models.* and workloads.* is 400. */
const statuses: Partial<Record<ErrorCode, number>> = {
  "server.malformed-request": 400,
  "server.unknown-run": 404,
  "server.dropped-run": 410,
  "server.run-conflict": 409,
};

/**
 * The app around a service.
 *
 * @param onDefect told of errors that are ours; the asker only learns that there was one.
 */
export function createSelectionApp(service: SelectionService, onDefect: (error: unknown) => void): FastifyInstance {
  const app = fastify({
    bodyLimit: MOST_BODY_BYTES,
    forceCloseConnections: true,
    requestTimeout: REQUEST_TIMEOUT_MILLISECONDS,
    routerOptions: { maxParamLength: 300 },
    frameworkErrors: (error, _request, reply) => {
      refuse(reply as FastifyReply, statusOf(error), "server.malformed-request", adviceOn(statusOf(error), error));
    },
    clientErrorHandler: (_error, socket) => {
      const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${NO_HTTP.length}\r\n`;
      if (socket.writable) socket.end(`${head}connection: close\r\n\r\n${NO_HTTP}`);
      else socket.destroy();
    },
  });
  // A web page can make a browser send plain text to this machine, but no JSON.
  app.removeContentTypeParser("text/plain");
  app.setNotFoundHandler(({ method, url }, reply) =>
    refuse(
      reply,
      404,
      "server.unknown-path",
      `There is no ${method} ${url.slice(0, 200)}. See GET /v1/policies, POST /v1/select.`,
    ),
  );
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof ProbSelectError) {
      const status = statuses[error.code] ?? (/^(selection|models|workloads)\./.test(error.code) ? 400 : 500);
      return refuse(reply, status, error.code, error.message);
    }
    const status = statusOf(error);
    if (status < 500) return refuse(reply, status, "server.malformed-request", adviceOn(status, error));
    onDefect(error);
    return refuse(reply, status, "server.failed", "The service failed; see its output.");
  });

  app.get("/healthz", () => ({ status: "ok", version: packageVersion(), runs: service.runCount }));
  app.get("/v1/policies", () => {
    const { defaultName, summaries } = service.policies;
    return { default: defaultName, policies: summaries };
  });
  app.get<{ Params: { name: string } }>("/v1/devices/:name", (request, reply) => {
    const device = resolveDevice({ kind: "gpu", name: request.params.name });
    if (device.kind === "known") return device;
    return refuse(reply, 404, "server.unknown-device", [device.tierReason, ...device.warnings].join(" "));
  });
  app.post("/v1/select", (request) => service.select(parseRequest(selectionRequestSchema, request.body)));
  app.post("/v1/feedback", (request) => service.learn(parseRequest(feedbackRequestSchema, request.body)));
  return app;
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).type("application/json").send({ error: { code, message } });
}

function statusOf(error: unknown): number {
  const stated = typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  return typeof stated === "number" && stated >= 400 && stated < 600 ? stated : 500;
}

/** Fastify's own refusals, with what to do. */
function adviceOn(status: number, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (status === 413) return `The body has more than ${MOST_BODY_BYTES} bytes. Ask about fewer candidates at a time.`;
  if (status === 415) return "The body must be JSON, with the header content-type: application/json.";
  return `The request cannot be read: ${message}`;
}
