// Tokens and enrolled clients, for people and as JSON; never a secret, nor its hash.

import type { Identity } from "../../server/security/credentials/identity-store.ts";
import type { StoredToken } from "../../server/security/credentials/token-store.ts";

/** All that is kept of a token but the hash. */
export function publicFacts({ secretSha256: _, ...facts }: StoredToken): Omit<StoredToken, "secretSha256"> {
  return facts;
}

/** One line a token and one a client. */
export function formatTokens(tokens: readonly StoredToken[], clients: readonly Identity[], now: Date): string {
  if (tokens.length === 0) return "There are no tokens. Make one: probselect token create";
  return [
    ...tokens.map((token) => tokenLine(token, clients, now)),
    ...(clients.length > 0 ? ["", "Enrolled clients"] : []),
    ...clients.map(({ clientId, tokenId, enrolledAt }) => `  ${clientId}  by token ${tokenId} on ${enrolledAt}`),
  ].join("\n");
}

function tokenLine(token: StoredToken, clients: readonly Identity[], now: Date): string {
  const { id, role, clientPattern, labels, maximumClients, note } = token;
  const enrolled = clients.filter(({ tokenId }) => tokenId === id).length;
  const most = maximumClients === undefined ? "" : ` of at most ${maximumClients}`;
  const parts = [
    `${id}  ${role}`,
    standing(token, now),
    ...(clientPattern === undefined ? [] : [`clients ${clientPattern}`]),
    ...(labels === undefined ? [] : [`labels ${labels.join(" ") || "none"}`]),
    ...(role === "agent" ? [`${enrolled}${most} enrolled`] : []),
    ...(note === undefined ? [] : [note]),
  ];
  return parts.join("  ");
}

function standing({ expiresAt, revokedAt }: StoredToken, now: Date): string {
  if (revokedAt !== null) return `revoked on ${revokedAt}`;
  if (expiresAt === null) return "does not expire";
  return `${expiresAt <= now.toISOString() ? "expired" : "expires"} on ${expiresAt}`;
}
