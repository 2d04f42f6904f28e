// Adds npm packages where this package finds them: beside it, by the user's own npm.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ProbSelectError } from "../../foundation/errors.ts";

export interface InstallCommand {
  readonly folder: string;
  /** Of npm. */
  readonly arguments: readonly string[];
}

/**
 * How npm adds packages so that `packageRoot` finds them: to the project that depends on it, globally where it is global itself, and
 * without a trace in package.json in a checkout.
 *
 * @param packageRoot the folder of this package.
 */
export function installCommand(packageRoot: string, packages: readonly string[]): InstallCommand {
  const holder = dirname(packageRoot);
  const quiet = ["--no-audit", "--no-fund"];
  if (basename(holder) !== "node_modules") {
    // npm leaves out a package's own optional peers unless they are somebody's dependency, if only for this once.
    return { folder: packageRoot, arguments: ["install", "--no-save", "--save-dev", ...quiet, ...packages] };
  }
  const project = dirname(holder);
  const isGlobal = !existsSync(join(project, "package.json"));
  return { folder: project, arguments: ["install", ...(isGlobal ? ["--global"] : []), ...quiet, ...packages] };
}

/** @throws {ProbSelectError} cli.setup-failed */
export async function runInstall({ folder, arguments: args }: InstallCommand, signal: AbortSignal): Promise<void> {
  // On Windows npm is a batch file, which only a shell starts. Its own words go to standard error: standard output is the result's.
  const child = spawn("npm", args, {
    cwd: folder,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
    signal,
  });
  try {
    const [code] = (await once(child, "exit")) as [number | null];
    if (code === 0) return;
    throw new Error(`npm ended with exit code ${code}`);
  } catch (cause) {
    if (signal.aborted) throw new ProbSelectError("cli.setup-failed", "The setup was interrupted.", { cause });
    throw new ProbSelectError(
      "cli.setup-failed",
      `"npm ${args.join(" ")}" in ${folder} did not work; its own words stand above. Check that npm reaches its registry and may write there, then run it again.`,
      { cause },
    );
  }
}
