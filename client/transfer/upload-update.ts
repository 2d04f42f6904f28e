// Sends an update in parts. It asks the aggregator which parts have arrived and sends the others, so that a cut upload goes
// on where it stopped; every part carries its own hash.

import { createHash } from "node:crypto";
import { type Clock, wallClock } from "../../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import {
  PARAMETER_MEDIA_TYPE,
  PART_HASH_HEADER,
  partPath,
  type UploadStatus,
  uploadStatusSchema,
} from "../../protocol/transfer.ts";
import { readBody, sendRequest } from "./http-request.ts";
import { withRetries } from "./retry.ts";

export interface UpdateUpload {
  /** http(s) URL of the aggregator. */
  readonly baseUrl: string;
  /** The upload's path, as the task names it. */
  readonly path: string;
  /** Bearer token of the task. */
  readonly token: string;
  /** Every part but the last has exactly this size. */
  readonly partBytes: number;
  readonly file: Uint8Array;
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
  const partCount = Math.ceil(file.byteLength / partBytes);
  let arrived = 0;
  let furthest = 0;

  async function attempt(): Promise<void> {
    const received = new Set((await askStatus(upload)).receivedParts);
    arrived = received.size;
    if (arrived > 0) onProgress?.(arrived / partCount);
    for (let part = 0; part < partCount; part++) {
      if (received.has(part)) continue;
      await putPart(upload, part);
      arrived++;
      furthest = Math.max(furthest, arrived);
      onProgress?.(arrived / partCount);
    }
  }

  await withRetries({ what: "The upload of the update", attempt, progress: () => furthest, clock, signal });
}

async function askStatus(upload: UpdateUpload): Promise<UploadStatus> {
  const { baseUrl, path, signal, stallSeconds, partBytes } = upload;
  const url = new URL(path, baseUrl);
  const response = await sendRequest({ method: "GET", url, headers: authorization(upload), signal, stallSeconds });
  const chunks: Uint8Array[] = [];
  await readBody(response, (chunk) => chunks.push(chunk));
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

async function putPart(upload: UpdateUpload, part: number): Promise<void> {
  const { baseUrl, path, file, partBytes, signal, stallSeconds } = upload;
  const body = file.subarray(part * partBytes, (part + 1) * partBytes);
  const headers = {
    ...authorization(upload),
    "content-type": PARAMETER_MEDIA_TYPE,
    [PART_HASH_HEADER]: createHash("sha256").update(body).digest("hex"),
  };
  const url = new URL(partPath(path, part), baseUrl);
  const response = await sendRequest({ method: "PUT", url, headers, body, signal, stallSeconds });
  await readBody(response, () => {});
}

function authorization({ token }: UpdateUpload): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}
