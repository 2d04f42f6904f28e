import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createParameterSet } from "../../../models/parameter-set.ts";
import {
  checkCoding,
  decodeMean,
  encodeUpdate,
  levelsOf,
  stepOf,
} from "../../../protocol/secure-aggregation/fixed-point.ts";
import { chooseGraphParameters } from "../../../protocol/secure-aggregation/graph-parameters.ts";
import { log2TailAtLeast, log2TailBelow } from "../../../protocol/secure-aggregation/hypergeometric.ts";
import { randomKey } from "../../../protocol/secure-aggregation/key-agreement.ts";
import { addMask, bytesOf, wordsOf } from "../../../protocol/secure-aggregation/masks.ts";
import { createNeighbourGraph } from "../../../protocol/secure-aggregation/neighbour-graph.ts";
import { combineShares, splitSecret } from "../../../protocol/secure-aggregation/secret-shares.ts";
import { openShares, sealShares } from "../../../protocol/secure-aggregation/share-box.ts";

const set = (...values: number[]) =>
  createParameterSet([{ name: "kernel", shape: [values.length] }], Float32Array.from(values));
/** L = floor((2^31 - 1) / (2 * 1000)) = 1073741. */
const coding = { updateRange: 1, maximumWeight: 1000, maximumClients: 2 };

describe("the coding of updates", () => {
  it("is weight x round(update / step), with the weight at the end", () => {
    const update = { globalParameters: set(1, 1, 1), parameters: set(1.25, 1, 0.5), exampleCount: 3 };
    const { vector, clippedCount } = encodeUpdate(update, coding);
    // 0.25 * 1073741 = 268435.25 -> 268435, times 3; -0.5 * 1073741 = -536870.5 -> -536870, times 3, modulo 2^32
    expect([...vector]).toEqual([805305, 0, 2 ** 32 - 1610610, 3]);
    expect(clippedCount).toBe(0);
  });

  it("clips to the range and counts what it clipped, and caps the weight", () => {
    const update = { globalParameters: set(0, 0, 0), parameters: set(1, 7, -7), exampleCount: 5000 };
    const { vector, clippedCount } = encodeUpdate(update, coding);
    expect([...vector].map((word) => word | 0)).toEqual([1073741000, 1073741000, -1073741000, 1000]);
    expect(clippedCount).toBe(2);
  });

  it("never overflows, even if every client sends the edge of the range with the greatest weight", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10_000 }), fc.integer({ min: 1, max: 1000 }), (clients, weight) => {
        const one = { updateRange: 1, maximumWeight: weight, maximumClients: clients };
        expect(levelsOf(one) * clients * weight).toBeLessThan(2 ** 31);
        expect(clients * weight).toBeLessThan(2 ** 32);
      }),
    );
  });

  it("decodes the weighted mean", () => {
    const globalParameters = set(1);
    const one = encodeUpdate({ globalParameters, parameters: set(1.25), exampleCount: 3 }, coding).vector;
    const other = encodeUpdate({ globalParameters, parameters: set(0.25), exampleCount: 1 }, coding).vector;
    const sum = one.map((word, index) => word + (other[index] as number));
    const decoded = decodeMean(sum, globalParameters, 2, coding);
    // (3 * 0.25 - 1 * 0.75) / 4 = 0, off by half a step of 1 / 1073741 at most
    expect(decoded).toMatchObject({ accepted: true, value: { weight: 4 } });
    if (decoded.accepted) expect(Math.abs((decoded.value.parameters.values[0] ?? 9) - 1)).toBeLessThan(stepOf(coding));
  });

  it.each([
    ["a weight below one a client", [0, 1]],
    ["a weight above what all can have", [0, 2001]],
    ["a parameter beyond the range", [1073741 * 2 + 1, 2]],
    ["a parameter beyond the range on the other side", [2 ** 32 - 1073741 * 2 - 1, 2]],
  ])("refuses %s", (_, words) => {
    const code = "secure-aggregation.implausible-sum";
    expect(decodeMean(Uint32Array.from(words), set(0), 2, coding)).toMatchObject({ accepted: false, code });
  });

  it("refuses a coding with fewer levels than a byte has, and updates that are none", () => {
    expect(checkCoding({ ...coding, maximumWeight: 1_000_000, maximumClients: 100 })).toMatchObject({
      code: "secure-aggregation.invalid-coding",
    });
    const encode = (values: number[], exampleCount = 1) =>
      encodeUpdate({ globalParameters: set(0), parameters: set(...values), exampleCount }, coding);
    expect(() => encode([Number.NaN])).toThrow(/Parameter 0 of an update is NaN/);
    expect(() => encode([0, 0])).toThrow(/has shape \[2\] instead of \[1\]/);
    expect(() => encode([0], 0)).toThrow(/example count 0/);
  });
});

