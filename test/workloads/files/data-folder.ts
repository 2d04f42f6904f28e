// A folder for a test's files, with a cache of its own below it; both are gone afterwards.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll } from "vitest";

export interface DataFolder {
  /** Writes a file and says where. */
  readonly write: (name: string, content: string | Uint8Array) => Promise<string>;
  readonly path: (name: string) => string;
}

export function useDataFolder(): DataFolder {
  let folder = "";
  const before = process.env.XDG_CACHE_HOME;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "probselect-data-files-"));
    process.env.XDG_CACHE_HOME = join(folder, "cache");
  });
  afterAll(async () => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
    await rm(folder, { recursive: true, force: true });
  });
  const path = (name: string) => join(folder, name);
  return {
    path,
    write: async (name, content) => {
      await mkdir(dirname(path(name)), { recursive: true });
      await writeFile(path(name), content);
      return path(name);
    },
  };
}
