// A folder of its own for every test of a file, gone when the test is over.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";

/**
 * Call it once, at the top of a test file, before hooks that use the folder: hooks run in reverse order after a test, so the
 * folder goes last.
 */
export function temporaryFolder(): { readonly path: string } {
  const folder = { path: "" };
  beforeEach(async () => {
    folder.path = await mkdtemp(join(tmpdir(), "probselect-"));
  });
  afterEach(() => rm(folder.path, { recursive: true, force: true }));
  return folder;
}
