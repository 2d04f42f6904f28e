import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { Instructions } from "../../support/jobs/test-jobs.ts";
import { filesOf, runTestJobs, StepLog } from "../../support/jobs/use-jobs.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
let log: StepLog;
beforeEach(() => {
  log = new StepLog(folder.path);
});

const cacheFolder = (name = "cache") => join(folder.path, name);
const job = (name: string, more: Partial<Instructions> = {}): Instructions => ({
  name,
  log: log.path,
  steps: 2,
  ...more,
});
const namesOf = (results: readonly { readonly policy: string }[]) => results.map(({ policy }) => policy);

describe("a runner of jobs", () => {
  it("gives results in the order of the jobs, the same and the same files on one thread and on two", async () => {
    const jobs = ["d", "a", "c", "b"].map((name, index) => job(name, { steps: 4 - index }));
    const one = await runTestJobs(jobs, { threads: 1, cacheFolder: cacheFolder("one") });
    const two = await runTestJobs(jobs, { threads: 2, cacheFolder: cacheFolder("two") });
    expect(namesOf(one.results)).toEqual(["d", "a", "c", "b"]);
    expect(JSON.stringify(two.results)).toBe(JSON.stringify(one.results));
    expect(filesOf(cacheFolder("two"))).toEqual(filesOf(cacheFolder("one")));
    expect(Object.keys(filesOf(cacheFolder("one")))).toHaveLength(4);
  });

  it("does not do again what is in the cache, and does what is not", async () => {
    await runTestJobs([job("a"), job("b")], { threads: 1, cacheFolder: cacheFolder() });
    log.clear();
    const { results, progress } = await runTestJobs([job("b"), job("c"), job("a")], {
      threads: 1,
      cacheFolder: cacheFolder(),
    });
    expect(namesOf(results)).toEqual(["b", "c", "a"]);
    expect(log.steps).toEqual(["c 1", "c 2"]);
    expect(progress.at(-1)).toEqual({ doneCount: 3, cachedCount: 2, jobCount: 3, doneWork: 3 });
  });

  it("does equal jobs once, and each has the result", async () => {
    const { results, progress } = await runTestJobs([job("a"), job("b"), job("a")], {
      threads: 2,
      cacheFolder: cacheFolder(),
    });
    expect(namesOf(results)).toEqual(["a", "b", "a"]);
    expect([...log.steps].sort()).toEqual(["a 1", "a 2", "b 1", "b 2"]);
    expect(progress.at(-1)).toEqual({ doneCount: 3, cachedCount: 0, jobCount: 3, doneWork: 3 });
  });

  it("tells how far it is, from nothing to all, parts of jobs included, and never goes back", async () => {
    const { progress } = await runTestJobs([job("a"), job("b")], { threads: 1, cacheFolder: cacheFolder() });
    const work = progress.map(({ doneWork }) => doneWork);
    expect(work[0]).toBe(0);
    expect(work).toContain(0.5);
    expect(work.at(-1)).toBe(2);
    expect(work).toEqual(work.toSorted((a, b) => a - b));
  });

  it("ends with the error of the job that failed; what was done by then is kept", async () => {
    const refused = job("oortt", { event: { step: 0, kind: "refuse" } });
    const list = [job("a"), job("b"), refused, job("never")];
    await expect(runTestJobs(list, { threads: 1, cacheFolder: cacheFolder() })).rejects.toMatchObject({
      code: "selection.unknown-policy",
      message: 'No policy is named "oortt".',
    });
    expect(log.steps).toEqual(["a 1", "a 2", "b 1", "b 2"]);
    const { progress } = await runTestJobs([job("a"), job("b")], { threads: 1, cacheFolder: cacheFolder() });
    expect(progress.at(-1)).toMatchObject({ cachedCount: 2 });
  });

  it("stops the jobs in work when another one fails, and they go on from there the next time", async () => {
    const gate = join(folder.path, "gate");
    const waiting = job("waits", { steps: 3, event: { step: 2, kind: "wait", gate } });
    const refused = job("oortt", { event: { step: 1, kind: "refuse" } });
    const run = runTestJobs([waiting, refused], { threads: 2, cacheFolder: cacheFolder() });
    await expect(run).rejects.toMatchObject({ code: "selection.unknown-policy" });
    await writeFile(gate, "");
    const { results } = await runTestJobs([waiting], { threads: 1, cacheFolder: cacheFolder() });
    expect(namesOf(results)).toEqual(["waits"]);
    expect(log.steps.filter((step) => step.startsWith("waits"))).toEqual(["waits 1", "waits 2", "waits 3"]);
  });

  it("ends as interrupted when it is stopped; the same run goes on where it stood, to the same bytes", async () => {
    const gate = join(folder.path, "gate");
    const list = [job("a"), job("b", { steps: 3, event: { step: 2, kind: "wait", gate } }), job("c")];
    const stop = new AbortController();
    const stopped = runTestJobs(list, {
      threads: 1,
      cacheFolder: cacheFolder(),
      signal: stop.signal,
      onProgress: ({ doneWork }) => {
        if (doneWork > 1) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: "experiments.interrupted" });
    await writeFile(gate, "");
    const goneOn = await runTestJobs(list, { threads: 1, cacheFolder: cacheFolder() });
    expect(log.steps).toEqual(["a 1", "a 2", "b 1", "b 2", "b 3", "c 1", "c 2"]);
    const undisturbed = await runTestJobs(list, { threads: 1, cacheFolder: cacheFolder("other") });
    expect(JSON.stringify(goneOn.results)).toBe(JSON.stringify(undisturbed.results));
    expect(filesOf(cacheFolder())).toEqual(filesOf(cacheFolder("other")));
  });

  it("does a job again whose file is torn, says so, and ends with the same bytes", async () => {
    await runTestJobs([job("a"), job("b")], { threads: 1, cacheFolder: cacheFolder() });
    const whole = filesOf(cacheFolder());
    const torn = join(cacheFolder(), Object.keys(whole).find((name) => whole[name]?.includes('"a"')) ?? "");
    await writeFile(torn, (await readFile(torn)).subarray(0, 200));
    log.clear();
    const { warnings } = await runTestJobs([job("a"), job("b")], { threads: 1, cacheFolder: cacheFolder() });
    expect(warnings).toEqual([expect.stringContaining(torn)]);
    expect(log.steps).toEqual(["a 1", "a 2"]);
    expect(filesOf(cacheFolder())).toEqual(whole);
  });

  it("has nothing to do for an empty list", async () => {
    const { results, progress } = await runTestJobs([], { threads: 1, cacheFolder: cacheFolder() });
    expect(results).toEqual([]);
    expect(progress.at(-1)).toEqual({ doneCount: 0, cachedCount: 0, jobCount: 0, doneWork: 0 });
  });
});
