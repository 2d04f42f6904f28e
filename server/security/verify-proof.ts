// Checks an agent's signature (Ed25519, RFC 8032).

import { createPublicKey, verify } from "node:crypto";
import type { RegistrationProof } from "../../protocol/messages.ts";
import { proofText } from "../../protocol/proof.ts";

/**
 * The points of small order, y little-endian with the sign's bit cleared; p and p + 1 are 0 and 1 in other words. OpenSSL takes them as
 * keys, and anybody can sign for them. Chalkias, Garillot, Nikolaenko 2020, "Taming the many EdDSAs", table 5; a test checks
 * that each is what it is said to be.
 */
export const smallOrderKeys: readonly string[] = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/** Whether the owner of the key signed this nonce for this client. A malformed or weak key is a wrong one. */
export function isProofValid({ publicKey, signature }: RegistrationProof, nonce: string, clientId: string): boolean {
  if (isWeak(publicKey)) return false;
  try {
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: publicKey }, format: "jwk" });
    return verify(null, proofText(nonce, clientId), key, Buffer.from(signature, "base64url"));
  } catch {
    return false;
  }
}

function isWeak(publicKey: string): boolean {
  const bytes = Buffer.from(publicKey, "base64url");
  bytes[31] = (bytes[31] ?? 0) & 0x7f;
  return smallOrderKeys.includes(bytes.toString("hex"));
}
