// Starts to listen, with advice where the port is taken.

import type { FastifyInstance } from "fastify";
import { ProbSelectError } from "../../foundation/errors.ts";

/**
 * Listens and returns the port (the one that was free, for port 0).
 *
 * @throws {ProbSelectError} server.address-in-use.
 */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<number> {
  try {
    // "localhost" would bind two servers (IPv4 and IPv6), of which socket.io knows only one.
    await app.listen({ host: host === "localhost" ? "127.0.0.1" : host, port });
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "EADDRINUSE") {
      throw new ProbSelectError(
        "server.address-in-use",
        `${host}:${port} is in use by another program. Choose another --port (0 takes a free one) or stop that program.`,
        { cause: thrown },
      );
    }
    throw thrown;
  }
  const address = app.server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}
