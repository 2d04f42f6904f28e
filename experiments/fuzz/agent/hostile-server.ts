// The server that the agents under fuzz take for their aggregator: honest unless it is told otherwise, connection by connection and
// task by task. A second server stands where no agent may ever ask.

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { tinyFile } from "../tiny-model.ts";
import { AgentConnection } from "../wire/socket-server.ts";

export type Transfer = "model" | "status" | "part";

/** What is done with the requests of one task. */
export interface TransferOrders {
  readonly at: Transfer;
  /** Undefined: no answer ever. */
  readonly bytes: Buffer | undefined;
  /** The first such request has come. */
  readonly onAsked: () => void;
}

export interface HostileServer extends AsyncDisposable {
  readonly url: string;
  /** A URL of the second server. */
  readonly elsewhere: string;
  /** Requests that the second server saw. */
  readonly strayRequests: string[];
  /** By task. */
  readonly orders: Map<string, TransferOrders>;
  /** Bytes of the last part of each task. */
  readonly uploads: Map<string, Buffer>;
  /** Takes new connections; false: hangs up at once. */
  isOpen: boolean;
  onConnection: (connection: AgentConnection) => void;
}

const listening = async (server: Server) => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

export async function startHostileServer(): Promise<HostileServer> {
  const strayRequests: string[] = [];
  const second = createServer((request, response) => {
    strayRequests.push(`${request.method} ${request.url}`);
    response.end();
  });
  const server = createServer();
  const [url, elsewhere] = [await listening(server), await listening(second)];
  const state: HostileServer = {
    ...{ url, elsewhere: `${elsewhere}/stray`, strayRequests, orders: new Map(), uploads: new Map(), isOpen: true },
    onConnection: () => {},
    async [Symbol.asyncDispose]() {
      for (const one of [server, second]) {
        one.closeAllConnections();
        await new Promise((resolve) => one.close(resolve));
      }
    },
  };
  server.on("request", (request, response) => {
    void serveTransfer(request, state, (status, body) => response.writeHead(status, { connection: "close" }).end(body));
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
    if (state.isOpen) state.onConnection(new AgentConnection(request, socket));
    else socket.destroy();
  });
  return state;
}

async function serveTransfer(
  request: IncomingMessage,
  state: HostileServer,
  answer: (status: number, body?: Uint8Array | string) => void,
): Promise<void> {
  const path = request.url ?? "";
  const [, kind, task = "", isPart] = /^\/v1\/(models|updates)\/([\w-]+)(\/parts\/\d+)?/.exec(path) ?? [];
  const at: Transfer = kind === "models" ? "model" : isPart ? "part" : "status";
  const orders = state.orders.get(task);
  const body = await bodyOf(request);
  if (orders?.at === at) {
    orders.onAsked();
    if (orders.bytes) request.socket.end(orders.bytes);
    return;
  }
  if (at === "model") return answer(200, tinyFile(0));
  if (at === "status") return answer(200, JSON.stringify({ partBytes: 1024, receivedParts: [] }));
  state.uploads.set(task, body);
  answer(204);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The agent has hung up: what came is all there is.
  }
  return Buffer.concat(chunks);
}
