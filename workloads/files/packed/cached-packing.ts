// Converts data files once for all processes of a machine. A folder of the cache is named by what it was made from: the data's name with
// all options, and the size and time of each file. It is there whole or not at all.

import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { messageOf, ProbSelectError } from "../../../foundation/errors.ts";
import { dataCacheFolder } from "../../data-cache-folder.ts";
import { missing } from "../malformed.ts";
import { RecordWriter, readFacts, writePacking } from "./packed-files.ts";
import { PACKING_FORMAT, type PackedFacts, type Packing } from "./packing.ts";

export interface PackedFolder {
  readonly folder: string;
  readonly facts: PackedFacts;
}

/**
 * The folder with the converted data, made now if it is not there. An older one of the same name, whose files have changed, is deleted.
 *
 * @param options.name absolute, with its options.
 * @param options.files all that is read.
 * @throws {ProbSelectError} workloads.dataset-missing if a file or the cache cannot be used; what `convert` throws.
 */
export async function cachedPacking(options: {
  readonly name: string;
  readonly path: string;
  readonly files: readonly string[];
  readonly convert: (records: RecordWriter) => Promise<Packing>;
}): Promise<PackedFolder> {
  const root = join(dataCacheFolder(), "files");
  const readable = basename(options.path).replace(/[^\w.-]/g, "-");
  const prefix = `${readable}-${hashOf([PACKING_FORMAT, options.name])}-`;
  const folder = join(root, `${prefix}${hashOf(await stampsOf(options.files))}`);
  const found = await readFacts(folder);
  if (found) return { folder, facts: found };
  await makeFolder(root, folder, options.convert);
  const facts = await readFacts(folder);
  if (!facts) throw unusable(folder, "what was just written is not there");
  for (const name of await readdir(root)) {
    if (name.startsWith(prefix) && join(root, name) !== folder)
      await rm(join(root, name), { recursive: true, force: true });
  }
  return { folder, facts };
}

async function makeFolder(root: string, folder: string, convert: (records: RecordWriter) => Promise<Packing>) {
  let unfinished: string;
  try {
    await mkdir(root, { recursive: true });
    unfinished = await mkdtemp(join(root, ".unfinished-"));
  } catch (cause) {
    throw unusable(root, messageOf(cause), cause);
  }
  try {
    const records = await RecordWriter.create(unfinished);
    try {
      const packing = await convert(records);
      await records.flush();
      await writePacking(unfinished, packing);
    } finally {
      await records.close();
    }
    await install(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function install(unfinished: string, folder: string): Promise<void> {
  try {
    await rename(unfinished, folder);
  } catch (cause) {
    // Another process was quicker, or a broken folder is in the way.
    if (await readFacts(folder)) return;
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder).catch(() => {
      throw unusable(folder, messageOf(cause), cause);
    });
  }
}

async function stampsOf(files: readonly string[]): Promise<readonly unknown[]> {
  const stamps: unknown[] = [];
  for (const path of files) {
    const { size, mtimeMs } = await stat(path).catch((cause) => {
      throw missing(path, cause);
    });
    stamps.push([path, size, mtimeMs]);
  }
  return stamps;
}

const hashOf = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);

function unusable(folder: string, what: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError(
    "workloads.dataset-missing",
    `Data files are converted once into ${folder}, which cannot be used: ${what}. Name another cache in $XDG_CACHE_HOME.`,
    { cause },
  );
}
