// How an agent reaches an aggregator that is protected: whom it trusts, and what it shows.

import type { AgentIdentity } from "./agent-identity.ts";

/** As Node's TLS takes them, in PEM. */
export interface ClientTls {
  /** Who signed the aggregator's certificate, if it is none of the authorities that Node knows. */
  readonly ca?: string | undefined;
  /** This agent's certificate and key (mutual TLS). */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface AggregatorAccess {
  readonly tls?: ClientTls | undefined;
  /** Signs the aggregator's nonce; absent: the agent says its name and no more, which an open run takes. */
  readonly identity?: AgentIdentity | undefined;
  /** Enrols the identity the first time. */
  readonly enrolmentToken?: string | undefined;
}
