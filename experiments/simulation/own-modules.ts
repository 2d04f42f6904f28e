// Modules and data files of the user's own in a scenario, policies and data sets: inputs of a result like any number, so that it is named by their
// content, and refused when the content is no longer that.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { identifyDataFiles } from "../../workloads/files/open-data-files.ts";
import { isDataFiles } from "../../workloads/find-dataset.ts";
import type { CellSpec } from "./cell.ts";

export interface OwnModule {
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
}

/**
 * The module's place and the hash of its text; not of what it imports or reads.
 *
 * @param name its path from the working directory, or its file: URL.
 * @throws {ProbSelectError} experiments.invalid-scenario if it cannot be read.
 */
export async function ownModule(name: string): Promise<OwnModule> {
  const path = name.startsWith("file:") ? fileURLToPath(name) : resolve(name);
  const text = await readFile(path).catch((cause) => {
    throw new ProbSelectError(
      "experiments.invalid-scenario",
      `The scenario's module ${name} cannot be read: ${messageOf(cause)}.`,
      { cause },
    );
  });
  return { path, sha256: createHash("sha256").update(text).digest("hex") };
}

/**
 * Before a cell is run: its modules are still what the scenario was read with.
 *
 * @throws {ProbSelectError} experiments.module-changed; experiments.invalid-scenario if one cannot be read.
 */
export async function requireUnchangedModules({ policy, world }: CellSpec): Promise<void> {
  await requireUnchanged("policy", policy.name, policy.moduleSha256);
  if (world.learning) await requireUnchanged("data set", world.learning.dataset, world.learning.datasetSha256);
}

async function requireUnchanged(what: string, name: string, sha256: string | undefined): Promise<void> {
  if (sha256 === undefined) return;
  const isFiles = what === "data set" && isDataFiles(name);
  const found = isFiles ? await identifyDataFiles(name) : await ownModule(name);
  if (found.sha256 === sha256) return;
  throw new ProbSelectError(
    "experiments.module-changed",
    `The ${isFiles ? "files" : "module"} of the ${what}, ${name}, ${isFiles ? "have" : "has"} changed since the run began (SHA-256 ${found.sha256.slice(0, 12)}, ` +
      `not ${sha256.slice(0, 12)}). Start the command again: it reads ${isFiles ? "them" : "the module"} anew. On several machines, give each the same file.`,
  );
}
