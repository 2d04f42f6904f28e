// A run that takes enrolled agents only, with a folder of credentials, and agents that prove who they are.

import { join } from "node:path";
import { type AgentIdentity, openIdentity } from "../../../../client/security/agent-identity.ts";
import type { Register } from "../../../../protocol/messages.ts";
import type { Refusal } from "../../../../protocol/parse-message.ts";
import { IdentityStore } from "../../../../server/security/credentials/identity-store.ts";
import { type StoredToken, TokenStore, type TokenTerms } from "../../../../server/security/credentials/token-store.ts";
import { type AgentSocket, openSocket, registration, say } from "../../support/scripted-agent.ts";
import { startTestRun, type TestRun } from "../../support/tiny-run.ts";

export interface ProtectedRun extends TestRun {
  readonly tokens: TokenStore;
  readonly identities: IdentityStore;
  /** A token's text; by default an agent's that does not expire. */
  tokenFor(terms?: Partial<TokenTerms>): Promise<string>;
  create(terms?: Partial<TokenTerms>): Promise<{ readonly text: string; readonly token: StoredToken }>;
}

/** @param folder for credentials; the run has one of its own. */
export async function startProtectedRun(
  folder: string,
  config: Readonly<Record<string, unknown>> = {},
  security: Readonly<Record<string, unknown>> = {},
): Promise<ProtectedRun> {
  const credentialsFolder = join(folder, "credentials");
  const run = await startTestRun({ ...config, security: { enrolment: "token", credentialsFolder, ...security } });
  const tokens = new TokenStore(credentialsFolder);
  const create = (terms: Partial<TokenTerms> = {}) =>
    tokens.create({ role: "agent", expiresAt: null, ...terms }, new Date());
  return {
    ...run,
    tokens,
    identities: new IdentityStore(credentialsFolder),
    create,
    tokenFor: async (terms) => (await create(terms)).text,
    [Symbol.asyncDispose]: () => run[Symbol.asyncDispose](),
  };
}

/** A key of its own, in a file of the folder. */
export function keyIn(folder: string, name: string): Promise<AgentIdentity> {
  return openIdentity(join(folder, "keys", `${name}.pem`));
}

export async function challenge(socket: AgentSocket): Promise<string> {
  const reply = await socket.emitWithAck("challenge", null);
  if (!reply.accepted) throw new Error(reply.reason);
  return reply.nonce;
}

/** The proof that a fresh nonce of this connection asks for. */
export async function proofFor(
  socket: AgentSocket,
  clientId: string,
  identity: AgentIdentity,
  token?: string,
): Promise<NonNullable<Register["proof"]>> {
  const proof = identity.prove(await challenge(socket), clientId);
  return token === undefined ? proof : { ...proof, token };
}

/** Connects, registers with a proof, and leaves again. @returns the answer. */
export async function tryToRegister(
  url: string,
  clientId: string,
  credentials: { readonly identity: AgentIdentity; readonly token?: string; readonly labels?: string[] },
): Promise<Refusal | { readonly accepted: true }> {
  const socket = await openSocket(url);
  const { identity, token, labels = [] } = credentials;
  try {
    const proof = await proofFor(socket, clientId, identity, token);
    return await say(socket, "register", registration(clientId, { proof, labels }));
  } finally {
    socket.disconnect();
  }
}
