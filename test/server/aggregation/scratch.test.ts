import { readdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFolderScratch } from "../../../server/aggregation/scratch/folder-scratch.ts";
import { createMemoryScratch } from "../../../server/aggregation/scratch/memory-scratch.ts";
import { columnsPerBlock, type ScratchFolder } from "../../../server/aggregation/scratch/scratch-folder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { aggregate, counts, finite, strategyOf, vector } from "./support.ts";

const folder = temporaryFolder();
const path = () => join(folder.path, "scratch");

/** All blocks, copied: where each begins and its rows. */
async function blocksOf(scratch: ScratchFolder, updates?: readonly number[]) {
  const blocks: (readonly [number, readonly (readonly number[])[]])[] = [];
  for await (const { from, rows } of scratch.blocks(updates)) blocks.push([from, rows.map((row) => [...row])]);
  return blocks;
}

describe.each([
  ["in memory", (valuesPerBlock: number) => createMemoryScratch(valuesPerBlock)],
  ["in files", (valuesPerBlock: number) => createFolderScratch(path(), valuesPerBlock)],
] as const)("updates kept %s", (_, create) => {
  it("come back by blocks of columns, which hold no more values than they may", async () => {
    const scratch = create(4);
    await scratch.keep(Float32Array.of(1, 2, 3, 4, 5));
    await scratch.keep(Float32Array.of(10, 20, 30, 40, 50));
    expect(scratch.count).toBe(2);
    // 4 values are 2 columns of 2 updates.
    expect(await blocksOf(scratch)).toEqual([
      [
        0,
        [
          [1, 2],
          [10, 20],
        ],
      ],
      [
        2,
        [
          [3, 4],
          [30, 40],
        ],
      ],
      [4, [[5], [50]]],
    ]);
    expect(await blocksOf(scratch, [1])).toEqual([
      [0, [[10, 20, 30, 40]]],
      [4, [[50]]],
    ]);
    await scratch.remove();
  });

  it("are copies: what becomes of the array does not matter", async () => {
    const scratch = create(100);
    const values = Float32Array.of(1, 2);
    await scratch.keep(values);
    values.fill(9);
    expect(await blocksOf(scratch)).toEqual([[0, [[1, 2]]]]);
    await scratch.remove();
  });

  it("have no blocks before the first and after they were removed", async () => {
    const scratch = create(100);
    expect(await blocksOf(scratch)).toEqual([]);
    await scratch.keep(Float32Array.of(1));
    await scratch.remove();
    expect(scratch.count).toBe(0);
    expect(await blocksOf(scratch)).toEqual([]);
  });
});

describe("columns of a block", () => {
  it("are as many as fit, and at least one", () => {
    expect(columnsPerBlock(100, 1024)).toBe(10);
    expect(columnsPerBlock(100, 99)).toBe(1);
  });
});

describe("a scratch folder", () => {
  it("has a file an update, and is gone when the round is over", async () => {
    const scratch = createFolderScratch(path());
    await scratch.keep(Float32Array.of(1));
    await scratch.keep(Float32Array.of(2));
    expect((await readdir(path())).sort()).toEqual(["0.f32", "1.f32"]);
    await scratch.remove();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("begins empty, whatever a process that died left there", async () => {
    const dead = createFolderScratch(path());
    for (const value of [1, 2, 3]) await dead.keep(Float32Array.of(value, value));
    const scratch = createFolderScratch(path());
    await scratch.keep(Float32Array.of(7));
    expect(await readdir(path())).toEqual(["0.f32"]);
    expect(await blocksOf(scratch)).toEqual([[0, [[7]]]]);
  });

  it("says so when somebody cut a file off, and leaves no file open", async () => {
    const scratch = createFolderScratch(path());
    await scratch.keep(Float32Array.of(1, 2, 3));
    await truncate(join(path(), "0.f32"), 8);
    await expect(blocksOf(scratch)).rejects.toThrow(/ends before byte 8/);
  });

  it("is not made by a strategy that needs none", async () => {
    await aggregate(strategyOf("fedavg"), vector(0), [[vector(1), counts]], createFolderScratch(path()));
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.each(["median", "trimmed-mean", "krum", "multi-krum"])("gives %s the bits that memory does", async (name) => {
    const model = fc.array(finite, { minLength: 7, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(fc.array(model, { minLength: 3, maxLength: 6 }), async (all) => {
        const updates = all.map((values) => [vector(...values), counts] as const);
        const global = vector(0, 0, 0, 0, 0, 0, 0);
        const scratch = createFolderScratch(path(), 10);
        const expected = await aggregate(strategyOf(name), global, updates);
        // Sums over blocks are sums of the same numbers in other groups: Krum's distances round differently.
        const sameBlocks = await aggregate(strategyOf(name), global, updates, createMemoryScratch(10));
        expect(await aggregate(strategyOf(name), global, updates, scratch)).toEqual(sameBlocks);
        if (!name.includes("krum")) expect(sameBlocks).toEqual(expected);
        await scratch.remove();
      }),
      { numRuns: 15 },
    );
  });
});
