// Signatures of agents, against Node's own and against keys for which anybody can sign.

import { createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { proofText } from "../../../protocol/proof.ts";
import { isProofValid, smallOrderKeys } from "../../../server/security/verify-proof.ts";

const nonce = "A".repeat(43);

describe("a proof", () => {
  it("holds for the key, the nonce and the client that it was made for, and for no other", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const { x = "" } = publicKey.export({ format: "jwk" });
    const signature = sign(null, proofText(nonce, "a"), privateKey).toString("base64url");
    expect(isProofValid({ publicKey: x, signature }, nonce, "a")).toBe(true);
    expect(isProofValid({ publicKey: x, signature }, nonce, "b")).toBe(false);
    expect(isProofValid({ publicKey: x, signature }, "B".repeat(43), "a")).toBe(false);
    expect(isProofValid({ publicKey: "C".repeat(43), signature }, nonce, "a")).toBe(false);
  });

  // R = the identity and S = 0 sign every text whose hash is a multiple of the key's order: 1, 2, 4 or 8.
  it.each(smallOrderKeys)("by the weak key %s is refused, though OpenSSL takes one", (hex) => {
    const x = Buffer.from(hex, "hex").toString("base64url");
    const signature = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]);
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    const taken = Array.from({ length: 400 }, (_, number) => `client-${number}`).filter((clientId) =>
      verify(null, proofText(nonce, clientId), key, signature),
    );
    expect(taken.length).toBeGreaterThan(0);
    const proof = { publicKey: x, signature: signature.toString("base64url") };
    expect(taken.some((clientId) => isProofValid(proof, nonce, clientId))).toBe(false);
    // The same point with the other sign.
    const bytes = Buffer.from(hex, "hex");
    bytes[31] = (bytes[31] ?? 0) | 0x80;
    expect(isProofValid({ ...proof, publicKey: bytes.toString("base64url") }, nonce, "a")).toBe(false);
  });
});
