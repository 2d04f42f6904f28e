// The form of a token: pst_<12 hex digits that name it>_<256 random bits>. Only a hash of the random part is kept; it needs no
// salt and no slow hash, since nobody can try 2^256 values.

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { secretTokenSchema } from "../../../protocol/proof.ts";

export interface ParsedToken {
  readonly id: string;
  /** SHA-256 of the secret part, lower-case hex. */
  readonly secretSha256: string;
}

/** A new token, and what is kept of it. */
export function makeToken(): ParsedToken & { readonly text: string } {
  const id = randomBytes(6).toString("hex");
  const secret = randomBytes(32).toString("base64url");
  return { id, secretSha256: hashOf(secret), text: `pst_${id}_${secret}` };
}

/** @returns undefined for a text that is no token. */
export function parseToken(text: string): ParsedToken | undefined {
  if (!secretTokenSchema.safeParse(text).success) return undefined;
  return { id: text.slice(4, 16), secretSha256: hashOf(text.slice(17)) };
}

/** Compares two hashes in constant time. */
export function isSameSecret(first: string, second: string): boolean {
  const [a, b] = [Buffer.from(first, "hex"), Buffer.from(second, "hex")];
  return a.length === b.length && timingSafeEqual(a, b);
}

function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
