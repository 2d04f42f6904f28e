// The state of a job that is in work, on disk: a checksum, then the bytes that the job saved.

import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { writeAtomically } from "../../server/files/write-atomically.ts";
import type { CheckpointStore } from "./job.ts";

const CHECKSUM_BYTES = 32;

/**
 * @param path its folder exists.
 * @param key the job's; a state of another job is none of this one's.
 */
export function checkpointFile(path: string, key: string): CheckpointStore {
  return {
    async load() {
      const bytes = await readFile(path).catch(() => null);
      if (bytes === null) return null;
      const state = bytes.subarray(CHECKSUM_BYTES);
      return checksumOf(key, state).equals(bytes.subarray(0, CHECKSUM_BYTES)) ? state : null;
    },
    save: (state) => writeAtomically(path, Buffer.concat([checksumOf(key, state), state])),
    clear: () => rm(path, { force: true }),
  };
}

function checksumOf(key: string, state: Uint8Array): Buffer {
  // States are written in V8's own format, which an older V8 may not read: another version's state counts as none.
  return createHash("sha256").update(`${key}\n${process.versions.v8}\n`).update(state).digest();
}
