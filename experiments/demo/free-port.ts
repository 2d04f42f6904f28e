// A TCP port that nobody listens on now, for a server that is started in a moment.

import { once } from "node:events";
import { createServer } from "node:net";

/** A free port of the loopback address. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port once it listens.");
  return address.port;
}