describe("masks", () => {
  const isSame = (one: Uint32Array, other: Uint32Array) => Buffer.compare(bytesOf(one), bytesOf(other)) === 0;

  it("cancel out, over the edges of their blocks and modulo 2^32", () => {
    const vector = Uint32Array.from({ length: 40_000 }, (_, index) => index * 107_374);
    const before = vector.slice();
    const [one, other] = [randomKey(), randomKey()];
    addMask(vector, one, 1);
    addMask(vector, other, -1);
    expect(isSame(vector, before)).toBe(false);
    addMask(vector, one, -1);
    addMask(vector, other, 1);
    expect(isSame(vector, before)).toBe(true);
  });

  it("are the same for a part of the vector as for the whole", () => {
    const [part, whole, key] = [new Uint32Array(16_385), new Uint32Array(50_000), randomKey()];
    addMask(part, key, 1);
    addMask(whole, key, 1);
    expect(isSame(whole.slice(0, 16_385), part)).toBe(true);
  });

  it("make of any vector one whose bytes are spread like random ones", () => {
    const vector = new Uint32Array(262_144);
    addMask(vector, randomKey(), 1);
    const counts = new Uint32Array(256);
    for (const byte of bytesOf(vector)) counts[byte] = (counts[byte] as number) + 1;
    const expected = (vector.length * 4) / 256;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 255 degrees of freedom: mean 255, deviation sqrt(510) = 22.6; six deviations either way.
    expect(Math.abs(chiSquared - 255)).toBeLessThan(6 * Math.sqrt(510));
  });

  it("read words from bytes that lie anywhere", () => {
    const bytes = Uint8Array.of(9, 1, 0, 0, 0, 0, 0, 0, 0x80).subarray(1);
    expect([...wordsOf(bytes)]).toEqual([1, 0x80000000]);
  });
});

describe("shares of a secret", () => {
  it("give it back from any threshold of them, and from no fewer", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.integer({ min: 2, max: 30 }).chain((count) =>
          fc.record({
            threshold: fc.integer({ min: 2, max: count }),
            order: fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
          }),
        ),
        async (secret, { threshold, order }) => {
          const shares = await splitSecret(secret, order.length, threshold);
          const chosen = order.map((index) => shares[index] as Uint8Array);
          expect(await combineShares(chosen.slice(0, threshold), threshold)).toEqual(secret);
          expect(await combineShares(chosen.slice(0, threshold - 1), threshold)).toBeUndefined();
        },
      ),
      { numRuns: 40 },
    );
  });

  it("count once if they are the same", async () => {
    const [share = new Uint8Array()] = await splitSecret(randomKey(), 4, 2);
    expect(await combineShares([share, share, share], 2)).toBeUndefined();
  });

  it("say nothing of the secret if one is missing: two secrets have shares that spread alike", async () => {
    // Each byte of one share of a 2-of-2 sharing is uniform, whatever the secret: 2000 bytes of 0, mean 127.5.
    const bytes = (await Promise.all(Array.from({ length: 63 }, () => splitSecret(new Uint8Array(32), 2, 2)))).flatMap(
      ([share]) => [...(share ?? []).slice(0, 32)],
    );
    const mean = bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length;
    // deviation 73.9 / sqrt(2016) = 1.65; six of them.
    expect(Math.abs(mean - 127.5)).toBeLessThan(10);
  });

  it("cannot be read or changed on their way without the key", () => {
    const [key, pair] = [randomKey(), { seedShare: new Uint8Array(33).fill(1), keyShare: new Uint8Array(33).fill(2) }];
    const box = sealShares(key, pair);
    expect(openShares(key, box)).toEqual(pair);
    expect(openShares(randomKey(), box)).toBeUndefined();
    expect(openShares(key, box.subarray(1))).toBeUndefined();
    for (let index = 0; index < box.length; index++) {
      const changed = box.slice();
      changed[index] = (changed[index] as number) ^ 1;
      expect(openShares(key, changed)).toBeUndefined();
    }
  });
});

