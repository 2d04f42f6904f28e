import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fingerprintOf } from "../../../experiments/jobs/measurements-fingerprint.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();

async function write(name: string, content: string): Promise<void> {
  await mkdir(join(folder.path, name, ".."), { recursive: true });
  await writeFile(join(folder.path, name), content);
}

describe("the fingerprint of measurements", () => {
  it("changes with a file's content and with its name, and comes back with them", async () => {
    await write("gpu/steps.csv", "1,2");
    await write("links.csv", "3");
    const first = await fingerprintOf(folder.path);
    await write("gpu/steps.csv", "1,3");
    const changed = await fingerprintOf(folder.path);
    await write("gpu/steps.csv", "1,2");
    expect(await fingerprintOf(folder.path)).toBe(first);
    await rename(join(folder.path, "links.csv"), join(folder.path, "other.csv"));
    const renamed = await fingerprintOf(folder.path);
    expect(new Set([first, changed, renamed]).size).toBe(3);
  });

  it("does not see hidden files, nor in which order the others were written", async () => {
    await write("b.csv", "2");
    await write("a.csv", "1");
    const first = await fingerprintOf(folder.path);
    await write(".git/index", "x");
    await write("sub/.hidden", "x");
    expect(await fingerprintOf(folder.path)).toBe(first);
  });

  it("says which folder cannot be read", async () => {
    await expect(fingerprintOf(join(folder.path, "nowhere"))).rejects.toMatchObject({
      code: "experiments.malformed-measurements",
      message: expect.stringContaining("nowhere"),
    });
  });
});
