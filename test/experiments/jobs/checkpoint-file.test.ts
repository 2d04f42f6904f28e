import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkpointFile } from "../../../experiments/jobs/checkpoint-file.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
const pathOf = () => join(folder.path, "job.checkpoint");
const state = Uint8Array.from([1, 2, 3, 255]);

describe("a job's saved state", () => {
  it("is the one saved last, until it is cleared", async () => {
    const checkpoint = checkpointFile(pathOf(), "key");
    expect(await checkpoint.load()).toBeNull();
    await checkpoint.save(Uint8Array.from([9]));
    await checkpoint.save(state);
    expect(Uint8Array.from((await checkpointFile(pathOf(), "key").load()) ?? [])).toEqual(state);
    await checkpoint.clear();
    expect(await checkpoint.load()).toBeNull();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("may be empty", async () => {
    const checkpoint = checkpointFile(pathOf(), "key");
    await checkpoint.save(new Uint8Array());
    expect(await checkpoint.load()).toHaveLength(0);
  });

  it("counts as none when it was cut off anywhere, when a byte has changed, and for another job", async () => {
    const checkpoint = checkpointFile(pathOf(), "key");
    await checkpoint.save(state);
    expect(await checkpointFile(pathOf(), "other").load()).toBeNull();
    const whole = await readFile(pathOf());
    for (let at = 0; at < whole.length; at++) {
      await writeFile(pathOf(), whole.subarray(0, at));
      expect(await checkpoint.load()).toBeNull();
      await writeFile(
        pathOf(),
        whole.map((byte, index) => (index === at ? byte ^ 1 : byte)),
      );
      expect(await checkpoint.load()).toBeNull();
    }
  });
});
