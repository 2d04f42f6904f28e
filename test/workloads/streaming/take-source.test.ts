import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { type ExampleSource, isStreamed, readBatch } from "../../../models/example-source.ts";
import type { Dataset } from "../../../workloads/dataset.ts";
import { findDataset } from "../../../workloads/find-dataset.ts";
import { mnist } from "../../../workloads/mnist.ts";
import { takeShard } from "../../../workloads/partition/take-shard.ts";
import { defaultStreamingLimitBytes, takeSource } from "../../../workloads/streaming/take-source.ts";
import { compiledPath } from "../../support/compiled.ts";
import { useDataFolder } from "../files/data-folder.ts";

const { write, path } = useDataFolder();
const share = { partition: { kind: "dirichlet", alpha: 0.5 }, shard: { index: 3, count: 10 }, seed: 2 } as const;

describe("a share as a source of batches", () => {
  it("is in memory up to the limit and a stream above it: 4 bytes a value", async () => {
    const options = { ...share, dataset: mnist, maximumExamples: 100 };
    const bytes = 100 * 784 * 4;
    expect(isStreamed(await takeSource({ ...options, streamAboveBytes: bytes }))).toBe(false);
    expect(isStreamed(await takeSource({ ...options, streamAboveBytes: bytes - 1 }))).toBe(true);
    expect(isStreamed(await takeSource(options))).toBe(false);
    expect(defaultStreamingLimitBytes()).toBeGreaterThan(bytes);
  });

  it("has the same examples both ways, of MNIST and of a file", async () => {
    const rows = Array.from({ length: 3000 }, (_, row) => `${row},${row / 7},${row % 3}`).join("\n");
    const table = await findDataset(`${await write("rows.csv", `a,b,label\n${rows}`)}?scale=standardise`);
    for (const dataset of [mnist, table]) {
      const whole = await takeShard({ ...share, dataset });
      const stream: ExampleSource = await takeSource({ ...share, dataset, streamAboveBytes: 0 });
      const { exampleCount, exampleShape, classCount } = stream;
      expect({ exampleCount, exampleShape, classCount }).toEqual({
        exampleCount: whole.exampleCount,
        exampleShape: whole.exampleShape,
        classCount: whole.classCount,
      });
      const places = Uint32Array.of(0, whole.exampleCount - 1, 3, 3);
      const batch = await readBatch(stream, places);
      expect(batch).toEqual(await readBatch(whole, places));
      expect(batch.inputs.buffer).toBeInstanceOf(ArrayBuffer);
    }
  });

  it("refuses a batch in which the data set gives what is no number", async () => {
    const rotten: Dataset = {
      name: "rotten",
      loadTrainingLabels: async () => new Uint8Array(10),
      loadTraining: async (indices = new Uint32Array(10)) => ({
        exampleCount: indices.length,
        exampleShape: [1],
        classCount: 1,
        inputs: Float32Array.from(indices, (index) => (index === 5 ? Number.NaN : index)),
        labels: new Uint8Array(indices.length),
      }),
      loadTest: () => rotten.loadTraining(Uint32Array.of(0)),
    };
    const options = { partition: { kind: "iid" }, shard: { index: 0, count: 1 }, seed: 1 } as const;
    const source = await takeSource({ ...options, dataset: rotten, streamAboveBytes: 0 });
    const all = readBatch(
      source,
      Uint32Array.from({ length: 10 }, (_, place) => place),
    );
    await expect(all).rejects.toMatchObject({ code: "workloads.malformed-dataset" });
  });

  it("takes a small part of the memory that the data would take", async () => {
    const side = 512;
    const pictures = 64;
    for (let number = 0; number < pictures; number++) {
      const data = new Uint8Array(side * side * 3).fill(number * 4);
      await write(
        `large/a/${number}.png`,
        encode({ width: side, height: side, channels: 3, data }, { zlib: { level: 1 } }),
      );
    }
    const program = compiledPath("test/workloads/streaming/stream-pictures.ts");
    const child = await promisify(execFile)(process.execPath, [program, `images:${path("large")}?testShare=0`, "2"]);
    const { usedBytes, readBytes, mean } = JSON.parse(child.stdout);
    // As float32 the pictures are 64 * 512 * 512 * 3 * 4 = 201 MB, as bytes in the converted file 50 MB. Two batches of two are 12.6 MB.
    expect(readBytes).toBe(pictures * side * side * 3 * 4);
    expect(usedBytes).toBeLessThan(readBytes / 3);
    // Mean of 0, 4, ..., 252 over 255.
    expect(mean).toBeCloseTo(126 / 255, 5);
  });
});
