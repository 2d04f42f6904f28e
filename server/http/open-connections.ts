// Knows a server's TCP connections, so that the end of a run never waits for a peer that has stopped to answer.

import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../foundation/clock.ts";

export class OpenConnections {
  readonly #sockets = new Set<Socket>();

  constructor(server: Server) {
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  /** Waits until all are closed by their own, for at most `patienceSeconds`, then destroys the rest. */
  async drain(clock: Clock, patienceSeconds: number): Promise<void> {
    const done = new AbortController();
    const closed = [...this.#sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    await Promise.race([Promise.all(closed), clock.wait(patienceSeconds, done.signal)]);
    done.abort();
    for (const socket of this.#sockets) socket.destroy();
  }
}
