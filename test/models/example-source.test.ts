import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ExampleSource, readBatch, readBatches, type StreamedExamples } from "../../models/example-source.ts";
import type { LabelledExamples } from "../../models/examples.ts";

/** Example i is the numbers 10 i and 10 i + 1 with the label i mod 3. */
const inMemory: LabelledExamples = {
  exampleCount: 20,
  exampleShape: [2],
  classCount: 3,
  inputs: Float32Array.from({ length: 40 }, (_, at) => 10 * Math.floor(at / 2) + (at % 2)),
  labels: Uint8Array.from({ length: 20 }, (_, index) => index % 3),
};

/** The same, elsewhere; it notes what begins and what ends. */
function streamed(events: string[] = [], failsAt = -1): StreamedExamples {
  const { exampleCount, exampleShape, classCount } = inMemory;
  let count = 0;
  return {
    ...{ exampleCount, exampleShape, classCount },
    read: async (places) => {
      const number = count++;
      events.push(`begin ${number}`);
      await Promise.resolve();
      if (number === failsAt) throw new Error("the disk is gone");
      events.push(`end ${number}`);
      return readBatch(inMemory, places);
    },
  };
}

async function batchesOf(source: ExampleSource, batches: readonly number[][]): Promise<LabelledExamples[]> {
  const found: LabelledExamples[] = [];
  for await (const batch of readBatches(
    source,
    batches.map((places) => Uint32Array.from(places)),
  ))
    found.push(batch);
  return found;
}

describe("examples read batch by batch", () => {
  it("are those at the places, in their order, repeats included", async () => {
    const batch = await readBatch(inMemory, Uint32Array.of(4, 0, 4));
    expect(batch).toEqual({
      exampleCount: 3,
      exampleShape: [2],
      classCount: 3,
      inputs: Float32Array.of(40, 41, 0, 1, 40, 41),
      labels: Uint8Array.of(1, 0, 1),
    });
  });

  it("are the same from memory and from elsewhere", async () => {
    const places = fc.array(fc.array(fc.nat(19), { minLength: 1, maxLength: 5 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(places, async (batches) => {
        expect(await batchesOf(streamed(), batches)).toEqual(await batchesOf(inMemory, batches));
      }),
    );
  });

  it("have the next batch begun before the present one is handed over, and no more than that", async () => {
    const events: string[] = [];
    const batches = [0, 1, 2].map((place) => Uint32Array.of(place));
    let number = 0;
    for await (const _ of readBatches(streamed(events), batches)) events.push(`work ${number++}`);
    const order = events.filter((event) => !event.startsWith("end"));
    expect(order).toEqual(["begin 0", "begin 1", "work 0", "begin 2", "work 1", "work 2"]);
  });

  it("end with the batch that cannot be read, and what was read before it was of use", async () => {
    const seen: number[] = [];
    const run = async () => {
      for await (const { labels } of readBatches(streamed([], 1), [Uint32Array.of(2), Uint32Array.of(1)])) {
        // The failure comes now, before anybody waits for it.
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
        seen.push(labels[0] ?? -1);
      }
    };
    await expect(run()).rejects.toThrow("the disk is gone");
    expect(seen).toEqual([2]);
  });

  it("can be left before their end, though the next batch cannot be read", async () => {
    for await (const _ of readBatches(streamed([], 1), [Uint32Array.of(2), Uint32Array.of(1)])) break;
  });
});
