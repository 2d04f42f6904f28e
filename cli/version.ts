// The version of the installed package, read from its package.json, whether this file runs as source or compiled in dist/.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { z } from "zod";

const packageSchema = z.object({ version: z.string() });

/** The version of this package, e.g. "0.1.0". */
export function packageVersion(): string {
  const file = createRequire(import.meta.url).resolve("probselect/package.json");
  return packageSchema.parse(JSON.parse(readFileSync(file, "utf8"))).version;
}
