// The aggregator's security in one place: made once from the configuration and handed to the web server, the routes and the agents' door.

import type { RequestListener, Server } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { type Clock, wallClock } from "../../foundation/clock.ts";
import { type ConnectionGate, createConnectionGate } from "./connection-gate.ts";
import { IdentityStore } from "./credentials/identity-store.ts";
import { TokenStore } from "./credentials/token-store.ts";
import { PartPlaces } from "./limits/part-places.ts";
import { AddressBuckets, minuteShare } from "./limits/token-bucket.ts";
import { guardRoutes, type TaskPass } from "./route-guard.ts";
import { isGuarded, type SecurityConfig, securityConfigSchema } from "./security-config.ts";
import { certificateWarnings, createWebServer, readServerTls, type WebServerOptions } from "./web-server.ts";

export interface Security {
  readonly scheme: "http" | "https";
  /** Sentences for the operator, at the start. */
  readonly warnings: readonly string[];
  /** Not yet listening. */
  readonly createServer: (handler: RequestListener) => Server;
  /** Guards every route of an app; call it before the routes are added. */
  readonly guard: (app: FastifyInstance, passesByTask: TaskPass) => void;
  /** The door of one agent's connection. */
  readonly gateOf: (socket: Socket) => ConnectionGate;
  readonly partPlaces: PartPlaces;
}

export interface SecurityOptions {
  readonly clock?: Clock | undefined;
  /** Told why a TLS handshake failed. */
  readonly onTlsFailure?: WebServerOptions["onTlsFailure"] | undefined;
}

/**
 * @throws {ProbSelectError} server.unusable-certificate.
 */
export async function openSecurity(config: SecurityConfig, options: SecurityOptions = {}): Promise<Security> {
  return compose(config, config.tls && (await readServerTls(config.tls)), options);
}

/** Plain HTTP for everybody, with the usual limits: what a configuration without `security` means. */
export function openForAll(): Security {
  return compose(securityConfigSchema.parse(undefined), undefined, {});
}

function compose(config: SecurityConfig, tls: WebServerOptions["tls"], options: SecurityOptions): Security {
  const { clock = wallClock, onTlsFailure = () => {} } = options;
  const { limits, credentialsFolder } = config;
  const tokens = new TokenStore(credentialsFolder);
  const identities = new IdentityStore(credentialsFolder);
  const failures = new AddressBuckets(minuteShare(limits.failuresPerMinute), clock);
  const registrations = new AddressBuckets(minuteShare(limits.registrationsPerMinute), clock);
  return {
    scheme: tls ? "https" : "http",
    warnings: certificateWarnings(tls, new Date()),
    createServer: (handler) => createWebServer(handler, { tls, limits, clock, onTlsFailure }),
    guard: (app, passesByTask) =>
      guardRoutes(app, { isOpen: !isGuarded(config), tokens, limits, clock, failures }, passesByTask),
    gateOf: (socket) => createConnectionGate(socket, { config, tokens, identities, clock, registrations, failures }),
    partPlaces: new PartPlaces(limits.concurrentParts),
  };
}
