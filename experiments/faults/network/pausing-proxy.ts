// A TCP proxy that can stop to forward without closing anything. What was sent meanwhile arrives when it goes on, as TCP's
// retransmissions do after a partition.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Partition } from "./partition.ts";

/** Between agents and an aggregator that listens on `targetPort` of loopback. */
export async function pausingProxy(targetPort: number): Promise<Partition & { readonly url: string }> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const join = (from: Socket, to: Socket) => {
    sockets.add(from);
    if (isCut) from.pause();
    from.on("data", (bytes) => {
      if (!to.write(bytes) && !isCut) from.pause();
    });
    to.on("drain", () => {
      if (!isCut) from.resume();
    });
    from.on("error", () => {});
    from.on("close", () => {
      sockets.delete(from);
      to.destroy();
    });
    if (isCut) from.pause();
  };
  const server = createServer((incoming) => {
    const outgoing = connect(targetPort, "127.0.0.1");
    join(incoming, outgoing);
    join(outgoing, incoming);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    heal() {
      isCut = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
