// The check of an update while it arrives: SHA-256 of the whole, header and finite values of the bytes from the first one on, in
// order, so that a commit need not read again what has just gone by.

import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { TensorLayout } from "../../models/parameter-set.ts";
import { ParameterScan, type UpdateProblem } from "./parameter-scan.ts";

/** Read from disk and checked in one go: about a millisecond. */
const SLICE_BYTES = 1024 * 1024;

export interface PrefixCheck {
  /** Bytes from the file's start that are checked. */
  readonly checkedBytes: number;
  /** Goes on with the bytes that follow. */
  update(chunk: Uint8Array): void;
  /** A check that goes on from here independently: a part's bytes may turn out not to count. */
  fork(): PrefixCheck;
  /** SHA-256 of the bytes so far, lower-case hex. */
  sha256(): string;
  /** Goes on with bytes of the file at `path` up to, without, `end`. */
  readUpTo(path: string, end: number): Promise<void>;
  /** Checks the rest of the file at `path`. */
  finish(path: string): Promise<{ readonly sha256: string; readonly problem: UpdateProblem | undefined }>;
}

/** The check of a file of which nothing was seen yet. */
export function beginPrefixCheck(fileBytes: number, layout: readonly TensorLayout[]): PrefixCheck {
  return goOn({ fileBytes, checkedBytes: 0, hash: createHash("sha256"), scan: new ParameterScan(fileBytes, layout) });
}

interface State {
  readonly fileBytes: number;
  readonly checkedBytes: number;
  readonly hash: Hash;
  readonly scan: ParameterScan;
}

function goOn({ fileBytes, hash, scan, ...before }: State): PrefixCheck {
  let { checkedBytes } = before;
  const update = (chunk: Uint8Array) => {
    hash.update(chunk);
    scan.update(chunk);
    checkedBytes += chunk.byteLength;
  };
  const readUpTo = async (path: string, end: number) => {
    if (checkedBytes >= end) return;
    const slices = createReadStream(path, { start: checkedBytes, end: end - 1, highWaterMark: SLICE_BYTES });
    for await (const slice of slices) {
      update(slice);
      await setImmediate();
    }
  };
  return {
    get checkedBytes() {
      return checkedBytes;
    },
    update,
    fork: () => goOn({ fileBytes, checkedBytes, hash: hash.copy(), scan: scan.fork() }),
    sha256: () => hash.copy().digest("hex"),
    readUpTo,
    async finish(path) {
      await readUpTo(path, fileBytes);
      return { sha256: hash.digest("hex"), problem: scan.finish() };
    },
  };
}
