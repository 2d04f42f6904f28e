import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkpointFile } from "../../../experiments/jobs/checkpoint-file.ts";
import { type KeyedJob, keyedJob } from "../../../experiments/jobs/job-key.ts";
import { ResultCache } from "../../../experiments/jobs/result-cache.ts";
import { ThreadPool } from "../../../experiments/jobs/thread-pool.ts";
import { type Instructions, testJob } from "../../support/jobs/test-jobs.ts";
import { executor, StepLog } from "../../support/jobs/use-jobs.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
let log: StepLog;
let cache: ResultCache;
const pools: ThreadPool[] = [];
beforeEach(async () => {
  log = new StepLog(folder.path);
  cache = await ResultCache.open(folder.path, () => {});
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function createPool(threads: number, graceSeconds = 30): ThreadPool {
  const pool = new ThreadPool({ threads, cache, graceSeconds, executor: executor.href, dataFolder: undefined });
  pools.push(pool);
  return pool;
}

interface Controls {
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

function keyed(instructions: Omit<Instructions, "log">): KeyedJob {
  const provenance = { probselectVersion: "0", resultsVersion: 0, measurements: null };
  return keyedJob(testJob({ log: log.path, ...instructions }), provenance);
}

async function execute(pool: ThreadPool, job: KeyedJob, { onProgress = () => {}, signal }: Controls = {}) {
  return pool.execute(job, { threads: 1, onProgress, signal: signal ?? new AbortController().signal });
}

describe("the pool of worker threads", () => {
  it("gives results as JSON, and does jobs in the order in which they came", async () => {
    const pool = createPool(1);
    const results = await Promise.all(["c", "a", "b"].map((name) => execute(pool, keyed({ name, steps: 1 }))));
    expect(results.map((result) => JSON.parse(result).policy)).toEqual(["c", "a", "b"]);
    expect(log.steps).toEqual(["c 1", "a 1", "b 1"]);
  });

  it("keeps each result before the next job begins", async () => {
    const pool = createPool(1);
    const jobs = ["a", "b", "c"].map((name) => keyed({ name, steps: 1 }));
    const countKept = () => readdirSync(folder.path).filter((name) => name.endsWith(".json")).length;
    const kept: number[] = [];
    await Promise.all(jobs.map((job) => execute(pool, job, { onProgress: () => kept.push(countKept()) })));
    expect(kept).toEqual([0, 1, 2]);
    expect(countKept()).toBe(3);
  });

  it("does as many jobs at once as it has threads: one that waits does not hold up another", async () => {
    const pool = createPool(2);
    const stop = new AbortController();
    const waiting = keyed({
      name: "waits",
      steps: 2,
      event: { step: 1, kind: "wait", gate: join(folder.path, "gate") },
    });
    const first = execute(pool, waiting, { signal: stop.signal });
    expect(JSON.parse(await execute(pool, keyed({ name: "passes", steps: 1 }))).policy).toBe("passes");
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: "experiments.interrupted" });
  });

  it("keeps the code of an error over the thread's boundary, and goes on with the next job", async () => {
    const pool = createPool(1);
    await expect(
      execute(pool, keyed({ name: "oortt", steps: 1, event: { step: 0, kind: "refuse" } })),
    ).rejects.toMatchObject({
      name: "ProbSelectError",
      code: "selection.unknown-policy",
      message: 'No policy is named "oortt".',
    });
    await expect(execute(pool, keyed({ name: "x", steps: 1, event: { step: 0, kind: "bug" } }))).rejects.toMatchObject({
      code: "experiments.job-failed",
      message: expect.stringContaining("x is not a function"),
    });
    expect(JSON.parse(await execute(pool, keyed({ name: "next", steps: 1 }))).policy).toBe("next");
  });

  it("replaces a thread that crashed, and the job goes on in the new one from its saved state", async () => {
    const pool = createPool(1);
    const undisturbed = JSON.parse(await execute(pool, keyed({ name: "a", steps: 3 })));
    log.clear();
    const event = { step: 2, kind: "exit-thread-once", gate: join(folder.path, "gate") } as const;
    expect(JSON.parse(await execute(pool, keyed({ name: "a", steps: 3, event })))).toEqual(undisturbed);
    expect(log.steps).toEqual(["a 1", "a 2", "a 3"]);
  });

  it.each([
    ["exit-thread", "exit code 7"],
    ["uncaught-error", "nobody caught this"],
  ] as const)("gives a job up whose threads end twice (%s), and does the others", async (kind, reason) => {
    const pool = createPool(1);
    const lost = execute(pool, keyed({ name: "lost", steps: 2, event: { step: 1, kind } }));
    const next = execute(pool, keyed({ name: "next", steps: 1 }));
    await expect(lost).rejects.toMatchObject({
      code: "experiments.job-failed",
      message: expect.stringContaining(reason),
    });
    expect(JSON.parse(await next).policy).toBe("next");
  });

  it("lets a job that is stopped save its state, with which the same job goes on", async () => {
    const pool = createPool(1);
    const gate = join(folder.path, "gate");
    const job = keyed({ name: "a", steps: 3, event: { step: 2, kind: "wait", gate } });
    const stop = new AbortController();
    const stopped = execute(pool, job, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject({ code: "experiments.interrupted" });
    expect(await checkpointFile(cache.checkpointPath(job.key), job.key).load()).not.toBeNull();
  });

  it("does not begin jobs that wait when they are stopped", async () => {
    const pool = createPool(1);
    const stop = new AbortController();
    const event = { step: 0, kind: "wait", gate: join(folder.path, "gate") } as const;
    const running = execute(pool, keyed({ name: "a", steps: 1, event }), { signal: stop.signal });
    const waiting = execute(pool, keyed({ name: "b", steps: 1 }), { signal: stop.signal });
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: "experiments.interrupted" });
    await expect(waiting).rejects.toMatchObject({ code: "experiments.interrupted" });
    expect(log.steps).toEqual([]);
  });

  it("ends the thread of a job that does not stop by itself, and starts another one for the next job", async () => {
    const pool = createPool(1, 0.2);
    const stop = new AbortController();
    const job = keyed({ name: "stubborn", steps: 2, event: { step: 1, kind: "never-yield" } });
    const stubborn = execute(pool, job, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(stubborn).rejects.toMatchObject({ code: "experiments.interrupted" });
    expect(JSON.parse(await execute(pool, keyed({ name: "next", steps: 1 }))).policy).toBe("next");
  });

  it("leaves the main thread free while jobs compute", async () => {
    const pool = createPool(1);
    const job = keyed({ name: "busy", steps: 2, event: { step: 1, kind: "never-yield" } });
    const begun = new EventTarget();
    const beginning = once(begun, "begun");
    const busy = execute(pool, job, { onProgress: () => begun.dispatchEvent(new Event("begun")) });
    const ended = expect(busy).rejects.toMatchObject({ code: "experiments.interrupted" });
    await beginning;
    for (let turns = 0; turns < 1000; turns++) await new Promise(setImmediate);
    await pool.close();
    await ended;
  });

  it("fails each job, and does not hang, when its module cannot be loaded", async () => {
    const pool = new ThreadPool({
      threads: 1,
      cache,
      executor: new URL("nowhere.ts", executor).href,
      dataFolder: undefined,
    });
    pools.push(pool);
    await expect(execute(pool, keyed({ name: "a", steps: 1 }))).rejects.toThrow(/nowhere/);
    await expect(execute(pool, keyed({ name: "b", steps: 1 }))).rejects.toThrow(/nowhere/);
  });
});
