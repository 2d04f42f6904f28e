// A part's bytes on their way from the network to the spool file: shown to whoever hashes them as they come, written a few at a
// time while the next arrive.

import { closeSync, constants, openSync, writev } from "node:fs";
import { promisify } from "node:util";

/** Written together, or more if the disk is still busy with what came before. */
const WRITE_BYTES = 256 * 1024;
/** Beyond that a part is not read on until the disk has caught up. An upload holds at most twice as much in memory. */
const MAXIMUM_WAITING_BYTES = 1024 * 1024;
const writeChunks = promisify(writev);

export interface ArrivingPart {
  /** The spool file, made if it is not there, and where the part lies in it: from `start` up to, without, `end`. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Is shown every chunk, in order. */
  readonly onChunk: (chunk: Uint8Array) => void;
}

export type PartEnd =
  | { readonly kind: "whole" }
  | { readonly kind: "too-short"; readonly receivedBytes: number }
  | { readonly kind: "too-long" };

/** Resolves when everything that came is written. @throws what the connection or the file throws. */
export async function writePart({ path, start, end, bytes, onChunk }: ArrivingPart): Promise<PartEnd> {
  // Opening and closing take microseconds here; in the thread pool each would wait behind the writes of other uploads.
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT);
  let position = start;
  let chunks: Uint8Array[] = [];
  let writtenUpTo = start;
  let writing = Promise.resolve();
  let isWriting = false;
  const flush = async () => {
    await writing;
    isWriting = true;
    writing = writeAll(file, chunks, writtenUpTo).finally(() => {
      isWriting = false;
    });
    // Awaited by the next flush; the connection may fail before that.
    writing.catch(() => {});
    writtenUpTo = position;
    chunks = [];
  };
  try {
    for await (const chunk of bytes) {
      if (position + chunk.byteLength > end) return { kind: "too-long" };
      onChunk(chunk);
      chunks.push(chunk);
      position += chunk.byteLength;
      const waitingBytes = position - writtenUpTo;
      if (waitingBytes >= (isWriting ? MAXIMUM_WAITING_BYTES : WRITE_BYTES)) await flush();
    }
    await flush();
    await writing;
  } finally {
    // Not under a write.
    await writing.catch(() => {});
    closeSync(file);
  }
  if (position < end) return { kind: "too-short", receivedBytes: position - start };
  return { kind: "whole" };
}

/** A system call may write less than it is given. */
async function writeAll(file: number, chunks: readonly Uint8Array[], position: number): Promise<void> {
  const byteLength = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  if (byteLength === 0) return;
  const { bytesWritten } = await writeChunks(file, chunks, position);
  if (bytesWritten === byteLength) return;
  await writeAll(file, [Buffer.concat(chunks).subarray(bytesWritten)], position + bytesWritten);
}
