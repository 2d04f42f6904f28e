import { appendFile, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { appendRelease, readReleases } from "../../../client/privacy/release-account.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
const release = (task: string) => ({ run: "r", model: "mlp", task, clippingNorm: 0.5, noiseMultiplier: 8 });
const account = () => join(folder.path, "state", "privacy", "a.ndjson");

describe("a client's account of releases", () => {
  it("is empty where there is no file", async () => {
    expect(await readReleases(account())).toEqual([]);
  });

  it("holds every release in its order, in a file for its owner only", async () => {
    await appendRelease(account(), release("r1-a"));
    await appendRelease(account(), release("r2-a"));
    expect(await readReleases(account())).toEqual([release("r1-a"), release("r2-a")]);
    expect((await stat(account())).mode & 0o077).toBe(0);
  });

  it("loses none when several add to it at once", async () => {
    const tasks = Array.from({ length: 20 }, (_, index) => `r${index}-a`);
    await Promise.all(tasks.map((task) => appendRelease(account(), release(task))));
    expect((await readReleases(account())).map(({ task }) => task).sort()).toEqual([...tasks].sort());
  });

  it("passes over a last line that was cut off, whose update never left, and puts the next one in its place", async () => {
    await appendRelease(account(), release("r1-a"));
    await appendFile(account(), '{"run":"r","mod');
    expect(await readReleases(account())).toEqual([release("r1-a")]);
    await appendRelease(account(), release("r3-a"));
    expect(await readReleases(account())).toEqual([release("r1-a"), release("r3-a")]);
    expect(await readFile(account(), "utf8")).not.toContain('"mod{');
  });

  it("is not used when a line in it is damaged: nobody knows what that one was", async () => {
    await appendRelease(account(), release("r1-a"));
    for (const line of ["{}", "\0\0\0", JSON.stringify({ ...release("r2-a"), noiseMultiplier: -1 })]) {
      const damaged = join(folder.path, "damaged.ndjson");
      await writeFile(damaged, `${JSON.stringify(release("r1-a"))}\n${line}\n`);
      await expect(readReleases(damaged)).rejects.toMatchObject({
        code: "client.unusable-privacy-account",
        message: expect.stringContaining("line 2"),
      });
    }
  });

  it("says so when it cannot be written", async () => {
    await writeFile(join(folder.path, "file"), "");
    await expect(appendRelease(join(folder.path, "file", "a.ndjson"), release("r1-a"))).rejects.toMatchObject({
      code: "client.unusable-privacy-account",
    });
  });
});
