// The hashes of an update in one pass: SHA-256 of the file from its first byte to the end of each part, the last of which is the
// whole's. Between slices the thread feeds its sockets and answers heartbeats.

import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

/** A quarter of a millisecond of hashing. */
const SLICE_BYTES = 256 * 1024;

export class PrefixHashes {
  readonly #file: Uint8Array;
  readonly #partBytes: number;
  readonly #partCount: number;
  readonly #hash = createHash("sha256");
  /** Begun ones, by part. */
  readonly #digests: Promise<string>[] = [];
  #whole: string | undefined;

  constructor(file: Uint8Array, partBytes: number) {
    this.#file = file;
    this.#partBytes = partBytes;
    this.#partCount = Math.ceil(file.byteLength / partBytes);
  }

  /** Lower-case hex SHA-256 of the file up to the last byte of that part. */
  through(part: number): Promise<string> {
    const last = Math.min(part, this.#partCount - 1);
    for (let next = this.#digests.length; next <= last; next++) {
      const before = this.#digests[next - 1];
      this.#digests.push(this.#goOn(next, before));
    }
    return this.#digests[part] ?? Promise.reject(new Error(`an update has no part ${part}`));
  }

  /** Of the whole file. */
  whole(): Promise<string> {
    return this.through(this.#partCount - 1);
  }

  /** Of the whole file, if it has been asked for and is there. */
  get wholeIfKnown(): string | undefined {
    return this.#whole;
  }

  async #goOn(part: number, before: Promise<string> | undefined): Promise<string> {
    await before;
    const end = Math.min((part + 1) * this.#partBytes, this.#file.byteLength);
    for (let from = part * this.#partBytes; from < end; from += SLICE_BYTES) {
      this.#hash.update(this.#file.subarray(from, Math.min(from + SLICE_BYTES, end)));
      await setImmediate();
    }
    const digest = this.#hash.copy().digest("hex");
    if (part === this.#partCount - 1) this.#whole = digest;
    return digest;
  }
}
