// Updates kept in one file each, as float32 in the machine's own byte order: they never leave it, nor outlive their round.

import { type FileHandle, mkdir, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { columnsPerBlock, type ScratchFolder, VALUES_PER_BLOCK } from "./scratch-folder.ts";

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/**
 * A folder that exists from the first update on. What an earlier process left there is deleted.
 *
 * @param path nothing else may lie there.
 * @param valuesPerBlock so many values are read at a time, or one column.
 */
export function createFolderScratch(path: string, valuesPerBlock = VALUES_PER_BLOCK): ScratchFolder {
  const fileOf = (update: number) => join(path, `${update}.f32`);
  let count = 0;
  let length = 0;
  return {
    get count() {
      return count;
    },
    async keep(values) {
      if (count === 0) {
        await rm(path, { recursive: true, force: true });
        await mkdir(path, { recursive: true });
        length = values.length;
      }
      await writeFile(fileOf(count), bytesOf(values));
      count += 1;
    },
    async *blocks(updates = Array.from({ length: count }, (_, update) => update)) {
      const columns = Math.min(length, columnsPerBlock(updates.length, valuesPerBlock));
      const buffers = updates.map(() => new Float32Array(columns));
      const files: FileHandle[] = [];
      try {
        for (const update of updates) files.push(await open(fileOf(update), "r"));
        for (let from = 0; from < length; from += columns) {
          const rows = buffers.map((buffer) => buffer.subarray(0, Math.min(columns, length - from)));
          await Promise.all(files.map((file, index) => readWhole(file, rows[index] as Float32Array, from * BYTES)));
          yield { from, rows };
        }
      } finally {
        await Promise.all(files.map((file) => file.close()));
      }
    },
    async remove() {
      count = 0;
      length = 0;
      await rm(path, { recursive: true, force: true });
    },
  };
}

async function readWhole(file: FileHandle, values: Float32Array, position: number): Promise<void> {
  const bytes = bytesOf(values);
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.byteLength - done, position + done);
    if (bytesRead === 0)
      throw new Error(`A scratch file ends before byte ${position + done}: something else wrote to it.`);
    done += bytesRead;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
