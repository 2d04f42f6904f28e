// Writes schemas/probselect-config.json: `npm run schema`. A test compares it with the configuration's own schema.

import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { configJsonSchema } from "../server/config-json-schema.ts";

const path = fileURLToPath(new URL("../schemas/probselect-config.json", import.meta.url));
await writeFile(path, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
// As the linter wants it, so that writing it anew changes nothing.
execFileSync("npx", ["biome", "check", "--write", path], { stdio: "inherit" });
