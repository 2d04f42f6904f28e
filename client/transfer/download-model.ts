// Fetches the global model. A download that is cut goes on where it stopped, and what arrives is checked against the hash
// that the task named.

import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Clock, wallClock } from "../../foundation/clock.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import { PARAMETER_MEDIA_TYPE } from "../../protocol/transfer.ts";
import type { ClientTls } from "../security/aggregator-access.ts";
import { readBody, sendRequest } from "./http-request.ts";
import { TransientFailure, withRetries } from "./retry.ts";

export interface ModelDownload {
  readonly url: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly byteLength: number;
  /** The task's, which allows the download of its model. */
  readonly token?: string | undefined;
  readonly tls?: ClientTls | undefined;
  readonly signal: AbortSignal;
  /** For the delays between attempts. */
  readonly clock?: Clock;
  readonly stallSeconds?: number;
}

/**
 * The file's bytes, in one buffer of exactly `byteLength` bytes that belongs to the caller.
 *
 * @throws {ProbSelectError} client.transfer-failed with the reason: refused, wrong length or hash, too many failures without
 * progress, cancelled.
 */
export async function downloadModel(download: ModelDownload): Promise<Uint8Array> {
  const { sha256, byteLength, signal, clock = wallClock, stallSeconds, token, tls } = download;
  const url = new URL(download.url);
  const file = new Uint8Array(byteLength);
  let received = 0;
  let furthest = 0;
  let entityTag: string | undefined;
  /** Of the bytes received so far, in order. */
  let hash = createHash("sha256");

  async function attempt(): Promise<void> {
    const range = received > 0 && entityTag ? { range: `bytes=${received}-`, "if-range": entityTag } : {};
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const headers = { accept: PARAMETER_MEDIA_TYPE, ...authorization, ...range };
    const response = await sendRequest({ method: "GET", url, headers, tls, signal, stallSeconds });
    received = firstByte(response, received, byteLength);
    if (received === 0) hash = createHash("sha256");
    entityTag = strongEntityTag(response);
    await readBody(response, (chunk) => {
      if (received + chunk.byteLength > byteLength) {
        throw failure(`the server sent more than the ${byteLength} bytes that the task named`);
      }
      file.set(chunk, received);
      hash.update(chunk);
      received += chunk.byteLength;
      furthest = Math.max(furthest, received);
    });
    if (received < byteLength) throw new TransientFailure(`only ${received} of ${byteLength} bytes arrived`);
  }

  await withRetries({ what: "The download of the model", attempt, progress: () => furthest, clock, signal });
  const found = hash.digest("hex");
  if (found !== sha256) throw failure(`it has the SHA-256 ${found} instead of ${sha256}`);
  return file;
}

/** Where the answer's body begins in the file; an answer that is not the file that the task named is refused. */
function firstByte(response: IncomingMessage, wanted: number, byteLength: number): number {
  if (response.statusCode !== 206) {
    const stated = response.headers["content-length"];
    if (stated === undefined || Number(stated) === byteLength) return 0;
    response.destroy();
    throw failure(`the server has a file of ${stated} bytes instead of ${byteLength}`);
  }
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers["content-range"] ?? "");
  if (Number(range?.[1]) === wanted && Number(range?.[2]) === byteLength) return wanted;
  response.destroy();
  const answered = response.headers["content-range"];
  throw failure(`asked for bytes ${wanted}- of ${byteLength}, the server answered with "${answered}"`);
}

/** Only a strong tag promises equal bytes (RFC 9110, section 13.1.5). Without one, a cut download begins again. */
function strongEntityTag(response: IncomingMessage): string | undefined {
  const { etag } = response.headers;
  return etag?.startsWith('"') ? etag : undefined;
}

function failure(reason: string): ProbSelectError {
  return new ProbSelectError(
    "client.transfer-failed",
    `The model that was downloaded is not usable: ${reason}. Check what lies between this agent and the aggregator.`,
  );
}
