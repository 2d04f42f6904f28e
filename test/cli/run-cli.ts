// Runs the command as its users do: a child process, from source.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `probselect ...args`, to its end. */
export function runCli(...args: readonly string[]): Promise<CliResult> {
  return new Promise((resolve) => {
    const command = ["--import", "tsx", "cli/main.ts", ...args];
    const child = execFile(process.execPath, command, { cwd: root, encoding: "utf8" }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}
