// Several processes at one queue, as several machines would be, on a real Redis.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunTestJobsOptions } from "../support/jobs/run-test-jobs.ts";
import type { Instructions } from "../support/jobs/test-jobs.ts";
import { filesOf, runTestJobs, StepLog } from "../support/jobs/use-jobs.ts";
import { killSpawned, type SpawnedCli, spawnProgram } from "../support/spawn-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { RedisServer } from "./redis-server.ts";

const folder = temporaryFolder();
let log: StepLog;
let gate: string;
let server: RedisServer;
beforeEach(async () => {
  log = new StepLog(folder.path);
  gate = join(folder.path, "gate");
  server = await RedisServer.start();
});
afterEach(async () => {
  await killSpawned();
  await server.stop();
});

const job = (name: string, more: Partial<Instructions> = {}): Instructions => ({
  ...{ name, log: log.path, steps: 2 },
  ...more,
});
/** Waits until it is stopped; whoever begins with it once the gate is there passes at once. */
const waitingJob = (name: string) => job(name, { steps: 5, event: { step: 3, kind: "wait", gate } });

/** A machine: a process with a cache of its own. */
function startMachine(name: string, jobs: readonly Instructions[], queueUrl = server.url): SpawnedCli {
  const options: RunTestJobsOptions = { threads: 1, cacheFolder: join(folder.path, name), queueUrl, jobs: [...jobs] };
  return spawnProgram("test/support/jobs/run-test-jobs.ts", JSON.stringify(options));
}

/** The machine that says it first, and the others. */
async function firstSaying(
  pattern: RegExp,
  machines: readonly SpawnedCli[],
): Promise<{ readonly first: SpawnedCli; readonly others: readonly SpawnedCli[] }> {
  const first = await Promise.any(machines.map((machine) => machine.saying(pattern).then(() => machine)));
  return { first, others: machines.filter((machine) => machine !== first) };
}

async function withoutQueue(jobs: readonly Instructions[]): Promise<string> {
  const options = { threads: 1, cacheFolder: join(folder.path, "alone") };
  return JSON.stringify((await runTestJobs(jobs, options)).results);
}

describe("machines at one queue", () => {
  it("share the list: each job is done once, and each machine has all results, the same as without a queue", async () => {
    const jobs = ["a", "b", "c", "d", "e", "f"].map((name) => job(name));
    const machines = [startMachine("one", jobs), startMachine("two", jobs)];
    const exits = await Promise.all(machines.map((machine) => machine.exit));
    expect(exits.map(({ code }) => code)).toEqual([0, 0]);
    expect([...log.steps].sort()).toEqual(jobs.flatMap(({ name }) => [`${name} 1`, `${name} 2`]));
    const alone = await withoutQueue(jobs);
    for (const machine of machines) expect(machine.stdout()).toBe(alone);
    for (const name of ["one", "two"]) {
      expect(filesOf(join(folder.path, name))).toEqual(filesOf(join(folder.path, "alone")));
    }
  });

  it("outlive one that is killed in the middle of a job: another takes it over; one that comes late works at nothing", async () => {
    const jobs = [job("a"), waitingJob("long"), ...["b", "c", "d"].map((name) => job(name))];
    const { first: killed, others } = await firstSaying(/long waits/, [
      startMachine("one", jobs),
      startMachine("two", jobs),
    ]);
    writeFileSync(gate, "");
    killed.process.kill("SIGKILL");
    await killed.exit;
    const [left] = others;
    expect(await left?.exit).toMatchObject({ code: 0 });
    const alone = await withoutQueue(jobs);
    expect(left?.stdout()).toBe(alone);
    expect(log.stepsOf(left?.process.pid)).toEqual(
      expect.arrayContaining(["long 1", "long 2", "long 3", "long 4", "long 5"]),
    );

    const late = startMachine("late", jobs);
    expect(await late.exit).toMatchObject({ code: 0 });
    expect(late.stdout()).toBe(alone);
    expect(log.stepsOf(late.process.pid)).toEqual([]);
    expect(late.stderr()).toContain("done 5, cached 0, work 5.00");
  });

  it("see how far the others' jobs are", async () => {
    const jobs = [waitingJob("long")];
    const { others } = await firstSaying(/long waits/, [startMachine("one", jobs), startMachine("two", jobs)]);
    await others[0]?.saying(/done 0, cached 0, work 0\.[2-9]/);
  });

  it("all fail with the message of a job that failed, and a new run tries it again", async () => {
    const jobs = [job("a"), job("oortt", { event: { step: 1, kind: "refuse" } })];
    for (const names of [["one", "two"], ["three"]]) {
      const machines = names.map((name) => startMachine(name, jobs));
      for (const machine of machines) {
        expect(await machine.exit).toMatchObject({ code: 1 });
        expect(machine.stderr()).toContain('selection.unknown-policy: No policy is named "oortt".');
      }
    }
    expect(log.steps.filter((step) => step === "oortt 1").length).toBeGreaterThanOrEqual(2);
  });

  it("get back the job of one that is interrupted, at once, and the rest of its list", async () => {
    const jobs = [waitingJob("long"), job("b"), job("c")];
    const { first, others } = await firstSaying(/long waits/, [startMachine("one", jobs), startMachine("two", jobs)]);
    writeFileSync(gate, "");
    first.process.kill("SIGTERM");
    expect(await first.exit).toMatchObject({ code: 1 });
    expect(first.stderr()).toContain("experiments.interrupted");
    expect(await others[0]?.exit).toMatchObject({ code: 0 });
    expect(others[0]?.stdout()).toBe(await withoutQueue(jobs));
  });

  it("go on when the server was gone and has lost everything, and end a job that another has done meanwhile", async () => {
    const jobs = [job("a"), waitingJob("long"), job("b")];
    const machine = startMachine("one", jobs);
    await machine.saying(/long waits/);
    await server.stop();
    await machine.saying(/does not answer/);
    await server.startAgain();
    writeFileSync(gate, "");
    const other = startMachine("two", jobs);
    const alone = withoutQueue(jobs);
    for (const each of [machine, other]) {
      expect(await each.exit).toMatchObject({ code: 0 });
      expect(each.stdout()).toBe(await alone);
    }
  });

  it("do not start without a server, and say so", async () => {
    await server.stop();
    const machine = startMachine("one", [job("a")]);
    expect(await machine.exit).toMatchObject({ code: 1 });
    expect(machine.stderr()).toContain(`experiments.queue-unreachable: No Redis or Valkey answers at ${server.url}`);
    expect(log.steps).toEqual([]);
  });

  it("use the database that the address names", async () => {
    const machine = startMachine("one", [job("a")], `${server.url}/3`);
    expect(await machine.exit).toMatchObject({ code: 0 });
    const other = startMachine("two", [job("a")], `${server.url}/4`);
    expect(await other.exit).toMatchObject({ code: 0 });
    expect(log.stepsOf(machine.process.pid)).toEqual(log.stepsOf(other.process.pid));
  });
});
