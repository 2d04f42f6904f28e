// The two shares that one client gives to another, encrypted with AES-256-GCM under a key that serves this direction of this
// pair in this session and nothing else.

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { deriveKey } from "./key-agreement.ts";
import { CIPHERTEXT_BYTES, SHARE_BYTES } from "./limits.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A holder's shares of an owner's two secrets. */
export interface SharePair {
  readonly seedShare: Uint8Array;
  readonly keyShare: Uint8Array;
}

/** Which way a packet goes. */
export interface Direction {
  readonly from: string;
  readonly to: string;
}

/** The key of the packet from an owner to a holder. @param agreed their X25519 secret. */
export function boxKey(agreed: Uint8Array, sessionId: Uint8Array, { from, to }: Direction): Uint8Array {
  return deriveKey(agreed, sessionId, ["share", from, to]);
}

/** nonce | ciphertext | tag; CIPHERTEXT_BYTES long. @param key of `boxKey`. */
export function sealShares(key: Uint8Array, { seedShare, keyShare }: SharePair): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const parts = [nonce, cipher.update(seedShare), cipher.update(keyShare), cipher.final(), cipher.getAuthTag()];
  return Uint8Array.from(Buffer.concat(parts));
}

/** What was sealed; undefined if it was sealed with another key or changed on its way. */
export function openShares(key: Uint8Array, box: Uint8Array): SharePair | undefined {
  if (box.length !== CIPHERTEXT_BYTES) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  try {
    const opened = decipher.update(box.subarray(NONCE_BYTES, box.length - TAG_BYTES));
    const shares = Uint8Array.from(Buffer.concat([opened, decipher.final()]));
    return { seedShare: shares.slice(0, SHARE_BYTES), keyShare: shares.slice(SHARE_BYTES) };
  } catch {
    return undefined;
  }
}
