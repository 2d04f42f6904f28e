// A measurement in a process of its own, so that nothing that ran before lends it compiled code or memory.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Runs a script with Node and tsx, and reads the last line of its stdout as JSON. */
export async function runChild<Result>(script: URL, argument: string): Promise<Result> {
  const command = ["--import", "tsx", fileURLToPath(script), argument];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}
