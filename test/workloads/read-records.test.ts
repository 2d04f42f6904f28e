import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByteSource } from "../../workloads/byte-source.ts";
import { readRecords } from "../../workloads/read-records.ts";

/** Bytes whose values say where they are, and an account of what was read of them. */
function bytesOfPlace(byteLength: number): ByteSource & { readonly reads: number[]; readonly underWay: number[] } {
  const reads: number[] = [];
  const underWay: number[] = [];
  let now = 0;
  return {
    byteLength,
    reads,
    underWay,
    read: async (target, position) => {
      underWay.push(++now);
      await Promise.resolve();
      now--;
      const count = Math.max(0, Math.min(target.length, byteLength - position));
      for (let at = 0; at < count; at++) target[at] = (position + at) % 251;
      reads.push(count);
      return count;
    },
    close: async () => {},
  };
}

async function recordsAt(file: ByteSource, recordBytes: number, offsets: readonly number[]): Promise<number[][]> {
  const records: number[][] = [];
  await readRecords(file, { recordBytes, offsets: Float64Array.from(offsets) }, (wanted, record) => {
    records[wanted] = [...record];
  });
  return records;
}

describe("records of a file", () => {
  it("are each read whole, in any order, repeated and overlapping", async () => {
    const wish = fc.record({
      recordBytes: fc.integer({ min: 1, max: 40 }),
      offsets: fc.array(fc.nat(2_000_000), { maxLength: 30 }),
    });
    await fc.assert(
      fc.asyncProperty(wish, async ({ recordBytes, offsets }) => {
        const records = await recordsAt(bytesOfPlace(2_000_100), recordBytes, offsets);
        expect(records).toEqual(
          offsets.map((offset) => Array.from({ length: recordBytes }, (_, at) => (offset + at) % 251)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it("that lie side by side are read at one go, and those far apart without what is between", async () => {
    const near = bytesOfPlace(10_000_000);
    await recordsAt(near, 1000, [3000, 1000, 2000]);
    expect(near.reads).toEqual([3000]);
    const far = bytesOfPlace(10_000_000);
    await recordsAt(far, 1000, [0, 5_000_000, 9_000_000]);
    expect(far.reads).toEqual([1000, 1000, 1000]);
    expect(Math.max(...far.underWay)).toBe(3);
  });

  it("take a bounded memory, however many there are: 4 MB and one block at once", async () => {
    const file = bytesOfPlace(64 * 1024 * 1024);
    const offsets = Float64Array.from({ length: 16_384 }, (_, record) => record * 4096);
    let count = 0;
    await readRecords(file, { recordBytes: 4096, offsets }, () => count++);
    expect(count).toBe(16_384);
    expect(Math.max(...file.reads)).toBeLessThanOrEqual(1024 * 1024);
    expect(Math.max(...file.underWay)).toBeLessThanOrEqual(4);
  });

  it("are refused where the file ends before they do", async () => {
    await expect(recordsAt(bytesOfPlace(100), 10, [95])).rejects.toThrow("ended 5 bytes early");
  });
});
