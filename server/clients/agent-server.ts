// The socket.io server that agents connect to, on the HTTP server's port.

import type { Server as HttpServer, IncomingMessage } from "node:http";
import { Server } from "socket.io";
import {
  type AgentToAggregatorEvents,
  type AggregatorToAgentEvents,
  MAXIMUM_MESSAGE_BYTES,
} from "../../protocol/messages.ts";
import { socketParser } from "../../protocol/socket-parser.ts";
import type { AggregatorLimits } from "../aggregator-options.ts";

export type AgentServer = Server<AgentToAggregatorEvents, AggregatorToAgentEvents>;

/** How long a connection may stay silent before it has to join. */
const CONNECT_MILLISECONDS = 10_000;

/** A web page can make its reader's browser open a websocket to any server; an agent states no origin. */
function isForeignPage({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

/** Attaches to `http`; websocket only, since polling costs a request a message and weakens the size limit. */
export function createAgentServer(http: HttpServer, limits: AggregatorLimits): AgentServer {
  return new Server(http, {
    parser: socketParser,
    transports: ["websocket"],
    serveClient: false,
    maxHttpBufferSize: MAXIMUM_MESSAGE_BYTES,
    pingInterval: limits.heartbeatSeconds * 1000,
    pingTimeout: limits.heartbeatPatienceSeconds * 1000,
    connectTimeout: CONNECT_MILLISECONDS,
    allowRequest: (request, decide) => decide(null, !isForeignPage(request)),
  });
}
