// Takes the masks out of a sum: of each survivor the mask of its own, and of each dropped client the masks that its neighbours
// share with it. Bonawitz et al. 2017, figure 4, round 4 (server). Seconds grow with model x (survivors + dropped x neighbours).

import { setImmediate } from "node:timers/promises";
import { counted } from "../../foundation/counted.ts";
import { publicKeyOf } from "../../protocol/secure-aggregation/key-agreement.ts";
import { addMask, pairMaskKey, pairSign, selfMaskKey } from "../../protocol/secure-aggregation/masks.ts";
import type { Keys, Shares } from "../../protocol/secure-aggregation/messages.ts";
import { areEqual, combineShares, hashSeed, type SecretKind } from "../../protocol/secure-aggregation/secret-shares.ts";
import { failRound, type SecureFailure } from "./phase-end.ts";

export interface MaskedSum {
  readonly sessionId: Uint8Array;
  readonly threshold: number;
  /** Changed in place. */
  readonly sum: Uint32Array;
  readonly survivors: ReadonlySet<string>;
  readonly dropped: readonly string[];
  readonly neighbours: ReadonlyMap<string, readonly string[]>;
  readonly keys: ReadonlyMap<string, Keys>;
  readonly shares: ReadonlyMap<string, Shares>;
  /** Client -> the shares of its secret that were given away: of survivors the seed's, of others the key's. */
  readonly revealed: ReadonlyMap<string, readonly Uint8Array[]>;
}

/** @returns a failure (too-few-shares, unrecoverable-client) if a secret cannot be had; the sum is then of no use. */
export async function removeMasks(masked: MaskedSum): Promise<SecureFailure | undefined> {
  const { sum, sessionId, survivors, dropped } = masked;
  for (const clientId of [...survivors, ...dropped]) {
    const kind = survivors.has(clientId) ? "seed" : "key";
    // A mask of a large model takes milliseconds: others have their turn between two of them.
    await setImmediate();
    const secret = await recoverSecret(clientId, kind, masked);
    if (!(secret instanceof Uint8Array)) return secret;
    if (kind === "seed") addMask(sum, selfMaskKey(secret, sessionId, clientId), -1);
    else removePairMasks(clientId, secret, masked);
  }
  return undefined;
}

async function recoverSecret(
  clientId: string,
  kind: SecretKind,
  masked: MaskedSum,
): Promise<Uint8Array | SecureFailure> {
  const { threshold, sessionId, keys, shares } = masked;
  const revealed = masked.revealed.get(clientId) ?? [];
  if (revealed.length < threshold) {
    return failRound(
      "secure-aggregation.too-few-shares",
      `${counted(revealed.length, "share")} of a secret of "${clientId}" ${revealed.length === 1 ? "was" : "were"} given; ${threshold} are needed. Too many of its neighbours ` +
        "have dropped out.",
    );
  }
  const secret = await combineShares(revealed, threshold);
  const isRight =
    secret !== undefined &&
    (kind === "seed"
      ? areEqual(hashSeed(sessionId, clientId, secret), shares.get(clientId)?.seedHash ?? new Uint8Array())
      : areEqual(publicKeyOf(secret), keys.get(clientId)?.maskingKey ?? new Uint8Array()));
  if (isRight) return secret;
  return failRound(
    "secure-aggregation.unrecoverable-client",
    `The shares that "${clientId}" gave to its neighbours do not make its ${kind === "seed" ? "seed" : "masking key"}. It does ` +
      "not keep to the protocol; keep it out of the next round.",
  );
}

function removePairMasks(clientId: string, privateKey: Uint8Array, masked: MaskedSum): void {
  const { sum, sessionId, survivors, neighbours, keys } = masked;
  for (const peer of neighbours.get(clientId) ?? []) {
    const maskingKey = keys.get(peer)?.maskingKey;
    if (!survivors.has(peer) || maskingKey === undefined) continue;
    const key = pairMaskKey(privateKey, maskingKey, sessionId, { self: clientId, peer });
    // The peer added it with its own sign, which is the opposite of this client's.
    if (key) addMask(sum, key, pairSign({ self: clientId, peer }));
  }
}
