// The network of a run as data, in the run's folder: what its models are without the files or modules that they came from.

import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { ProbSelectError } from "../../foundation/errors.ts";
import { type Architecture, architectureSchema } from "../../models/architecture.ts";
import { writeAtomically } from "../files/write-atomically.ts";
import type { RunFolder } from "./run-folder.ts";

/** The run's network; undefined where none was kept, as by versions before this one. */
export async function readArchitecture({ architecture }: RunFolder): Promise<Architecture | undefined> {
  try {
    const parsed = architectureSchema.safeParse(JSON.parse(await readFile(architecture, "utf8")));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // not there, or torn
  }
}

/**
 * Writes the network down.
 *
 * @param isResumed then it must be the one that the run began with.
 * @throws {ProbSelectError} server.other-run if a run would go on with another network.
 */
export async function keepArchitecture(
  folder: RunFolder,
  architecture: Architecture,
  isResumed: boolean,
): Promise<void> {
  const kept = isResumed ? await readArchitecture(folder) : undefined;
  if (kept === undefined) return writeAtomically(folder.architecture, `${JSON.stringify(architecture)}\n`);
  // As JSON has it: what is undefined is not there.
  if (isDeepStrictEqual(kept, JSON.parse(JSON.stringify(architecture)))) return;
  throw new ProbSelectError(
    "server.other-run",
    `${folder.path} holds an unfinished run of another network: that of the model's file or module has changed since the run began. ` +
      "Restore it to go on, take another folder with --out, or begin anew with --fresh.",
  );
}
