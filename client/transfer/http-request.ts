// One HTTP request of a transfer. What may pass (lost connections, 5xx, 408, 429) becomes a TransientFailure; what will not
// (other 4xx) an error with the server's own code and reason.

import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { transferErrorSchema } from "../../protocol/transfer.ts";
import { TransientFailure } from "./retry.ts";

export interface TransferRequest {
  readonly method: "GET" | "PUT";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
  /** A connection on which nothing moves for so long counts as lost. */
  readonly stallSeconds?: number | undefined;
}

const DEFAULT_STALL_SECONDS = 60;
const MAXIMUM_ERROR_BYTES = 64 * 1024;
/** Refusals that tell the sender to send the same again. */
const REPEATABLE_CODES = ["server.part-hash-mismatch", "server.part-interrupted"];

/**
 * Sends a request. @returns the answer with status 2xx; its body must be read with `readBody`.
 *
 * @throws {TransientFailure}
 * @throws {ProbSelectError} client.transfer-failed
 */
export async function sendRequest(options: TransferRequest): Promise<IncomingMessage> {
  const response = await open(options);
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  const { code, reason } = await readRefusal(response);
  const sentence = `${options.method} ${options.url.pathname} was answered with ${status} (${code}): ${reason}`;
  if (status >= 500 || status === 408 || status === 429 || REPEATABLE_CODES.includes(code)) {
    throw new TransientFailure(sentence);
  }
  throw new ProbSelectError("client.transfer-failed", sentence);
}

/** Passes the body on chunk by chunk. @throws {TransientFailure} if the connection ends before the body does. */
export async function readBody(response: IncomingMessage, onChunk: (chunk: Uint8Array) => void): Promise<void> {
  const chunks: AsyncIterator<Uint8Array> = response[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((thrown) => {
        throw new TransientFailure(`the connection was lost in the middle of the answer (${messageOf(thrown)})`);
      });
      if (next.done) return;
      onChunk(next.value);
    }
  } finally {
    // Closes the connection if the body was not read to its end.
    await chunks.return?.();
  }
}

function open({ method, url, headers, body, signal, stallSeconds }: TransferRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const length = body ? { "content-length": String(body.byteLength) } : {};
    const request = send(url, { method, headers: { ...headers, ...length }, signal }, resolve);
    request.setTimeout((stallSeconds ?? DEFAULT_STALL_SECONDS) * 1000, () => {
      request.destroy(new Error("nothing moved on the connection for too long"));
    });
    request.on("error", (error) => {
      const cause = error instanceof AggregateError ? error.errors.map(messageOf).join(", ") : error.message;
      reject(new TransientFailure(`${url.host} could not be reached or hung up (${cause})`));
    });
    request.end(body);
  });
}

async function readRefusal(response: IncomingMessage): Promise<{ code: string; reason: string }> {
  let text = "";
  await readBody(response, (chunk) => {
    if (text.length > MAXIMUM_ERROR_BYTES) throw new Error("too long for a reason");
    text += Buffer.from(chunk).toString("utf8");
  }).catch(() => {
    // The status is known; a reason that was cut off or has no end does not change it.
  });
  try {
    return transferErrorSchema.parse(JSON.parse(text));
  } catch {
    return { code: "no code", reason: "the server gave no reason; it may not be a ProbSelect aggregator" };
  }
}
