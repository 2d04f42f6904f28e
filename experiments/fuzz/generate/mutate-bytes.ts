// Mutation of bytes: flips, cuts, repetitions, foreign bytes and numbers at the edges of their widths.

import { type RandomSource, randomInteger } from "../../../foundation/random-source.ts";
import { between, pick, randomBytes } from "./draw.ts";

/** Bytes on which a decoder of MessagePack, HTTP, websockets or safetensors decides. */
const telling = [
  0x00, 0x01, 0x0a, 0x0d, 0x20, 0x7f, 0x80, 0x8f, 0x90, 0xc1, 0xc6, 0xc7, 0xc9, 0xd4, 0xd9, 0xdb, 0xdd, 0xdf, 0xff,
];

/** A changed copy of `bytes`, one to four changes. */
export function mutateBytes(bytes: Uint8Array, random: RandomSource): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  for (let left = between(random, 1, 4); left > 0; left--) mutated = mutateOnce(mutated, random);
  return mutated;
}

function mutateOnce(bytes: Buffer, random: RandomSource): Buffer {
  const place = randomInteger(random, bytes.length + 1);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (between(random, 0, 6)) {
    case 0:
      return Buffer.from(bytes.map((byte, index) => (index === place ? byte ^ (1 << randomInteger(random, 8)) : byte)));
    case 1:
      return Buffer.from(bytes.map((byte, index) => (index === place ? pick(random, telling) : byte)));
    case 2:
      return Buffer.from(before);
    case 3:
      return Buffer.concat([before, randomBytes(random, between(random, 1, 16)), after]);
    case 4:
      return Buffer.concat([before, after.subarray(between(random, 1, 8))]);
    case 5:
      return Buffer.concat([before, after.subarray(0, 64), after]);
    default:
      return Buffer.concat([before, Buffer.alloc(4, pick(random, [0, 0x7f, 0x80, 0xff])), after.subarray(4)]);
  }
}
