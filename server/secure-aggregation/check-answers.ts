// What the server checks of a client's keys, of its shares and of the shares that it gives away. A client whose answer is refused counts as one
// that has not answered.

import { inQuotes, listed } from "../../foundation/listed.ts";
import { type Refusal, refuse } from "../../protocol/parse-message.ts";
import { isUsablePublicKey } from "../../protocol/secure-aggregation/key-agreement.ts";
import type { Keys, Shares, Unmask, UnmaskRequest } from "../../protocol/secure-aggregation/messages.ts";
import { areEqual, hashShare, type SecretKind } from "../../protocol/secure-aggregation/secret-shares.ts";

const code = "secure-aggregation.invalid-shares";

/** Keys that somebody can agree on a secret with, and that nobody has advertised before. @param taken by `nameOfKey`. */
export function refusalOfKeys({ encryptionKey, maskingKey }: Keys, taken: ReadonlySet<string>): Refusal | undefined {
  const invalid = (reason: string) => refuse("secure-aggregation.invalid-key", reason);
  if (!isUsablePublicKey(encryptionKey) || !isUsablePublicKey(maskingKey)) {
    return invalid("A public key is a point of low order: everybody knows its secrets.");
  }
  const names = [encryptionKey, maskingKey].map(nameOfKey);
  if (names[0] !== names[1] && !names.some((name) => taken.has(name))) return undefined;
  return invalid("A public key is not the client's own: it has been advertised before.");
}

/** A public key as a text that can be looked up. */
export const nameOfKey = (key: Uint8Array): string => Buffer.from(key).toString("hex");

/** One packet for every neighbour, and none for anybody else. */
export function refusalOfPackets({ packets }: Shares, neighbours: readonly string[]): Refusal | undefined {
  const receivers = packets.map(({ to }) => to);
  if (isSameSet(receivers, neighbours)) return undefined;
  return refuse(code, `The shares are for ${list(receivers)}; the neighbours are ${list(neighbours)}.`);
}

export interface ExpectedShares {
  readonly sessionId: Uint8Array;
  readonly holder: string;
  readonly request: UnmaskRequest;
  /** What every client said of its shares. */
  readonly shares: ReadonlyMap<string, Shares>;
  /** Whose shares the holder could not read. */
  readonly unreadable: ReadonlySet<string>;
}

/** The shares that were asked for, each with the hash that its owner had given. */
export function refusalOfUnmask(answer: Unmask, expected: ExpectedShares): Refusal | undefined {
  const { request, unreadable } = expected;
  const readable = (owners: readonly string[]) => owners.filter((owner) => !unreadable.has(owner));
  const parts = [
    { kind: "seed", revealed: answer.seedShares, owners: readable(request.survivors) },
    { kind: "key", revealed: answer.keyShares, owners: readable(request.dropped) },
  ] as const;
  for (const { kind, revealed, owners } of parts) {
    const given = revealed.map(({ of }) => of);
    if (!isSameSet(given, owners)) {
      return refuse(code, `The ${kind} shares are of ${list(given)}; asked for were those of ${list(owners)}.`);
    }
    const wrong = revealed.find(({ of, share }) => !isAsHashed(kind, of, { share, expected }));
    if (wrong) return refuse(code, `The ${kind} share of "${wrong.of}" is not the one that it was given.`);
  }
  return undefined;
}

function isAsHashed(
  kind: SecretKind,
  owner: string,
  { share, expected }: { readonly share: Uint8Array; readonly expected: ExpectedShares },
): boolean {
  const { sessionId, holder } = expected;
  const packet = expected.shares.get(owner)?.packets.find(({ to }) => to === holder);
  const hash = kind === "seed" ? packet?.seedShareHash : packet?.keyShareHash;
  return hash !== undefined && areEqual(hash, hashShare(sessionId, { kind, owner, holder }, share));
}

function isSameSet(found: readonly string[], wanted: readonly string[]): boolean {
  const distinct = new Set(found);
  return distinct.size === found.length && found.length === wanted.length && wanted.every((one) => distinct.has(one));
}

const list = (ids: readonly string[]) => (ids.length === 0 ? "nobody" : listed(ids, 5, inQuotes));
