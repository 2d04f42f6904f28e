// The Python of the peers: a virtual environment under the user's cache folder, made once for each list of requirements.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "../foundation/errors.ts";
import { run } from "./timed-process.ts";

export type PythonEnvironment =
  | { readonly kind: "ready"; readonly python: string }
  /** A sentence: no Python, no package index. */
  | { readonly kind: "missing"; readonly reason: string };

/**
 * The environment with the peers' packages; the first time it is made, which takes minutes and the package index.
 *
 * @param requirementsFile in bench/peers/.
 * @param mayInstall false: one that is not there is missing.
 */
export async function pythonEnvironment(
  requirementsFile: string,
  progress: (line: string) => void,
  mayInstall = true,
): Promise<PythonEnvironment> {
  const requirements = fileURLToPath(new URL(`./peers/${requirementsFile}`, import.meta.url));
  const key = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "probselect", `bench-python-${key}`);
  const python = join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const isWhole = join(folder, "whole");
  if (existsSync(isWhole)) return { kind: "ready", python };
  if (!mayInstall) return { kind: "missing", reason: `The Python packages of ${requirements} are not installed.` };
  try {
    progress(`installing the peers' Python packages into ${folder}`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await run("python3", ["-m", "venv", folder]);
    await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]);
    await writeFile(isWhole, "");
    return { kind: "ready", python };
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true });
    return { kind: "missing", reason: `Python with ${requirements} cannot be had here: ${messageOf(thrown)}` };
  }
}
