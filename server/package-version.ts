// The version of the package that runs, for the run log.

import { readFileSync } from "node:fs";
import { z } from "zod";

/** Reads the version from package.json, which lies one folder higher for compiled code than for source. */
export function packageVersion(): string {
  const isSource = import.meta.url.endsWith(".ts");
  const path = new URL(isSource ? "../package.json" : "../../package.json", import.meta.url);
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, "utf8"))).version;
}
