// Sends an update in parts. It asks the aggregator which parts have arrived and sends the others, so that a cut upload goes
// on where it stopped; every part carries the hash of all that came up to its end. The next part leaves while the answer to the one
// before is on its way.

import { type Clock, wallClock } from "../../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import {
  PARAMETER_MEDIA_TYPE,
  PREFIX_HASH_HEADER,
  partPath,
  UPDATE_HASH_HEADER,
  type UploadStatus,
  uploadStatusSchema,
} from "../../protocol/transfer.ts";
import type { ClientTls } from "../security/aggregator-access.ts";
import { readBody, sendRequest } from "./http-request.ts";
import { PrefixHashes } from "./prefix-hashes.ts";
import { withRetries } from "./retry.ts";

/** A list of half a million parts. */
const MAXIMUM_STATUS_BYTES = 4 * 1024 * 1024;

export interface UpdateUpload {
  /** http(s) URL of the aggregator. */
  readonly baseUrl: string;
  /** The upload's path, as the task names it. */
  readonly path: string;
  /** Bearer token of the task. */
  readonly token: string;
  readonly tls?: ClientTls | undefined;
  /** Every part but the last has exactly this size. */
  readonly partBytes: number;
  readonly file: Uint8Array;
  /** Of the file in such parts, if they are needed elsewhere too. */
  readonly hashes?: PrefixHashes | undefined;
  readonly signal: AbortSignal;
  /** Share of the file that has arrived, 0..1. */
  readonly onProgress?: (fraction: number) => void;
  /** For the delays between attempts. */
  readonly clock?: Clock;
  readonly stallSeconds?: number;
}

/**
 * Resolves when every part has arrived; the `update` message then commits them.
 *
 * @throws {ProbSelectError} client.transfer-failed with the server's code and reason if it refuses; after too many failures
 * without progress; when cancelled.
 */
export async function uploadUpdate(upload: UpdateUpload): Promise<void> {
  const { file, partBytes, signal, onProgress, clock = wallClock } = upload;
  const { hashes = new PrefixHashes(file, partBytes) } = upload;
  const partCount = Math.ceil(file.byteLength / partBytes);
  let arrived = 0;
  let furthest = 0;

  /** Parts that arrived before this upload sent any are asked for again by the file's hash: those of another file do not count. */
  async function receivedParts(): Promise<readonly number[]> {
    const { receivedParts: found } = await askStatus(upload, undefined);
    if (found.length === 0 || furthest > 0) return found;
    return (await askStatus(upload, await hashes.whole())).receivedParts;
  }

  async function attempt(): Promise<void> {
    const received = new Set((await receivedParts()).filter((part) => part < partCount));
    arrived = received.size;
    if (arrived > 0) onProgress?.(arrived / partCount);
    // While a part travels, the next ones are hashed.
    void hashes.whole();
    const missing = Array.from({ length: partCount }, (_, part) => part).filter((part) => !received.has(part));
    const attempting = new AbortController();
    const sender = { ...upload, signal: AbortSignal.any([signal, attempting.signal]) };
    /** Of the newest part that has left. */
    let answer = Promise.resolve();
    try {
      for (const part of missing) {
        const prefixSha256 = await hashes.through(part);
        const before = answer;
        const { left, answered } = putPart(sender, part, { prefixSha256, sha256: hashes.wholeIfKnown });
        answer = Promise.all([before, answered]).then(onArrival);
        // Awaited at the next part or at the end; the one before may fail first.
        answer.catch(() => {});
        await before;
        // Not earlier: on a slow line it would take from this part's share.
        await Promise.race([left, answer]);
      }
      await answer;
    } finally {
      // A part behind one that failed is of no use.
      attempting.abort();
    }
  }

  function onArrival(): void {
    arrived++;
    furthest = Math.max(furthest, arrived);
    onProgress?.(arrived / partCount);
  }

  await withRetries({ what: "The upload of the update", attempt, progress: () => furthest, clock, signal });
}

async function askStatus(upload: UpdateUpload, sha256: string | undefined): Promise<UploadStatus> {
  const { baseUrl, path, tls, signal, stallSeconds, partBytes } = upload;
  const url = new URL(path, baseUrl);
  const headers = { ...authorization(upload), ...updateHash(sha256) };
  const response = await sendRequest({ method: "GET", url, headers, tls, signal, stallSeconds });
  const chunks: Uint8Array[] = [];
  let receivedBytes = 0;
  await readBody(response, (chunk) => {
    receivedBytes += chunk.byteLength;
    if (receivedBytes > MAXIMUM_STATUS_BYTES) {
      const reason = `The aggregator's answer on the state of an upload is longer than ${MAXIMUM_STATUS_BYTES} bytes.`;
      throw new ProbSelectError("client.transfer-failed", reason);
    }
    chunks.push(chunk);
  });
  const status = parseStatus(Buffer.concat(chunks).toString("utf8"));
  if (status.partBytes === partBytes) return status;
  throw new ProbSelectError(
    "client.transfer-failed",
    `The task names parts of ${partBytes} bytes but the aggregator expects ${status.partBytes}. Both must run one version.`,
  );
}

function parseStatus(text: string): UploadStatus {
  try {
    return uploadStatusSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ProbSelectError(
      "client.transfer-failed",
      `The aggregator's answer on the state of an upload is not understood: ${messageOf(cause)}`,
      { cause },
    );
  }
}

interface PartOnItsWay {
  /** All of it is in the operating system's hands. */
  readonly left: Promise<void>;
  /** The aggregator has it. */
  readonly answered: Promise<void>;
}

function putPart(
  upload: UpdateUpload,
  part: number,
  { prefixSha256, sha256 }: { readonly prefixSha256: string; readonly sha256: string | undefined },
): PartOnItsWay {
  const { baseUrl, path, file, partBytes, tls, signal, stallSeconds } = upload;
  const body = file.subarray(part * partBytes, (part + 1) * partBytes);
  const headers = {
    ...authorization(upload),
    "content-type": PARAMETER_MEDIA_TYPE,
    [PREFIX_HASH_HEADER]: prefixSha256,
    ...updateHash(sha256),
  };
  const url = new URL(partPath(path, part), baseUrl);
  let onSent = () => {};
  const left = new Promise<void>((resolve) => {
    onSent = resolve;
  });
  const put = async () => {
    const response = await sendRequest({ method: "PUT", url, headers, body, tls, signal, stallSeconds, onSent });
    await readBody(response, () => {});
  };
  return { left, answered: put() };
}

function updateHash(sha256: string | undefined): Readonly<Record<string, string>> {
  return sha256 === undefined ? {} : { [UPDATE_HASH_HEADER]: sha256 };
}

function authorization({ token }: UpdateUpload): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}
