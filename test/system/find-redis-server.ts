// The Redis of the queue's tests: Debian's package, or the server (a Valkey, for example) that REDIS_SERVER_PATH names.

import { existsSync } from "node:fs";

const usual = ["/usr/bin/redis-server", "/usr/bin/valkey-server", "/usr/local/bin/redis-server"];

/** Path of a server. @throws if there is none: a test without a server would pass without having looked. */
export function findRedisServer(): string {
  const candidates = process.env.REDIS_SERVER_PATH ? [process.env.REDIS_SERVER_PATH] : usual;
  const found = candidates.find((path) => existsSync(path));
  if (found) return found;
  throw new Error(
    `No Redis at ${candidates.join(", ")}. Install one (Debian: apt-get install redis-server) or set REDIS_SERVER_PATH.`,
  );
}
