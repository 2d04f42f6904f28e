// The door of one agent's connection: how often it may speak, and whether it is who it says.

import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import type { Clock } from "../../foundation/clock.ts";
import { counted } from "../../foundation/counted.ts";
import type { Register } from "../../protocol/messages.ts";
import { type Refusal, refuse } from "../../protocol/parse-message.ts";
import type { ChallengeReply } from "../../protocol/proof.ts";
import { certificatePrincipal } from "./certificate-principal.ts";
import type { Identity, IdentityStore } from "./credentials/identity-store.ts";
import type { StoredToken, TokenStore } from "./credentials/token-store.ts";
import { type AddressBuckets, TokenBucket } from "./limits/token-bucket.ts";
import { coversClient } from "./principal.ts";
import type { SecurityConfig } from "./security-config.ts";
import { isProofValid } from "./verify-proof.ts";

export interface ConnectionGate {
  /** Whether the connection may send another message now. */
  takesMessage(): boolean;
  /** A nonce for the next `register`, and for no other. */
  challenge(): ChallengeReply;
  /** Why the sender may not register as this client; undefined if it may. Enrols it where that is called for. */
  refusalOf(message: Register): Promise<Refusal | undefined>;
  /** Why the client that registered here no longer counts, so that nothing of a revoked one reaches the model. */
  refusalNow(): Promise<Refusal | undefined>;
}

/** Lets everybody in: for what is not reached from outside. */
export const openGate: ConnectionGate = {
  takesMessage: () => true,
  challenge: () => ({ accepted: true, nonce: randomBytes(32).toString("base64url") }),
  refusalOf: async () => undefined,
  refusalNow: async () => undefined,
};

export interface GateOptions {
  readonly config: SecurityConfig;
  readonly tokens: TokenStore;
  readonly identities: IdentityStore;
  readonly clock: Clock;
  readonly registrations: AddressBuckets;
  /** Wrong credentials, of all doors together. */
  readonly failures: AddressBuckets;
}

/** A burst may have the messages of so many seconds. */
const BURST_SECONDS = 10;

type Proof = NonNullable<Register["proof"]>;

export function createConnectionGate(socket: Socket, options: GateOptions): ConnectionGate {
  const { config, clock, registrations, failures } = options;
  const { messagesPerSecond } = config.limits;
  const capacity = Math.max(1, messagesPerSecond * BURST_SECONDS);
  const messages = new TokenBucket({ capacity, perSecond: messagesPerSecond }, clock);
  const address = socket.remoteAddress;
  const needsProof = config.enrolment === "token";
  let nonce: string | undefined;
  let admitted: { readonly clientId: string; readonly publicKey: string } | undefined;

  async function refusalOf(message: Register): Promise<Refusal | undefined> {
    if (!registrations.of(address).take()) return tooMany("registrations");
    const certified = refusalOfCertificate(socket, message.clientId);
    if (certified || !needsProof) return certified;
    const { clientId, proof } = message;
    if (!proof) {
      const advice = "Start the agent with --token-file FILE, an enrolment token of the operator.";
      return refuse("server.proof-required", `This aggregator takes agents that have enrolled only. ${advice}`);
    }
    if (!failures.of(address).hasAny) return tooMany("wrong credentials");
    const given = nonce;
    // Whatever comes of it, a nonce serves once.
    nonce = undefined;
    const refusal = await refusalOfProof(message, proof, given, options);
    if (refusal) failures.of(address).take();
    else admitted = { clientId, publicKey: proof.publicKey };
    return refusal;
  }

  return {
    takesMessage: () => messages.take(),
    challenge() {
      nonce = randomBytes(32).toString("base64url");
      return { accepted: true, nonce };
    },
    refusalOf,
    async refusalNow() {
      if (!admitted) return undefined;
      const identity = await options.identities.find(admitted.clientId);
      if (identity?.publicKey === admitted.publicKey) return undefined;
      return refuse("server.revoked-client", `The client "${admitted.clientId}" was revoked. Ask the operator.`);
    },
  };
}

