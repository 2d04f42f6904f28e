// A real HTTP server whose answers a test writes, one after another, some of them broken.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export class FaultyServer {
  readonly seen: SeenRequest[] = [];
  #port = 0;
  readonly #server;
  readonly #answers: Answer[] = [];
  #otherwise: Answer = (_, response) => response.writeHead(500).end();

  private constructor() {
    this.#server = createServer((request, response) => {
      this.seen.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
      (this.#answers.shift() ?? this.#otherwise)(request, response);
    });
  }

  static async start(): Promise<FaultyServer> {
    const server = new FaultyServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    server.#port = (server.#server.address() as AddressInfo).port;
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The answers to the next requests, then the one to all others. */
  answer(next: readonly Answer[], otherwise?: Answer): void {
    this.#answers.push(...next);
    if (otherwise) this.#otherwise = otherwise;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** Hangs up without an answer. */
export const hangUp: Answer = (request) => request.socket.destroy();

/** Answers nothing and keeps the connection. */
export const silence: Answer = () => {};

export const refuse =
  (status: number, code: string, reason: string): Answer =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ code, reason }));
  };
