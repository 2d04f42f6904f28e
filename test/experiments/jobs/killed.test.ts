// Processes that are killed as the operating system kills them: nothing is cleaned up, nothing is said.

import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunTestJobsOptions } from "../../support/jobs/run-test-jobs.ts";
import type { Instructions } from "../../support/jobs/test-jobs.ts";
import { filesOf, runTestJobs, StepLog } from "../../support/jobs/use-jobs.ts";
import { killSpawned, type SpawnedCli, spawnProgram } from "../../support/spawn-cli.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
afterEach(killSpawned);
let log: StepLog;
let gate: string;
beforeEach(() => {
  log = new StepLog(folder.path);
  gate = join(folder.path, "gate");
});

const cacheFolder = (name = "cache") => join(folder.path, name);
const job = (name: string, more: Partial<Instructions> = {}): Instructions => ({
  name,
  log: log.path,
  steps: 2,
  ...more,
});
const waitingJob = (name: string) => job(name, { steps: 5, event: { step: 3, kind: "wait", gate } });

function spawnJobs(jobs: readonly Instructions[], threads: number): SpawnedCli {
  const options: RunTestJobsOptions = { threads, cacheFolder: cacheFolder(), jobs: [...jobs] };
  return spawnProgram("test/support/jobs/run-test-jobs.ts", JSON.stringify(options));
}

/** Runs until the job waits, kills the process there, and lets the job pass the next time. */
async function killWhileWaiting(jobs: readonly Instructions[], threads: number, name: string): Promise<void> {
  const child = spawnJobs(jobs, threads);
  await child.saying(new RegExp(`${name} waits`));
  child.process.kill("SIGKILL");
  expect((await child.exit).signal).toBe("SIGKILL");
  writeFileSync(gate, "");
}

async function undisturbed(jobs: readonly Instructions[]): Promise<string> {
  return JSON.stringify((await runTestJobs(jobs, { threads: 1, cacheFolder: cacheFolder("undisturbed") })).results);
}

describe("a process that is killed in the middle of a list", () => {
  it("loses no job that was done and no saved state: the next one goes on, to the same bytes", async () => {
    const jobs = [job("a"), job("b"), waitingJob("long"), job("c")];
    await killWhileWaiting(jobs, 1, "long");
    expect(log.steps).toEqual(["a 1", "a 2", "b 1", "b 2", "long 1", "long 2", "long 3"]);
    log.clear();
    const next = spawnJobs(jobs, 1);
    expect(await next.exit).toMatchObject({ code: 0 });
    expect(next.stderr()).toContain("done 2, cached 2");
    expect(log.steps).toEqual(["long 4", "long 5", "c 1", "c 2"]);
    expect(next.stdout()).toBe(await undisturbed(jobs));
    expect(filesOf(cacheFolder())).toEqual(filesOf(cacheFolder("undisturbed")));
  });

  it("with two jobs in work goes on with both", async () => {
    const jobs = [waitingJob("first"), waitingJob("second"), job("c")];
    const child = spawnJobs(jobs, 2);
    await Promise.all([child.saying(/first waits/), child.saying(/second waits/)]);
    child.process.kill("SIGKILL");
    await child.exit;
    writeFileSync(gate, "");
    log.clear();
    const next = spawnJobs(jobs, 2);
    expect(await next.exit).toMatchObject({ code: 0 });
    expect([...log.steps].sort()).toEqual(["c 1", "c 2", "first 4", "first 5", "second 4", "second 5"]);
    expect(next.stdout()).toBe(await undisturbed(jobs));
  });

  it("whose saved state is torn begins that job again, to the same bytes", async () => {
    const jobs = [job("a"), waitingJob("long")];
    await killWhileWaiting(jobs, 1, "long");
    const state = readdirSync(cacheFolder()).find((name) => name.endsWith(".checkpoint")) ?? "";
    truncateSync(join(cacheFolder(), state), readFileSync(join(cacheFolder(), state)).length - 1);
    log.clear();
    const next = spawnJobs(jobs, 1);
    expect(await next.exit).toMatchObject({ code: 0 });
    expect(log.steps).toEqual(["long 1", "long 2", "long 3", "long 4", "long 5"]);
    expect(next.stdout()).toBe(await undisturbed(jobs));
  });

  it("asked to end instead, saves its state, says that it was interrupted, and ends", async () => {
    const jobs = [job("a"), waitingJob("long")];
    const child = spawnJobs(jobs, 1);
    await child.saying(/long waits/);
    child.process.kill("SIGTERM");
    expect(await child.exit).toMatchObject({ code: 1 });
    expect(child.stderr()).toContain("experiments.interrupted: ");
    expect(readdirSync(cacheFolder()).filter((name) => name.endsWith(".checkpoint"))).toHaveLength(1);
  });
});
