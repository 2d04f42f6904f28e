// Random numbers that nobody can foresee, for noise that protects somebody: a seed, or a generator whose state follows from its
// outputs (xoroshiro's does), would let an attacker subtract the noise.

import { randomFillSync } from "node:crypto";
import type { RandomSource } from "../../foundation/random-source.ts";

/** Bytes that are asked of the operating system's generator at once. */
const BLOCK_BYTES = 65_536;

/**
 * Uniform on [0, 1) with 53 bits from node:crypto, the operating system's generator. It has no seed, so that nothing drawn from
 * it can be repeated: a run that resumes after a crash draws other noise.
 *
 * @example secureRandom().next() // 0.41..., and another one each time
 */
export function secureRandom(): RandomSource {
  const block = new Uint32Array(BLOCK_BYTES / 4);
  let position = block.length;
  return {
    next() {
      if (position >= block.length) {
        randomFillSync(block);
        position = 0;
      }
      const high = (block[position] as number) >>> 5; // 27 bits
      const low = (block[position + 1] as number) >>> 6; // 26 bits
      // Used once: what lies in memory afterwards tells nothing of the noise that was drawn.
      block[position] = 0;
      block[position + 1] = 0;
      position += 2;
      return (high * 2 ** 26 + low) / 2 ** 53;
    },
  };
}
