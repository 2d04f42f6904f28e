// Runs the command as its users do: a child process.

import { execFile } from "node:child_process";
import { compiledPath, repositoryRoot } from "../support/compiled.ts";

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `probselect ...args`, to its end. */
export function runCli(...args: readonly string[]): Promise<CliResult> {
  return new Promise((resolve) => {
    const command = [compiledPath("cli/main.ts"), ...args];
    const child = execFile(
      process.execPath,
      command,
      { cwd: repositoryRoot, encoding: "utf8" },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, stdout, stderr });
      },
    );
  });
}
