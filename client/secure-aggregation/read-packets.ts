// Decrypts what the neighbours have shared with a client, and checks it against the hashes that the server has too.

import type { Packets } from "../../protocol/secure-aggregation/messages.ts";
import { areEqual, hashShare } from "../../protocol/secure-aggregation/secret-shares.ts";
import { openShares, type SharePair } from "../../protocol/secure-aggregation/share-box.ts";
import type { Shared } from "./client-state.ts";

type Packet = Packets["packets"][number];

/** Owner -> its shares; undefined where the packet was changed on its way or has other shares than its hashes say. */
export function readPackets(
  packets: readonly Packet[],
  { own, neighbours }: Shared,
): ReadonlyMap<string, SharePair | undefined> {
  return new Map(
    packets.map((packet) => {
      const neighbour = neighbours.get(packet.from);
      const pair = neighbour && openShares(neighbour.inboundKey, packet.ciphertext);
      return [packet.from, pair && isAsHashed(pair, packet, own) ? pair : undefined];
    }),
  );
}

function isAsHashed(pair: SharePair, packet: Packet, { clientId: holder, invitation }: Shared["own"]): boolean {
  const { sessionId } = invitation;
  const owner = packet.from;
  const seedHash = hashShare(sessionId, { kind: "seed", owner, holder }, pair.seedShare);
  const keyHash = hashShare(sessionId, { kind: "key", owner, holder }, pair.keyShare);
  return areEqual(seedHash, packet.seedShareHash) && areEqual(keyHash, packet.keyShareHash);
}
