// One part of an update: written to its place in the spool file, and counted only if its bytes match the hash that came with them.

import { createHash } from "node:crypto";
import type { ArrivalCheck, PartArrival } from "./arrival-check.ts";
import { refusal, type UploadRefusal } from "./upload-refusal.ts";
import { type PartEnd, writePart } from "./write-part.ts";

/**
 * What the sender states, in lower-case hex: SHA-256 of the part, or of the update from its first byte to the part's last, and of
 * the whole update if it knows that already.
 */
export type StatedHash =
  | { readonly kind: "part"; readonly sha256: string }
  | { readonly kind: "prefix"; readonly sha256: string; readonly fileSha256?: string | undefined };

export interface ReceivedPart {
  readonly part: number;
  /** Spool file, and where the part lies in it: from `start` up to, without, `end`. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly stated: StatedHash;
  /** Whether all parts before this one have arrived. */
  readonly followsAll: boolean;
  readonly check: ArrivalCheck;
}

/** Resolves when the part counts, or with the reason why not. @throws what the connection or the file throws. */
export async function receivePart(received: ReceivedPart): Promise<UploadRefusal | undefined> {
  const { part, stated, followsAll, check, start } = received;
  if (stated.kind === "prefix" && !followsAll) {
    const reason = `Part ${part} states a hash of all bytes up to its last, but parts before it are missing. Send those first.`;
    return refusal(409, "server.part-out-of-order", reason);
  }
  const arrival = check.begin(start);
  let seen: Awaited<ReturnType<typeof receive>>["seen"];
  try {
    const result = await receive(received, arrival);
    if (!result.problem) seen = result.seen;
    return result.problem;
  } finally {
    arrival.end(seen);
  }
}

async function receive(received: ReceivedPart, arrival: PartArrival) {
  const { path, start, end, bytes, stated } = received;
  const isOfPrefix = stated.kind === "prefix";
  const seen = arrival.next() ?? (isOfPrefix ? await arrival.catchUp() : undefined);
  // The hash of the prefix is the check's own; that of the part is one more.
  const partHash = isOfPrefix ? undefined : createHash("sha256");
  const onChunk = (chunk: Uint8Array) => {
    partHash?.update(chunk);
    seen?.update(chunk);
  };
  const written = await writePart({ path, start, end, bytes, onChunk });
  const sha256 = isOfPrefix ? seen?.sha256() : partHash?.digest("hex");
  return { seen, problem: problemOf(received, written, sha256 === stated.sha256) };
}

function problemOf({ part, start, end }: ReceivedPart, written: PartEnd, isAsStated: boolean) {
  if (written.kind === "too-long") {
    return refusal(413, "server.part-too-large", `Part ${part} has more bytes than its content-length.`);
  }
  if (written.kind === "too-short") {
    const reason = `Part ${part} ended after ${written.receivedBytes} of ${end - start} bytes.`;
    return refusal(400, "server.part-too-short", reason);
  }
  if (isAsStated) return undefined;
  const reason = `Part ${part} arrived with another SHA-256 than stated. Send it again.`;
  return refusal(422, "server.part-hash-mismatch", reason);
}
