// The sum of the masked inputs, and what the survivors are asked for and give to take the masks out of it.

import { type Refusal, refuse } from "../../protocol/parse-message.ts";
import { wordsOf } from "../../protocol/secure-aggregation/masks.ts";
import { headerOf, type Unmask, type UnmaskRequest } from "../../protocol/secure-aggregation/messages.ts";
import type { Members } from "./members.ts";

/** sum += vector modulo 2^32, unless it has another length. */
export function addVector(sum: Uint32Array, vector: Uint8Array): Refusal | undefined {
  if (vector.length !== sum.byteLength) {
    const reason = `The masked input has ${vector.length} bytes; ${sum.byteLength} are expected.`;
    return refuse("secure-aggregation.wrong-length", reason);
  }
  const words = wordsOf(vector);
  for (let index = 0; index < sum.length; index++) {
    sum[index] = ((sum[index] as number) + (words[index] as number)) | 0;
  }
  return undefined;
}

/** What each survivor is asked for: of every neighbour that it masked with one kind of share. */
export function unmaskRequests(
  sessionId: Uint8Array,
  members: Members,
  survivors: ReadonlySet<string>,
): ReadonlyMap<string, UnmaskRequest> {
  return new Map(
    [...survivors].map((clientId) => {
      const peers = members.nextTo(clientId);
      const request = {
        survivors: peers.filter((peer) => survivors.has(peer)),
        dropped: peers.filter((peer) => !survivors.has(peer)),
      };
      return [clientId, { ...headerOf(sessionId), ...request }];
    }),
  );
}

/** Owner -> the shares of its secret that have been given away. */
export function revealedShares(answers: Iterable<Unmask>): ReadonlyMap<string, readonly Uint8Array[]> {
  const revealed = new Map<string, Uint8Array[]>();
  for (const { seedShares, keyShares } of answers) {
    for (const { of, share } of [...seedShares, ...keyShares]) {
      const known = revealed.get(of);
      if (known) known.push(share);
      else revealed.set(of, [share]);
    }
  }
  return revealed;
}
