// A file that is either there whole or not at all: written beside its place and then renamed. Opened before the work, so that a
// folder that cannot be written to is told at once and not after it.

import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";

export interface WholeFile {
  /** Puts the content in place of whatever is there. @throws {ProbSelectError} cli.cannot-write */
  write(content: string): Promise<void>;
  /** Leaves nothing behind; does nothing after `write`. */
  abandon(): Promise<void>;
}

/** @throws {ProbSelectError} cli.cannot-write, naming the path and why. */
export async function openWholeFile(path: string): Promise<WholeFile> {
  const temporary = `${path}.${process.pid}.partial`;
  const handle = await orCannotWrite(path, async () => {
    if ((await stat(path).catch(() => null))?.isDirectory()) throw new Error("it is a folder");
    await mkdir(dirname(path), { recursive: true });
    return open(temporary, "wx");
  });
  let isOpen = true;
  const close = async (file: FileHandle) => {
    isOpen = false;
    await file.close();
  };
  return {
    write: (content) =>
      orCannotWrite(path, async () => {
        await handle.writeFile(content);
        await handle.sync();
        await close(handle);
        await rename(temporary, path);
      }),
    async abandon() {
      if (isOpen) await close(handle);
      await rm(temporary, { force: true });
    },
  };
}

async function orCannotWrite<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new ProbSelectError(
      "cli.cannot-write",
      `${path} cannot be written: ${messageOf(cause)}. Choose another file with --out.`,
      { cause },
    );
  }
}
