// Splits a client's two secrets among its neighbours. Bonawitz et al. 2017, figure 4, round 1.

import { agree } from "../../protocol/secure-aggregation/key-agreement.ts";
import { headerOf, type Roster, type Shares } from "../../protocol/secure-aggregation/messages.ts";
import { hashSeed, hashShare, splitSecret } from "../../protocol/secure-aggregation/secret-shares.ts";
import { boxKey, sealShares } from "../../protocol/secure-aggregation/share-box.ts";
import type { OwnPlace } from "./check-roster.ts";
import type { Neighbour } from "./client-state.ts";

export interface SharedSecrets {
  readonly message: Shares;
  readonly neighbours: ReadonlyMap<string, Neighbour>;
}

/** @returns the id of a neighbour instead, if no secret can be agreed on with its key. */
export async function shareSecrets(
  seed: Uint8Array,
  { neighbours, threshold }: Roster,
  { clientId: owner, invitation, encryption, masking }: OwnPlace,
): Promise<SharedSecrets | string> {
  const { sessionId } = invitation;
  const seedShares = await splitSecret(seed, neighbours.length, threshold);
  const keyShares = await splitSecret(masking.privateKey, neighbours.length, threshold);
  const known = new Map<string, Neighbour>();
  const packets: Shares["packets"] = [];
  for (const [index, { clientId: holder, encryptionKey, maskingKey }] of neighbours.entries()) {
    const agreed = agree(encryption.privateKey, encryptionKey);
    if (!agreed) return holder;
    const seedShare = seedShares[index] as Uint8Array;
    const keyShare = keyShares[index] as Uint8Array;
    known.set(holder, { maskingKey, inboundKey: boxKey(agreed, sessionId, { from: holder, to: owner }) });
    packets.push({
      to: holder,
      ciphertext: sealShares(boxKey(agreed, sessionId, { from: owner, to: holder }), { seedShare, keyShare }),
      seedShareHash: hashShare(sessionId, { kind: "seed", owner, holder }, seedShare),
      keyShareHash: hashShare(sessionId, { kind: "key", owner, holder }, keyShare),
    });
  }
  const message = { ...headerOf(sessionId), seedHash: hashSeed(sessionId, owner, seed), packets };
  return { message, neighbours: known };
}
