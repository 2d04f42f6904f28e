import { mkdir, readdir, readFile, rename, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KeyedJob } from "../../../experiments/jobs/job-key.ts";
import { ResultCache } from "../../../experiments/jobs/result-cache.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
const job: KeyedJob = { key: "a".repeat(64), text: '{"kind":"cell"}' };
const other: KeyedJob = { key: "b".repeat(64), text: '{"kind":"cell","seed":2}' };
const result = '{"policy":"ü","deadlineSeconds":0.1428571428571428}';

const pathOf = ({ key }: KeyedJob) => join(folder.path, `${key}.json`);

async function openCache(): Promise<{ readonly cache: ResultCache; readonly warnings: string[] }> {
  const warnings: string[] = [];
  return { cache: await ResultCache.open(folder.path, (warning) => warnings.push(warning)), warnings };
}

describe("the cache of results", () => {
  it("has a result once it was stored, in this process and the next, as one JSON file with its job", async () => {
    const { cache } = await openCache();
    expect(await cache.load(job.key)).toBeNull();
    await cache.store(job, result);
    expect(await cache.load(job.key)).toEqual(JSON.parse(result));
    const { cache: next, warnings } = await openCache();
    expect(JSON.stringify(await next.load(job.key))).toBe(result);
    expect(await readdir(folder.path)).toEqual([`${job.key}.json`]);
    const file = JSON.parse(await readFile(pathOf(job), "utf8"));
    expect(file).toMatchObject({ key: job.key, job: { kind: "cell" }, result: { policy: "ü" } });
    expect(warnings).toEqual([]);
  });

  it("takes a file that was cut off anywhere for absent, says so once, and overwrites it", async () => {
    const { cache, warnings } = await openCache();
    await cache.store(job, result);
    const whole = await readFile(pathOf(job));
    for (let length = 0; length < whole.length; length++) {
      await writeFile(pathOf(job), whole.subarray(0, length));
      expect(await cache.load(job.key)).toBeNull();
    }
    expect(warnings).toHaveLength(whole.length);
    expect(warnings[0]).toContain(pathOf(job));
    await cache.store(job, result);
    expect(await readFile(pathOf(job))).toEqual(whole);
    expect(await cache.load(job.key)).toEqual(JSON.parse(result));
    expect(warnings).toHaveLength(whole.length);
  });

  it("takes a file with any changed byte for absent", async () => {
    const { cache } = await openCache();
    await cache.store(job, result);
    const whole = await readFile(pathOf(job));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        await writeFile(
          pathOf(job),
          whole.map((byte, index) => (index === at ? byte ^ change : byte)),
        );
        expect(await cache.load(job.key)).toBeNull();
      }),
    );
  });

  it("takes another job's file under this name, and what is no file, for absent", async () => {
    const { cache, warnings } = await openCache();
    await cache.store(other, result);
    await rename(pathOf(other), pathOf(job));
    expect(await cache.load(job.key)).toBeNull();
    await mkdir(pathOf(other));
    expect(await cache.load(other.key)).toBeNull();
    expect(warnings).toHaveLength(2);
  });

  it("clears away states of jobs that are done, and old temporary files, but nothing else", async () => {
    const { cache } = await openCache();
    await writeFile(cache.checkpointPath(job.key), "state");
    await cache.store(job, result);
    const kept = [`${job.key}.json`, `${other.key}.checkpoint`, `${other.key}.json.new.partial`, "notes.txt"];
    for (const name of [...kept.slice(1), `${job.key}.checkpoint`, `${other.key}.json.old.partial`]) {
      await writeFile(join(folder.path, name), "");
    }
    await utimes(join(folder.path, `${other.key}.json.old.partial`), 0, 0);
    await openCache();
    expect((await readdir(folder.path)).sort()).toEqual(kept);
  });

  it("says which folder it cannot keep results in", async () => {
    await writeFile(join(folder.path, "file"), "");
    const unusable = { code: "experiments.cache-unusable", message: expect.stringContaining(folder.path) };
    await expect(ResultCache.open(join(folder.path, "file"), () => {})).rejects.toMatchObject(unusable);
    const { cache } = await openCache();
    await mkdir(join(pathOf(job), "full"), { recursive: true });
    await expect(cache.store(job, result)).rejects.toMatchObject(unusable);
  });
});
