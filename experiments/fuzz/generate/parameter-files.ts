// Parameter files that must never reach the global model, though their sender has the right token and states their true hash.

import type { RandomSource } from "../../../foundation/random-source.ts";
import { chance, pick } from "./draw.ts";
import { hostileKeys, hostileValue, withKey } from "./hostile-values.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import { mutateValue } from "./mutate-value.ts";

const LENGTH_BYTES = 8;

/** Bit patterns of float32 that are no finite number: signalling and quiet NaN, both infinities. */
const badFloats = [0x7f800001, 0x7fc00000, 0xffffffff, 0x7f800000, 0xff800000];

/**
 * @param valid a file that the aggregator would take.
 * @param mayBeTaken whether a file may rightly be taken.
 * @returns one that it must refuse, of the same length in most cases.
 */
export function hostileParameterFile(valid: Uint8Array, random: RandomSource, mayBeTaken = isUsable): Buffer {
  const mutated = mutateFile(Buffer.from(valid), random);
  if (!mayBeTaken(mutated, valid)) return mutated;
  const second = poisoned(mutated, random);
  return mayBeTaken(second, valid) ? withStatedHeader(second, 2n ** 63n) : second;
}

function mutateFile(file: Buffer, random: RandomSource): Buffer {
  const headerBytes = Number(file.readBigUInt64LE(0));
  return pick<() => Buffer>(random, [
    () => poisoned(file, random),
    () => mutateBytes(file, random),
    () => fitted(mutateBytes(file, random), file.length),
    () =>
      withStatedHeader(
        file,
        pick(random, [
          0n,
          1n,
          7n,
          BigInt(headerBytes - 1),
          BigInt(headerBytes + 1),
          BigInt(file.length),
          2n ** 32n,
          2n ** 63n,
          2n ** 64n - 1n,
        ]),
      ),
    () => withHeader(file, headerBytes, random),
    () => withHeader(file, headerBytes, random),
  ])();
}

function poisoned(file: Buffer, random: RandomSource): Buffer {
  const copy = Buffer.from(file);
  const valueCount = Math.max(
    1,
    Math.floor((file.length - LENGTH_BYTES - Number(file.length >= LENGTH_BYTES ? file.readBigUInt64LE(0) : 0n)) / 4),
  );
  const at = copy.length - 4 * (1 + Math.floor(random.next() * valueCount));
  copy.writeUInt32LE(pick(random, badFloats), Math.max(0, at));
  return copy;
}

/** The old length, so that the part is taken and only the checks behind the hash are left. */
function fitted(bytes: Buffer, length: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(length)]).subarray(0, length);
}

function withStatedHeader(file: Buffer, headerBytes: bigint): Buffer {
  const copy = Buffer.from(file);
  copy.writeBigUInt64LE(headerBytes, 0);
  return copy;
}

/** Another header of the same length where it can be padded to it. */
function withHeader(file: Buffer, headerBytes: number, random: RandomSource): Buffer {
  const header: unknown = JSON.parse(file.subarray(LENGTH_BYTES, LENGTH_BYTES + headerBytes).toString());
  const changed =
    chance(random, 0.2) && typeof header === "object" && header
      ? withKey(header, pick(random, hostileKeys), hostileValue(random))
      : mutateValue(header, random);
  const json = Buffer.from(
    JSON.stringify(changed, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner)) ?? "null",
  );
  const padded =
    json.length <= headerBytes ? Buffer.concat([json, Buffer.alloc(headerBytes - json.length, 0x20)]) : json;
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, file.subarray(LENGTH_BYTES + headerBytes)]);
}

/** Whether such a file may rightly be taken, judged by other code than the aggregator's and rather too mildly than too strictly. */
export function isUsable(file: Buffer, valid: Uint8Array): boolean {
  try {
    const [entries, values] = looseEntries(file);
    const [expected] = looseEntries(Buffer.from(valid));
    return JSON.stringify(entries) === JSON.stringify(expected) && values.every(Number.isFinite);
  } catch {
    return false;
  }
}

function looseEntries(file: Buffer): readonly [unknown, readonly number[]] {
  const end = LENGTH_BYTES + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(LENGTH_BYTES, end).toString()) as Record<
    string,
    { data_offsets: number[]; shape: number[]; dtype: string }
  >;
  const entries = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, { dtype, shape, data_offsets }]) => [name, dtype, shape.map(Math.abs), data_offsets.map(Math.abs)])
    .sort();
  const data = file.subarray(end);
  return [entries, Array.from({ length: Math.floor(data.length / 4) }, (_, index) => data.readFloatLE(index * 4))];
}
