// The tokens that an operator gave out. Written by `probselect token`, read by the aggregator.

import { join } from "node:path";
import { z } from "zod";
import { ProbSelectError } from "../../../foundation/errors.ts";
import { roles } from "../principal.ts";
import { DocumentFolder } from "./document-folder.ts";
import { isSameSecret, makeToken, parseToken } from "./token.ts";

/** Patterns of client ids and labels: what those may consist of, and `*`. */
export const patternSchema = z.string().regex(/^[\x21-\x7e]{1,64}$/);

const tokenSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  role: z.enum(roles),
  secretSha256: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: z.iso.datetime(),
  /** null: it does not expire. */
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  /** The ids that an agent may enrol under; only agents' tokens have one. */
  clientPattern: patternSchema.optional(),
  /** An agent may claim these labels and no others; absent: any. */
  labels: z.array(patternSchema).max(32).optional(),
  /** So many clients may enrol by it; absent: any number. */
  maximumClients: z.int().min(1).max(1_000_000).optional(),
  /** For people: "Berlin's lab". */
  note: z.string().max(200).optional(),
});

export type StoredToken = z.infer<typeof tokenSchema>;

/** What whoever creates a token decides. */
export type TokenTerms = Pick<
  StoredToken,
  "role" | "expiresAt" | "clientPattern" | "labels" | "maximumClients" | "note"
>;

/** A token, or why it does not count. */
export type TokenCheck =
  | { readonly kind: "valid"; readonly token: StoredToken }
  | { readonly kind: "invalid"; readonly code: string; readonly reason: string };

export class TokenStore {
  readonly #folder: DocumentFolder<typeof tokenSchema>;

  constructor(credentialsFolder: string) {
    this.#folder = new DocumentFolder(join(credentialsFolder, "tokens"), tokenSchema);
  }

  /** @returns the token itself, which is kept nowhere, and what is kept of it. */
  async create(terms: TokenTerms, now: Date): Promise<{ readonly text: string; readonly token: StoredToken }> {
    const { text, id, secretSha256 } = makeToken();
    const token = { id, secretSha256, ...terms, createdAt: now.toISOString(), revokedAt: null };
    await this.#folder.create(id, tokenSchema.parse(token));
    return { text, token };
  }

  /** In the order of their creation. */
  async list(): Promise<readonly StoredToken[]> {
    const tokens = await this.#folder.list();
    return [...tokens].sort((first, second) => (first.createdAt < second.createdAt ? -1 : 1));
  }

  /** @throws {ProbSelectError} server.unknown-credential. */
  async revoke(id: string, now: Date): Promise<StoredToken> {
    const token = /^[0-9a-f]{12}$/.test(id) ? await this.#folder.read(id) : undefined;
    if (!token) {
      const advice = "See `probselect token list`; a token is named by its id, not by itself.";
      throw new ProbSelectError("server.unknown-credential", `There is no such token. ${advice}`);
    }
    const revoked = { ...token, revokedAt: token.revokedAt ?? now.toISOString() };
    await this.#folder.replace(id, revoked);
    return revoked;
  }

  /** Whether somebody may pass by this text now. The answer never repeats it. */
  async check(text: string, now: Date): Promise<TokenCheck> {
    const given = parseToken(text);
    const token = given && (await this.#folder.read(given.id));
    if (!given || !token || !isSameSecret(given.secretSha256, token.secretSha256)) {
      return invalid("server.unknown-token", "The token is not one of this aggregator's. Ask its operator for one.");
    }
    if (token.revokedAt !== null) {
      return invalid("server.revoked-token", `The token ${token.id} was revoked. Ask the operator for another one.`);
    }
    if (token.expiresAt !== null && token.expiresAt <= now.toISOString()) {
      const when = `expired on ${token.expiresAt}`;
      return invalid("server.expired-token", `The token ${token.id} ${when}. Ask the operator for another one.`);
    }
    return { kind: "valid", token };
  }
}

function invalid(code: string, reason: string): TokenCheck {
  return { kind: "invalid", code, reason };
}
