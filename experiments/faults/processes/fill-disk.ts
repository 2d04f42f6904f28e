// A disk that is full. Where the run lies on a small disk of its own a file takes all the room that is left; elsewhere this process'
// writes fail as they would then.

import { closeSync, openSync, writeSync } from "node:fs";
import fileSystem, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";

const BLOCK_BYTES = 4096;

/** Takes all the room of the disk that `path` is on; deleting the file gives it back. */
export function fillDisk(path: string): void {
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, Buffer.alloc(BLOCK_BYTES));
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ENOSPC")) throw thrown;
  } finally {
    closeSync(file);
  }
}

type Write = (...given: never[]) => Promise<unknown>;

export interface FailingWrites {
  begin(): void;
  end(): void;
}

/** Prepares that every write of this process fails between `begin` and `end`. */
export async function prepareFailingWrites(): Promise<FailingWrites> {
  const handle = await fileSystem.open(tmpdir(), "r");
  const prototype: Record<string, Write> = Object.getPrototypeOf(handle);
  await handle.close();
  let isFull = false;
  const guard = (write: Write): Write =>
    async function (this: FileHandle, ...given: never[]) {
      if (!isFull) return write.apply(this, given);
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", errno: -28 });
    };
  for (const name of ["write", "writeFile", "appendFile"]) prototype[name] = guard(prototype[name] as Write);
  const functions = fileSystem as unknown as Record<string, Write>;
  for (const name of ["writeFile", "appendFile", "mkdir"]) functions[name] = guard(functions[name] as Write);
  syncBuiltinESMExports();
  return {
    begin: () => {
      isFull = true;
    },
    end: () => {
      isFull = false;
    },
  };
}
