// Asynchronous runs whose aggregator is killed or stopped while clients are at work, and started again on the same folder.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "vitest";
import { type RunningAggregator, startAggregator } from "../../../../server/aggregator.ts";
import { readJournal } from "../../../../server/journal/read-journal.ts";
import { compiledPath } from "../../../support/compiled.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { EventLog } from "../../support/event-log.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { tinyFile } from "../../support/tiny-run.ts";
import { asynchronousConfig, deliver, fedbuffParts, valuesOf } from "./support.ts";

const folder = temporaryFolder();
const program = compiledPath("test/server/support/tiny-aggregator.ts");
const children: ChildProcess[] = [];
const running: RunningAggregator[] = [];
let log = new EventLog();
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const aggregator of running.splice(0)) await aggregator.close();
});

type Line = { readonly type: string; readonly url?: string; readonly summary?: { readonly modelFile: string } };

/** An aggregator in a process of its own, which a signal can end. */
function spawnAggregator(config: object) {
  const child = spawn(process.execPath, [program, JSON.stringify(config)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const lines: Line[] = [];
  let wake = () => {};
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(JSON.parse(line));
    wake();
  });
  /** The first line of which this holds, past or future. */
  async function line(holds: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const found = lines.find(holds);
      if (found) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  const exited = once(child, "close");
  return { child, lines, line, exited, url: async () => (await line(({ type }) => type === "listening")).url ?? "" };
}

const settings = (changes: object = {}) => ({
  ...{ rounds: 2, minimumClients: 3, port: 0, outputDirectory: folder.path },
  liveness: { restartGraceSeconds: 30 },
  aggregation: { asynchronous: { bufferSize: 2, concurrency: 3 } },
  ...changes,
});

async function start(changes: object = {}) {
  log = new EventLog();
  const aggregator = await startAggregator(asynchronousConfig(settings(changes)), {
    parts: fedbuffParts(),
    onEvent: log.onEvent,
  });
  running.push(aggregator);
  return aggregator;
}

async function join3(url: string) {
  // Their tasks name one of two back-ends, and are the same after the restart.
  const otherBackends = [{ backend: "other", device: { kind: "cpu" as const, name: "Test CPU" } }];
  const joining = ["a", "b", "c"].map((id) => ScriptedAgent.join(url, id, { register: { otherBackends } }));
  const [a, b, c] = await Promise.all(joining);
  if (!(a && b && c)) throw new Error("three agents");
  return { a, b, c };
}

describe("an aggregator that is killed with a half-full buffer", () => {
  it("counts what it had accepted once, with its age, and goes on with the tasks of those at work", async () => {
    const first = spawnAggregator(settings());
    const before = await join3(await first.url());
    const task = await before.c.task();
    await deliver(before.a, 2);
    await deliver(before.b, 4);
    // Round 1: (2 + 4) / 2 = 3. In round 2 the buffer has a's update, 5 from 3, when the process dies.
    const half = tinyFile(5, 5, 5);
    const halfTask = await before.a.task(1);
    await before.a.upload(halfTask, half);
    expect(await before.a.commit(halfTask, half)).toEqual({ accepted: true });
    first.child.kill("SIGKILL");
    await first.exited;

    const second = spawnAggregator(settings());
    const after = await join3(await second.url());
    expect(task.backend).toBe("script");
    expect(await after.c.task()).toEqual(task);
    expect(await after.a.commit(halfTask, half)).toEqual({ accepted: true });
    expect(await deliver(after.c, 8)).toEqual({ accepted: true });
    const { summary } = await second.line(({ type }) => type === "summary");
    // 3 + ((5 - 3) + (8 - 0) / sqrt(2)) / 2
    const [value] = await valuesOf(summary?.modelFile ?? null);
    expect(value).toBeCloseTo(3 + (2 + 8 / Math.SQRT2) / 2, 6);
    expect(summary).toMatchObject({ rounds: 2, failedRounds: 0 });
    expect(after.a.tasks).toEqual([]);

    const { records } = await readJournal(join(folder.path, "journal.ndjson"));
    const accepted = records.flatMap((record) =>
      record.type === "update-accepted" ? [[record.round, record.clientId, record.origin?.staleness]] : [],
    );
    expect(accepted).toEqual([
      [1, "a", 0],
      [1, "b", 0],
      [2, "a", 0],
      [2, "c", 1],
    ]);
    expect(records).toContainEqual(
      expect.objectContaining({ type: "run-resumed", nextRound: 2, continuesRound: true, acceptedUpdateCount: 1 }),
    );
  });
});

describe("an aggregator that was stopped after a round", () => {
  it("lets clients work on, and takes their updates with the next start", async () => {
    const changes = { rounds: 3, aggregation: { asynchronous: { bufferSize: 1, concurrency: 3 } } };
    const first = await start(changes);
    const before = await join3(first.url);
    const [task] = await Promise.all([before.c.task(), before.b.task()]);
    await before.a.task();
    const drained = first.drain(30);
    await deliver(before.a, 1);
    await drained;
    expect(await first.finished).toMatchObject({ rounds: 1 });
    expect(before.c.cancels).toEqual([]);

    const second = await start(changes);
    const after = await join3(second.url);
    expect(await after.c.task()).toEqual(task);
    expect((await log.next("round-planned")).plan).toMatchObject({
      round: 2,
      atWork: [
        { clientId: "b", round: 1, modelVersion: 0 },
        { clientId: "c", round: 1, modelVersion: 0 },
      ],
    });
    await deliver(after.c, 2);
    await deliver(after.b, 3);
    expect(await second.finished).toMatchObject({ rounds: 3, failedRounds: 0 });
    const ages = log.of("update-accepted").map(({ clientId, origin }) => [clientId, origin?.staleness]);
    expect(ages).toEqual([
      ["c", 1],
      ["b", 2],
    ]);
  });

  it("does not ask again for an update that is whole, and asks for one that was damaged", async () => {
    const first = await start();
    const before = await join3(first.url);
    await deliver(before.a, 2);
    await first.drain(0);
    const spool = join(folder.path, "spool", "r1");
    const [name] = (await readdir(spool)).filter((file) => file.endsWith(".part"));
    expect(name).toBeDefined();
    const path = join(spool, name ?? "");
    const bytes = await readFile(path);
    bytes.subarray(-4).fill(7);
    await writeFile(path, bytes);

    const second = await start();
    const after = await join3(second.url);
    expect((await log.next("run-resumed")).warnings).toEqual([
      "1 accepted update was damaged in the spool and is asked for again.",
    ]);
    expect((await after.a.task()).round).toBe(1);
  });

  it("gives the time that a task had back to it, and no more", async () => {
    const changes = { rounds: 2, slo: { deadlineSeconds: 1.5 }, aggregation: { asynchronous: { bufferSize: 3 } } };
    const first = await start(changes);
    const before = await join3(first.url);
    await before.a.task();
    await first.drain(0);
    const pulse = { round: 1, elapsedSeconds: 1.4, isClockRunning: true };
    await writeFile(join(folder.path, "run.pulse"), JSON.stringify(pulse));
    const second = await start(changes);
    await join3(second.url);
    const { outcome } = await log.next("client-ended");
    expect(outcome.status).toBe("late");
    expect(outcome.latencySeconds).toBeGreaterThanOrEqual(1.5);
    expect((await log.next("run-resumed")).elapsedSeconds).toBe(1.4);
  });
});

describe("the disk of an asynchronous run", () => {
  it("has the models and updates that clients at work and the last round need, and no others", async () => {
    const changes = { rounds: 8, minimumClients: 3, aggregation: { asynchronous: { bufferSize: 1, concurrency: 3 } } };
    const aggregator = await start(changes);
    const { a, b, c } = await join3(aggregator.url);
    await Promise.all([b.task(), c.task()]);
    for (let round = 1; round <= 6; round++) await deliver(a, round, round - 1);
    await log.next("round-planned", ({ plan }) => plan.round === 7);
    await deliver(b, 1);
    await log.next("round-planned", ({ plan }) => plan.round === 8);
    // c still works on the model of round 1: its version 0 is there beside the latest four.
    expect(await readdir(join(folder.path, "models"))).toHaveLength(5);
    await deliver(c, 1);
    await aggregator.finished;
    expect(await readdir(join(folder.path, "spool"))).toEqual([]);
  });
});
