// X25519 (RFC 7748) on raw keys of 32 bytes, and HKDF-SHA256 (RFC 5869) to derive from a shared secret a key for one purpose,
// one session and one pair of clients.

import { createPrivateKey, createPublicKey, diffieHellman, hkdfSync, randomBytes } from "node:crypto";
import { KEY_BYTES, SECURE_AGGREGATION_VERSION } from "./limits.ts";

/** What stands before the raw key in PKCS #8 and in SubjectPublicKeyInfo; RFC 8410, section 7 and 4. */
const privatePrefix = Buffer.from("302e020100300506032b656e04220420", "hex");
const publicPrefix = Buffer.from("302a300506032b656e032100", "hex");

export interface KeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** A new X25519 pair of the system's randomness. */
export function generateKeyPair(): KeyPair {
  const privateKey = randomKey();
  return { privateKey, publicKey: publicKeyOf(privateKey) };
}

/** 32 bytes of the system's randomness. */
export function randomKey(): Uint8Array {
  return Uint8Array.from(randomBytes(KEY_BYTES));
}

/** The X25519 public key of a private one. */
export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  const encoded = createPublicKey(privateKeyObject(privateKey)).export({ type: "spki", format: "der" });
  return Uint8Array.from(encoded.subarray(publicPrefix.length));
}

/**
 * The X25519 shared secret; undefined if the public key is a point of low order, whose secret everybody knows (RFC 7748,
 * section 6.1: OpenSSL refuses the all-zero result).
 */
export function agree(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  const key = Buffer.concat([publicPrefix, publicKey]);
  try {
    const publicObject = createPublicKey({ key, format: "der", type: "spki" });
    return Uint8Array.from(diffieHellman({ privateKey: privateKeyObject(privateKey), publicKey: publicObject }));
  } catch {
    return undefined;
  }
}

/** Whether somebody can agree on a secret with the holder of this key: no point of low order, for any private key. */
export function isUsablePublicKey(publicKey: Uint8Array): boolean {
  return agree(randomKey(), publicKey) !== undefined;
}

/**
 * A key of 32 bytes: HKDF-SHA256 with the session as its salt. A label in `info` holds no byte 0, so that no two lists of
 * labels have the same bytes.
 *
 * @param labels purpose, then who it is for: ["share", "a", "b"].
 */
export function deriveKey(secret: Uint8Array, sessionId: Uint8Array, labels: readonly string[]): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, sessionId, taggedLabel(labels), KEY_BYTES));
}

/** What says for what a hash or a key of this protocol is. */
export function taggedLabel(labels: readonly string[]): Buffer {
  return Buffer.from(["probselect secure aggregation", SECURE_AGGREGATION_VERSION, ...labels].join("\0"), "utf8");
}

function privateKeyObject(privateKey: Uint8Array) {
  return createPrivateKey({ key: Buffer.concat([privatePrefix, privateKey]), format: "der", type: "pkcs8" });
}
