// Shamir's secret sharing of 32-byte secrets over GF(2^8), byte by byte, by the audited package shamir-secret-sharing, and the
// hashes by which a share or a secret is known again. Shamir 1979, "How to share a secret".

import { createHash } from "node:crypto";
import { combine, split } from "shamir-secret-sharing";
import { taggedLabel } from "./key-agreement.ts";

/** The two secrets of a client: the seed of its own mask, and the private key of its masks with its neighbours. */
export type SecretKind = "seed" | "key";

/** `count` shares of which any `threshold` (2..count) give the secret back and fewer say nothing of it. */
export function splitSecret(secret: Uint8Array, count: number, threshold: number): Promise<Uint8Array[]> {
  return split(Uint8Array.from(secret), count, threshold);
}

/** The secret that `threshold` of the shares make; undefined if fewer of them have coordinates of their own. */
export async function combineShares(shares: readonly Uint8Array[], threshold: number): Promise<Uint8Array | undefined> {
  const byCoordinate = new Map(shares.map((share) => [share.at(-1), Uint8Array.from(share)]));
  const distinct = [...byCoordinate.values()].slice(0, threshold);
  return distinct.length < threshold ? undefined : combine(distinct);
}

/** Whose share of what is held by whom. */
export interface ShareName {
  readonly kind: SecretKind;
  readonly owner: string;
  readonly holder: string;
}

/**
 * By this hash a share is recognised later. A share alone is uniform over 2^256 values, so that its hash says nothing of it to
 * who cannot search them.
 */
export function hashShare(sessionId: Uint8Array, { kind, owner, holder }: ShareName, share: Uint8Array): Uint8Array {
  return taggedHash(sessionId, ["share hash", kind, owner, holder], share);
}

/** By this hash the seed of a client's own mask is recognised after its shares were combined. */
export function hashSeed(sessionId: Uint8Array, owner: string, seed: Uint8Array): Uint8Array {
  return taggedHash(sessionId, ["seed hash", owner], seed);
}

/** SHA-256 of labels, session and value; the labels end with a byte 0, session and value have fixed lengths. */
export function taggedHash(sessionId: Uint8Array, labels: readonly string[], value: Uint8Array): Uint8Array {
  const hash = createHash("sha256").update(taggedLabel(labels)).update(Uint8Array.of(0));
  return Uint8Array.from(hash.update(sessionId).update(value).digest());
}

/** Whether two byte strings are the same. Not for secrets: its time depends on them. */
export function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
