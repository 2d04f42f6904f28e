// One HTTP request of a transfer. What may pass (lost connections, 5xx, 408, 429) becomes a TransientFailure; what will not
// (other 4xx) an error with the server's own code and reason.

import { type IncomingMessage, request as requestHttp } from "node:http";
import { Agent, request as requestHttps } from "node:https";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { transferErrorSchema } from "../../protocol/transfer.ts";
import type { ClientTls } from "../security/aggregator-access.ts";
import { TransientFailure } from "./retry.ts";

export interface TransferRequest {
  readonly method: "GET" | "PUT";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Whom an https server's certificate must be signed by, and this side's own. */
  readonly tls?: ClientTls | undefined;
  readonly signal: AbortSignal;
  /** A connection on which nothing moves for so long counts as lost. */
  readonly stallSeconds?: number | undefined;
  /** All of the request is in the operating system's hands. */
  readonly onSent?: (() => void) | undefined;
}

const DEFAULT_STALL_SECONDS = 60;
const MAXIMUM_ERROR_BYTES = 64 * 1024;
/** Refusals that tell the sender to ask what has arrived and to send the rest again. */
const REPEATABLE_CODES = ["server.part-hash-mismatch", "server.part-interrupted", "server.part-out-of-order"];

/** client.transfer-failed, for the reason that the server gave. */
export class TransferRefusal extends ProbSelectError {
  /** The server's code, such as server.unknown-task. */
  readonly serverCode: string;

  constructor(sentence: string, serverCode: string) {
    super("client.transfer-failed", sentence);
    this.serverCode = serverCode;
  }
}

/**
 * Sends a request. @returns the answer with status 2xx; its body must be read with `readBody`.
 *
 * @throws {TransientFailure}
 * @throws {TransferRefusal}
 */
export async function sendRequest(options: TransferRequest): Promise<IncomingMessage> {
  const response = await open(options);
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  const { code, reason } = await readRefusal(response);
  const sentence = `${options.method} ${options.url.pathname} was answered with ${status} (${code}): ${reason}`;
  if (status >= 500 || status === 408 || status === 429 || REPEATABLE_CODES.includes(code)) {
    throw new TransientFailure(sentence, { retryAfterSeconds: retryAfterOf(response) });
  }
  throw new TransferRefusal(sentence, code);
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

/** How long the server asks to wait; a date (RFC 9110, section 10.2.3) is not what ours sends. */
function retryAfterOf(response: IncomingMessage): number | undefined {
  const stated = response.headers["retry-after"];
  return stated !== undefined && /^\d{1,4}$/.test(stated) ? Number(stated) : undefined;
}

/** One for each set of certificates, so that connections are used again. */
const agents = new WeakMap<ClientTls, Agent>();

function agentFor(tls: ClientTls | undefined): { agent?: Agent } {
  if (!tls) return {};
  const agent = agents.get(tls) ?? new Agent({ keepAlive: true, ...tls });
  agents.set(tls, agent);
  return { agent };
}

function open({
  method,
  url,
  headers,
  body,
  tls,
  signal,
  stallSeconds,
  onSent,
}: TransferRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isHttps = url.protocol === "https:";
    const send = isHttps ? requestHttps : requestHttp;
    const length = body ? { "content-length": String(body.byteLength) } : {};
    const request = send(
      url,
      { method, headers: { ...headers, ...length }, signal, ...(isHttps && agentFor(tls)) },
      resolve,
    );
    request.setTimeout((stallSeconds ?? DEFAULT_STALL_SECONDS) * 1000, () => {
      request.destroy(new Error("nothing moved on the connection for too long"));
    });
    request.on("error", (error) => {
      const cause = error instanceof AggregateError ? error.errors.map(messageOf).join(", ") : error.message;
      reject(new TransientFailure(`${url.host} could not be reached or hung up (${cause})`));
    });
    // Node ends a request without a word when the answer turns to another protocol (101) that nobody asked for.
    request.on("close", () => reject(new TransientFailure(`${url.host} hung up without an answer`)));
    if (onSent) request.on("finish", onSent);
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
