import { ProbSelectError } from "../foundation/errors.ts";
import type { ServerConfig } from "./config.ts";
import type { RunParts } from "./run-parts.ts";

export async function prepareRun(config: ServerConfig): Promise<RunParts> {
  throw new ProbSelectError("server.invalid-config", `no parts for ${config.model}`);
}