function refusalOfCertificate(socket: Socket, clientId: string): Refusal | undefined {
  const principal = certificatePrincipal(socket);
  if (!principal) return undefined;
  const { name, role, clientPattern } = principal;
  if (role !== "agent") {
    return refuse("server.role-forbidden", `The ${name} has the role ${role}; only an agent's may register.`);
  }
  if (clientPattern !== undefined && coversClient(clientPattern, clientId)) return undefined;
  return refuse("server.wrong-certificate", `The ${name} does not cover the client "${clientId}".`);
}

async function refusalOfProof(
  message: Register,
  proof: Proof,
  nonce: string | undefined,
  options: GateOptions,
): Promise<Refusal | undefined> {
  const { clientId } = message;
  if (nonce === undefined) {
    return refuse("server.no-challenge", "There is no nonce to be signed. Send `challenge` before each `register`.");
  }
  if (!isProofValid(proof, nonce, clientId)) {
    return refuse("server.wrong-signature", "The signature is not that of the stated key on this connection's nonce.");
  }
  const known = await options.identities.find(clientId);
  if (!known) return enrol(message, proof, options);
  return known.publicKey === proof.publicKey ? refusalOfLabels(message, known) : refuseTaken(clientId);
}

async function enrol(message: Register, proof: Proof, options: GateOptions): Promise<Refusal | undefined> {
  const { clientId } = message;
  if (proof.token === undefined) {
    return refuse("server.not-enrolled", `The client "${clientId}" is not enrolled. Pass --token-file FILE once.`);
  }
  const now = new Date();
  const check = await options.tokens.check(proof.token, now);
  if (check.kind === "invalid") return refuse(check.code, check.reason);
  const { token } = check;
  const refusal = refusalByToken(message, token);
  if (refusal) return refusal;
  const identity: Identity = {
    clientId,
    publicKey: proof.publicKey,
    tokenId: token.id,
    enrolledAt: now.toISOString(),
    ...(token.labels && { labels: token.labels }),
  };
  const result = await options.identities.enrol(identity, token.maximumClients);
  if (result === "taken") return refuseTaken(clientId);
  if (result === "enrolled") return undefined;
  const used = `The token ${token.id} was used by the ${counted(token.maximumClients ?? 0, "client")} that it is for.`;
  return refuse("server.used-token", `${used} Ask the operator for another one.`);
}

function refusalByToken(message: Register, { id, role, clientPattern, labels }: StoredToken): Refusal | undefined {
  if (role !== "agent") {
    return refuse("server.role-forbidden", `The token ${id} has the role ${role}; only an agent's enrols.`);
  }
  if (clientPattern !== undefined && !coversClient(clientPattern, message.clientId)) {
    const pattern = `is for clients named "${clientPattern}", not "${message.clientId}"`;
    return refuse("server.wrong-client", `The token ${id} ${pattern}. Choose another --id, or ask for another token.`);
  }
  return refusalOfLabels(message, { labels });
}

function refusalOfLabels(message: Register, { labels }: Pick<Identity, "labels">): Refusal | undefined {
  const foreign = labels && message.labels.find((label) => !labels.some((pattern) => coversClient(pattern, label)));
  if (foreign === undefined) return undefined;
  const allowed = labels?.length === 0 ? "none" : labels?.join(", ");
  return refuse("server.wrong-label", `The label "${foreign}" is not this client's to claim. Allowed: ${allowed}.`);
}

function refuseTaken(clientId: string): Refusal {
  const advice = "Choose another --id; if the agent lost its key, ask the operator to revoke the old one.";
  return refuse("server.client-taken", `The client "${clientId}" belongs to another key. ${advice}`);
}

function tooMany(what: string): Refusal {
  return refuse("server.too-many-requests", `Too many ${what} from this address. Come back in a minute.`);
}
