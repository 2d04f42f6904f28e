// Where a run's journal lies: the file itself, or the folder that a server or the demo wrote it into.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ProbSelectError } from "../foundation/errors.ts";

const advice = "Give the journal that a server or the demo wrote, e.g. runs/run/journal.ndjson, or its folder.";

/**
 * The journal's file.
 *
 * @param path a journal, or a folder that contains journal.ndjson.
 * @throws {ProbSelectError} server.malformed-journal if there is none.
 * @example await findJournal("runs/demo") // "runs/demo/journal.ndjson"
 */
export async function findJournal(path: string): Promise<string> {
  const found = await statOf(path, `The journal "${path}"`);
  if (!found.isDirectory()) return path;
  const file = join(path, "journal.ndjson");
  if ((await statOf(file, `The folder "${path}" has no journal: "${file}"`)).isFile()) return file;
  throw new ProbSelectError("server.malformed-journal", `"${file}" is no file. ${advice}`);
}

async function statOf(path: string, what: string) {
  return await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === "ENOENT" ? "does not exist" : `cannot be read (${cause.message})`;
    throw new ProbSelectError("server.malformed-journal", `${what} ${problem}. ${advice}`, { cause });
  });
}
