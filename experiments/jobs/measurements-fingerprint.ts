// A hash of the files in a data folder: results that rest on other measurements are other results.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";

/**
 * SHA-256 of the paths and contents of a folder's files, hidden ones left out. The same on every machine that has the same files.
 *
 * @throws {ProbSelectError} experiments.malformed-measurements if the folder cannot be read.
 */
export async function fingerprintOf(folder: string): Promise<string> {
  try {
    const hash = createHash("sha256");
    for (const path of await filesOf(folder)) hash.update(`${path}\0${await hashOf(join(folder, path))}\n`);
    return hash.digest("hex");
  } catch (cause) {
    throw new ProbSelectError(
      "experiments.malformed-measurements",
      `The measurements in ${folder} cannot be read: ${messageOf(cause)}. Name a folder that has them, or none.`,
      { cause },
    );
  }
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep))
    .filter((names) => !names.some((name) => name.startsWith(".")))
    .map((names) => names.join("/"))
    .sort();
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
