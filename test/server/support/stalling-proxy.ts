// A TCP proxy that can stop to forward without closing anything, which is how a network dies when no process does, or close
// every connection while both sides live.

import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface StallingProxy extends AsyncDisposable {
  readonly url: string;
  /** Swallows every byte from now on, in both directions. */
  stall(): void;
  /** Closes every connection; new ones are taken. */
  cut(): void;
}

export async function stallingProxy(targetPort: number): Promise<StallingProxy> {
  let stalled = false;
  const sockets = new Set<Socket>();
  const forward = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on("data", (bytes) => {
      if (!stalled) to.write(bytes);
    });
    from.on("error", () => {});
    from.on("close", () => {
      if (!stalled) to.destroy();
    });
  };
  const server = createServer((incoming) => {
    const outgoing = connect(targetPort, "127.0.0.1");
    forward(incoming, outgoing);
    forward(outgoing, incoming);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stall: () => {
      stalled = true;
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
