// Masks: the keystream of AES-256-CTR under a key that serves for one mask only, added to a vector modulo 2^32. Made in blocks, so
// that a mask is never in memory as a whole. Bonawitz et al. 2017: the pairwise masks and the masks of their own.

import { createCipheriv } from "node:crypto";
import { endianness } from "node:os";
import { agree, deriveKey } from "./key-agreement.ts";

const BLOCK_WORDS = 16_384;
const zeros = new Uint8Array(BLOCK_WORDS * 4);
const zeroCounter = new Uint8Array(16);

/** How a mask enters a vector. */
export type MaskSign = 1 | -1;

/** vector += sign * mask(key) modulo 2^32, in place. */
export function addMask(vector: Uint32Array, key: Uint8Array, sign: MaskSign): void {
  const next = keystream(key);
  for (let from = 0; from < vector.length; from += BLOCK_WORDS) {
    const block = vector.subarray(from, from + BLOCK_WORDS);
    const mask = next(block.length);
    if (sign === 1) for (let i = 0; i < block.length; i++) block[i] = ((block[i] as number) + (mask[i] as number)) | 0;
    else for (let i = 0; i < block.length; i++) block[i] = ((block[i] as number) - (mask[i] as number)) | 0;
  }
}

/** The words of a key's stream, little-endian on every machine. @returns a function that gives the next 1..16384 of them. */
export function keystream(key: Uint8Array): (words: number) => Uint32Array {
  const cipher = createCipheriv("aes-256-ctr", key, zeroCounter);
  return (words) => wordsOf(cipher.update(zeros.subarray(0, words * 4)));
}

/** Little-endian bytes as words; a view of them where it can be one. @param bytes a multiple of 4. */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  const isAligned = bytes.byteOffset % 4 === 0 && endianness() === "LE";
  const aligned = isAligned ? bytes : Uint8Array.from(bytes);
  if (endianness() === "BE") Buffer.from(aligned.buffer).swap32();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}

/** Words as little-endian bytes; a view of them where it can be one. */
export function bytesOf(words: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return endianness() === "LE" ? bytes : Uint8Array.from(Buffer.from(bytes).swap32());
}

/** Two clients that mask with each other, as one of them sees it. */
export interface MaskPair {
  readonly self: string;
  readonly peer: string;
}

/** The sign with which `self` adds the mask that it shares with `peer`: the two cancel out. */
export const pairSign = ({ self, peer }: MaskPair): MaskSign => (self < peer ? 1 : -1);

/** The key of the mask that two clients share, the same from either side; undefined if they cannot agree on a secret. */
export function pairMaskKey(
  privateKey: Uint8Array,
  publicKey: Uint8Array,
  sessionId: Uint8Array,
  { self, peer }: MaskPair,
): Uint8Array | undefined {
  const agreed = agree(privateKey, publicKey);
  const pair = self < peer ? [self, peer] : [peer, self];
  return agreed && deriveKey(agreed, sessionId, ["pair mask", ...pair]);
}

/** The key of a client's own mask. */
export function selfMaskKey(seed: Uint8Array, sessionId: Uint8Array, clientId: string): Uint8Array {
  return deriveKey(seed, sessionId, ["self mask", clientId]);
}
