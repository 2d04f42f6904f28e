// A file that is there whole or not at all, even if the process or the machine dies while it is written.

import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** How the names of files end that are being written. */
export const PARTIAL_ENDING = ".partial";

/**
 * Writes beside the file, flushes and renames. The name beside it is unique: processes that share a folder may write the same file
 * at the same time.
 */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}${PARTIAL_ENDING}`;
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}

/** Makes the names in a folder as durable as the files; where a system cannot open folders (Windows) it does that itself. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
