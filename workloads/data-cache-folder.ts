// Where data sets lie that were downloaded or converted: below the user's cache, which may be deleted at any time.

import { homedir } from "node:os";
import { join } from "node:path";

/** @example dataCacheFolder() // "/home/ada/.cache/probselect/data", or below $XDG_CACHE_HOME */
export function dataCacheFolder(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(cache, "probselect", "data");
}
