// The part `security` of the aggregator's configuration. Without it a run is open, as fits one machine or a network that is trusted.

import { z } from "zod";

const perMinute = z.number().positive().max(1e9);

export const securityConfigSchema = z
  .strictObject({
    /** Absent: plain HTTP and websockets. */
    tls: z
      .strictObject({
        /** PEM: the server's certificate, followed by the intermediate ones. */
        certificateFile: z.string().min(1),
        keyFile: z.string().min(1),
        /** PEM: who signs the certificates of agents and people (mutual TLS). */
        clientAuthorityFile: z.string().min(1).optional(),
        /** PEM: certificates of that authority that no longer count (a CRL). */
        revocationListFile: z.string().min(1).optional(),
        /** Whether a connection without such a certificate ends at once. */
        requireClientCertificate: z.boolean().default(false),
      })
      .refine(({ clientAuthorityFile, requireClientCertificate: required }) => clientAuthorityFile || !required, {
        message: "requireClientCertificate needs clientAuthorityFile: whose certificates are meant",
      })
      .optional(),
    /** "token": an agent needs a token the first time and its own key from then on, people need a token. "open": whoever connects. */
    enrolment: z.enum(["open", "token"]).default("open"),
    /** Tokens (written by `probselect token`) and the keys of the clients that enrolled. May serve several runs. */
    credentialsFolder: z.string().min(1).default("probselect-credentials"),
    /** What becomes of a registration whose claims cannot all be true. */
    implausibleSpecs: z.enum(["warn", "refuse"]).default("warn"),
    limits: z
      .strictObject({
        /** Open at a time. */
        maximumConnections: z.int().min(1).default(20_000),
        /** Each of these is by address, of IPv6 by /64; a burst may use up a minute's share at once. */
        connectionsPerMinute: perMinute.default(6000),
        requestsPerMinute: perMinute.default(60_000),
        registrationsPerMinute: perMinute.default(3000),
        /** Wrong credentials, after which even right ones are refused for a while. */
        failuresPerMinute: perMinute.default(60),
        /** Of one agent's connection; a burst may have those of ten seconds. */
        messagesPerSecond: z.number().positive().max(1e9).default(50),
        /** Tasks whose parts are received at a time; the others are told to come back. */
        concurrentParts: z.int().min(1).default(64),
        /** For a request's line and headers to arrive, and for a connection's first byte. */
        headerSeconds: z.number().positive().max(3600).default(20),
      })
      .prefault({}),
  })
  .prefault({});

export type SecurityConfig = z.infer<typeof securityConfigSchema>;

/** Whether strangers are kept out, be it by tokens or by certificates. */
export function isGuarded({ enrolment, tls }: SecurityConfig): boolean {
  return enrolment === "token" || tls?.requireClientCertificate === true;
}
