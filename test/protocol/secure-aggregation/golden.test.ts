// Derivations against test/golden/secure-aggregation.py, and their parts against the vectors of the standards.

import { hkdfSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { chooseGraphParameters } from "../../../protocol/secure-aggregation/graph-parameters.ts";
import {
  agree,
  deriveKey,
  isUsablePublicKey,
  publicKeyOf,
} from "../../../protocol/secure-aggregation/key-agreement.ts";
import { addMask, keystream, pairMaskKey, selfMaskKey } from "../../../protocol/secure-aggregation/masks.ts";
import { commitToGraph, createNeighbourGraph } from "../../../protocol/secure-aggregation/neighbour-graph.ts";
import { hashSeed, hashShare } from "../../../protocol/secure-aggregation/secret-shares.ts";
import { boxKey, openShares } from "../../../protocol/secure-aggregation/share-box.ts";

const hex = z.string().transform((text) => Uint8Array.from(Buffer.from(text, "hex")));
const pair = z.strictObject({ alice: hex, bob: hex });
const golden = z
  .strictObject({
    ...{ sessionId: hex, privateKeys: pair, publicKeys: pair, agreed: hex, boxKey: hex, box: hex },
    ...{ seedShare: hex, keyShare: hex, seedShareHash: hex, seedHash: hex, graphCommitment: hex },
    ...{ pairMaskKey: hex, pairMask: z.array(z.int()), selfMaskKey: hex, selfMask: z.array(z.int()) },
    neighbours: z.array(z.array(z.int())),
    parameters: z.array(
      z.strictObject({
        case: z.tuple([z.int(), z.number(), z.number(), z.enum(["honest", "equivocating"]), z.int(), z.int()]),
        found: z.tuple([z.int(), z.int(), z.int()]).nullable(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL("../../golden/secure-aggregation.json", import.meta.url), "utf8")));
const { sessionId, privateKeys, publicKeys } = golden;
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));

/** RFC 7748, section 6.1. */
const rfc7748 = {
  alice: bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"),
  alicePublic: bytes("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"),
  bob: bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"),
  bobPublic: bytes("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"),
  shared: bytes("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"),
};

describe("the parts of the derivations", () => {
  it("agree on the secret of Alice and Bob in RFC 7748", () => {
    expect(publicKeyOf(rfc7748.alice)).toEqual(rfc7748.alicePublic);
    expect(publicKeyOf(rfc7748.bob)).toEqual(rfc7748.bobPublic);
    expect(agree(rfc7748.alice, rfc7748.bobPublic)).toEqual(rfc7748.shared);
    expect(agree(rfc7748.bob, rfc7748.alicePublic)).toEqual(rfc7748.shared);
  });

  it("multiply the point of RFC 7748, section 5.2, by its scalar", () => {
    const scalar = bytes("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
    const point = bytes("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
    const result = bytes("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    expect(agree(scalar, point)).toEqual(result);
  });

  it("derive by the HKDF of RFC 5869, appendix A.1", () => {
    const salt = bytes("000102030405060708090a0b0c");
    const info = bytes("f0f1f2f3f4f5f6f7f8f9");
    const derived = hkdfSync("sha256", new Uint8Array(22).fill(0x0b), salt, info, 42);
    expect(Buffer.from(derived).toString("hex")).toBe(
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    );
  });

  it("stream the blocks AES-256(0), AES-256(1) under the key of zeros: those of GCM's test cases 13 and 14", () => {
    const words = keystream(new Uint8Array(32))(8);
    expect(Buffer.from(words.buffer, words.byteOffset, 32).toString("hex")).toBe(
      "dc95c078a2408989ad48a21492842087530f8afbc74536b9a963b4f1c4cb738b",
    );
  });

  it.each([
    ["0", "00"],
    ["1", "01"],
    ["order 8", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"],
    ["order 8", "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"],
    ["p - 1", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
  ])("refuse the point of low order %s", (_, text) => {
    const point = Uint8Array.from(Buffer.from(text.padEnd(64, "0"), "hex"));
    expect(agree(rfc7748.alice, point)).toBeUndefined();
    expect(isUsablePublicKey(point)).toBe(false);
  });
});

describe("secure aggregation computes what another implementation does", () => {
  const alice = { self: "alice", peer: "bob" };

  it("agrees on the same keys from either side", () => {
    expect(publicKeyOf(privateKeys.alice)).toEqual(publicKeys.alice);
    expect(agree(privateKeys.alice, publicKeys.bob)).toEqual(golden.agreed);
    expect(pairMaskKey(privateKeys.alice, publicKeys.bob, sessionId, alice)).toEqual(golden.pairMaskKey);
    const bob = { self: "bob", peer: "alice" };
    expect(pairMaskKey(privateKeys.bob, publicKeys.alice, sessionId, bob)).toEqual(golden.pairMaskKey);
    expect(selfMaskKey(sessionId, sessionId, "alice")).toEqual(golden.selfMaskKey);
  });

  it("masks with the same words", () => {
    for (const [key, mask] of [
      [golden.pairMaskKey, golden.pairMask],
      [golden.selfMaskKey, golden.selfMask],
    ] as const) {
      const vector = new Uint32Array(8);
      addMask(vector, key, 1);
      expect([...vector]).toEqual(mask);
    }
  });

  it("opens a box and knows shares and seeds by the same hashes", () => {
    const direction = { from: "alice", to: "bob" };
    expect(boxKey(golden.agreed, sessionId, direction)).toEqual(golden.boxKey);
    const { seedShare, keyShare } = golden;
    expect(openShares(golden.boxKey, golden.box)).toEqual({ seedShare, keyShare });
    const name = { kind: "seed", owner: "alice", holder: "bob" } as const;
    expect(hashShare(sessionId, name, seedShare)).toEqual(golden.seedShareHash);
    expect(hashSeed(sessionId, "alice", privateKeys.bob)).toEqual(golden.seedHash);
  });

  it("draws the same neighbour graph from a seed", () => {
    expect(commitToGraph(privateKeys.alice, sessionId)).toEqual(golden.graphCommitment);
    const graph = createNeighbourGraph({ seed: privateKeys.alice, sessionId, clientCount: 13, degree: 4 });
    expect(golden.neighbours.map((_, position) => graph.neighboursOf(position))).toEqual(golden.neighbours);
  });

  it.each(golden.parameters)("chooses degree, threshold and least clients as exact fractions do: $case", (one) => {
    const [clients, dropoutShare, corruptedShare, server, securityBits, correctnessBits] = one.case;
    const assumptions = { dropoutShare, corruptedShare, server, securityBits, correctnessBits };
    const chosen = chooseGraphParameters(clients, assumptions);
    const [degree, threshold, minimumClients] = one.found ?? [];
    expect(chosen).toMatchObject(
      one.found
        ? { accepted: true, value: { degree, threshold, minimumClients } }
        : { accepted: false, code: "secure-aggregation.unsuitable-cohort" },
    );
  });

  it("separates the purposes, the sessions and the pairs of a secret", () => {
    const other = new Uint8Array(32).fill(1);
    const labels = [["a", "b"], ["ab"], ["b", "a"]];
    const keys = [sessionId, other].flatMap((id) => labels.map((one) => deriveKey(golden.agreed, id, one).join()));
    expect(new Set(keys).size).toBe(6);
  });
});