describe("tails of the hypergeometric distribution", () => {
  it("are those counted by hand", () => {
    // 2 of 4 balls are marked and 2 are drawn: 1 of 6 draws has both, 1 none, 4 one.
    const urn = { total: 4, marked: 2, draws: 2 };
    expect(log2TailAtLeast(urn, 2)).toBeCloseTo(Math.log2(1 / 6), 12);
    expect(log2TailAtLeast(urn, 1)).toBeCloseTo(Math.log2(5 / 6), 12);
    expect(log2TailBelow(urn, 1)).toBeCloseTo(Math.log2(1 / 6), 12);
    expect(log2TailAtLeast(urn, 3)).toBe(Number.NEGATIVE_INFINITY);
    expect(log2TailBelow(urn, 0)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("the neighbour graph", () => {
  const options = fc.record({ clientCount: fc.integer({ min: 6, max: 200 }), half: fc.integer({ min: 1, max: 20 }) });

  it("gives everybody as many neighbours, each of whom knows it too", () => {
    fc.assert(
      fc.property(options, ({ clientCount, half }) => {
        const degree = Math.min(2 * half, clientCount - 1);
        const graph = createNeighbourGraph({ seed: randomKey(), sessionId: randomKey(), clientCount, degree });
        for (let position = 0; position < clientCount; position++) {
          const neighbours = graph.neighboursOf(position);
          expect(new Set(neighbours).size).toBe(degree);
          expect(neighbours).not.toContain(position);
          expect(neighbours.every((neighbour) => graph.neighboursOf(neighbour).includes(position))).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("is another one for another seed, and each pair meets as often as its share of the pairs", () => {
    let meetings = 0;
    for (let index = 0; index < 2000; index++) {
      const graph = createNeighbourGraph({ seed: randomKey(), sessionId: randomKey(), clientCount: 21, degree: 4 });
      if (graph.neighboursOf(0).includes(20)) meetings++;
    }
    // 4 of 20: 400 expected, deviation sqrt(2000 * 0.2 * 0.8) = 17.9; six of them.
    expect(Math.abs(meetings - 400)).toBeLessThan(108);
  });

  it("has a threshold that a server which asks different neighbours for different secrets cannot pass", () => {
    const shares = fc.double({ min: 0, max: 0.35, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), shares, shares, (clients, dropoutShare, corruptedShare) => {
        const assumed = { dropoutShare, corruptedShare, server: "equivocating" as const };
        const chosen = chooseGraphParameters(clients, { ...assumed, securityBits: 40, correctnessBits: 20 });
        if (!chosen.accepted) return;
        const { degree, threshold } = chosen.value;
        const corrupted = degree === clients - 1 ? Math.floor(corruptedShare * clients) : 0;
        expect(2 * threshold).toBeGreaterThan(degree + corrupted);
      }),
      { numRuns: 60 },
    );
  });
});
