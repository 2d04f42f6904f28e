// The HTTP or HTTPS server beneath the aggregator, with the limits that hold before anybody has said a word. Node keeps the time of
// slow senders; connections are counted by address before TLS costs anything.

import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createSecureContext, type TLSSocket, type TlsOptions } from "node:tls";
import type { Clock } from "../../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { AddressBuckets, minuteShare } from "./limits/token-bucket.ts";
import type { SecurityConfig } from "./security-config.ts";

/** A whole request must arrive within this: a 4 MiB part at 56 kbit/s takes 600 s. */
const REQUEST_TIMEOUT_MILLISECONDS = 900_000;
const MOST_HEADER_BYTES = 16 * 1024;
const KEEP_ALIVE_MILLISECONDS = 72_000;
/** Node looks at slow connections so often at least. */
const LONGEST_CHECK_MILLISECONDS = 30_000;

/**
 * Certificates and key as Node takes them.
 *
 * @throws {ProbSelectError} server.unusable-certificate for a file that is missing, no PEM, or not the other's.
 */
export async function readServerTls(tls: NonNullable<SecurityConfig["tls"]>): Promise<TlsOptions> {
  const { clientAuthorityFile, revocationListFile, requireClientCertificate } = tls;
  const [cert, key, ca, crl] = await Promise.all([
    readPem(tls.certificateFile),
    readPem(tls.keyFile),
    clientAuthorityFile === undefined ? undefined : readPem(clientAuthorityFile),
    revocationListFile === undefined ? undefined : readPem(revocationListFile),
  ]);
  const options = { cert, key, ca, crl, minVersion: "TLSv1.2" as const };
  try {
    createSecureContext(options);
  } catch (thrown) {
    throw unusable(`${tls.certificateFile} and ${tls.keyFile} do not make a TLS server`, thrown);
  }
  return { ...options, requestCert: ca !== undefined, rejectUnauthorized: requireClientCertificate };
}

/** Sentences on a server certificate that nobody should accept any more; empty when all is well. */
export function certificateWarnings(tls: TlsOptions | undefined, now: Date): readonly string[] {
  if (tls === undefined) return [];
  const certificate = new X509Certificate(String(tls.cert));
  const end = new Date(certificate.validTo);
  return end > now ? [] : [`The server's certificate expired on ${end.toISOString()}: no agent will accept it.`];
}

export interface WebServerOptions {
  readonly tls: TlsOptions | undefined;
  readonly limits: SecurityConfig["limits"];
  readonly clock: Clock;
  /** Told why a TLS handshake failed: CERT_HAS_EXPIRED, ECONNRESET, ... */
  readonly onTlsFailure: (address: string | undefined, code: string) => void;
}

/** Not yet listening. */
export function createWebServer(handler: RequestListener, options: WebServerOptions): Server {
  const { tls, limits, clock } = options;
  const headersTimeout = limits.headerSeconds * 1000;
  const patience = {
    headersTimeout,
    requestTimeout: Math.max(REQUEST_TIMEOUT_MILLISECONDS, headersTimeout),
    connectionsCheckingInterval: Math.min(LONGEST_CHECK_MILLISECONDS, headersTimeout / 2),
    maxHeaderSize: MOST_HEADER_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
  };
  const server = tls
    ? createHttpsServer({ ...patience, ...tls, handshakeTimeout: headersTimeout }, handler)
    : createHttpServer(patience, handler);
  server.maxConnections = limits.maximumConnections;
  const connections = new AddressBuckets(minuteShare(limits.connectionsPerMinute), clock);
  server.prependListener("connection", (socket) => {
    if (!connections.of(socket.remoteAddress).take()) socket.destroy();
  });
  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    const refused = socket.authorizationError as Error | string | undefined;
    const code = refused ? String(refused) : (error.code ?? error.message);
    options.onTlsFailure(socket.remoteAddress, code);
  });
  return server;
}

async function readPem(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((thrown) => {
    throw unusable(`${file} cannot be read`, thrown);
  });
  if (text.includes("-----BEGIN ")) return text;
  throw unusable(`${file} is no PEM file: it has no line that starts with -----BEGIN`);
}

function unusable(what: string, cause?: unknown): ProbSelectError {
  const why = cause === undefined ? "" : `: ${messageOf(cause)}`;
  return new ProbSelectError("server.unusable-certificate", `${what}${why}. See docs/security.md.`, { cause });
}
