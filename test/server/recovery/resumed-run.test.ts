// An aggregator that stops in the middle and is started again on the same folder, with scripted agents that come back. Kills of real
// processes are in test/faults.

import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeParameterFile } from "../../../models/parameter-file.ts";
import { mlp } from "../../../models/zoo.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { findLatencyModel } from "../../../selection/latency/find-latency-model.ts";
import { createFedAvgM } from "../../../server/aggregation/fedavgm.ts";
import { type RunningAggregator, startAggregator } from "../../../server/aggregator.ts";
import type { AggregatorOptions } from "../../../server/aggregator-options.ts";
import { effectiveRecords } from "../../../server/journal/effective-records.ts";
import { readJournal } from "../../../server/journal/read-journal.ts";
import { parseConfig } from "../../../server/load-config.ts";
import { workloadFor } from "../../../workloads/workload-for.ts";
import { EventLog } from "../support/event-log.ts";
import { ScriptedAgent, sha256 } from "../support/scripted-agent.ts";
import { tinyFile, tinyParts } from "../support/tiny-run.ts";

let folder: string;
let running: RunningAggregator[];
let log: EventLog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "resumed-"));
  running = [];
});
afterEach(async () => {
  for (const aggregator of running) await aggregator.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(config: Readonly<Record<string, unknown>> = {}, options: AggregatorOptions = {}) {
  log = new EventLog();
  const defaults = { rounds: 2, minimumClients: 2, port: 0, outputDirectory: folder };
  const liveness = { restartGraceSeconds: 5 };
  const aggregator = await startAggregator(parseConfig({ ...defaults, liveness, ...config }, "the test"), {
    parts: tinyParts(),
    onEvent: log.onEvent,
    ...options,
  });
  running.push(aggregator);
  return aggregator;
}

const valuesOf = async (path: string | null) => [...decodeParameterFile(await readFile(path ?? "")).values];
const join2 = (url: string) => Promise.all(["a", "b"].map((id) => ScriptedAgent.join(url, id)));

describe("an aggregator that is started again on the folder of an unfinished run", () => {
  it("goes on with the round in flight: what was accepted is not asked for again, and counts once", async () => {
    const first = await start({ rounds: 1 });
    const [a, b] = await join2(first.url);
    await a?.deliver(tinyFile(0, 4, 8));
    await b?.task();
    await first.drain(0);

    const second = await start({ rounds: 1 });
    const [again, other] = await join2(second.url);
    // (100 * [0, 4, 8] + 100 * [2, 0, 0]) / 200
    expect(await other?.deliver(tinyFile(2, 0, 0))).toEqual({ accepted: true });
    const summary = await second.finished;
    expect(await valuesOf(summary.modelFile)).toEqual([1, 2, 4]);
    expect(again?.tasks).toEqual([]);
    expect(summary).toMatchObject({ rounds: 1, failedRounds: 0, sloCompliance: 1 });
    expect(log.of("run-resumed")).toMatchObject([{ nextRound: 1, continuesRound: true, acceptedUpdateCount: 1 }]);
  });

  it("goes on with what each client trained with, and with what it had learnt of them", async () => {
    const governor = { mode: "measured" };
    const training = { epochs: 1, batchSize: 32, learningRate: 0.1, momentum: 0 };
    const resolving = { resolveDevice, latencyModel: findLatencyModel("roofline") };
    const parts = tinyParts({ ...resolving, workload: workloadFor({ architecture: mlp, training }) });
    const core = { kind: "cpu" as const, name: "AMD EPYC", fp32PeakFlopPerSecond: 2e10 };
    const otherBackends = [{ backend: "wasm", device: { ...core, memoryBandwidthBytesPerSecond: 2e10 } }];
    const device = { kind: "gpu" as const, name: "NVIDIA GeForce RTX 3060" };
    const register = { device, backend: "webgpu", otherBackends };
    const config = { rounds: 3, minimumClients: 1, governor, slo: { deadlineSeconds: 600, minimumProbability: 0 } };

    const first = await start(config, { parts });
    const before = await ScriptedAgent.join(first.url, "a", { register });
    expect(await before.task()).toMatchObject({ backend: "wasm" });
    const { taskId } = await before.task();
    const failure = { code: "models.no-usable-backend", reason: "no SIMD here", computeSeconds: 0 };
    await before.socket.emitWithAck("failure", { taskId, ...failure });
    expect(await before.task(1)).toMatchObject({ backend: "webgpu" });
    await first.drain(0);

    const second = await start(config, { parts });
    const again = await ScriptedAgent.join(second.url, "a", { register });
    expect(again.welcome).toMatchObject({ backend: "webgpu" });
    expect(await again.task()).toMatchObject({ taskId: "r2-a", backend: "webgpu" });
    await again.deliver(tinyFile(1, 1, 1));
    expect(await again.task(1)).toMatchObject({ taskId: "r3-a", backend: "webgpu" });
    const [plan] = log.of("round-planned").slice(-1);
    const reason = expect.stringContaining("no SIMD here");
    expect(plan?.plan.backendDecisions).toMatchObject([{ backend: "webgpu", reasonCode: "still-best", reason }]);
  });

  it("goes on with a run of a release that did not know a setting yet", async () => {
    const first = await start({ rounds: 1 });
    const [a] = await join2(first.url);
    await a?.task();
    await first.drain(0);
    const checkpoints = join(folder, "checkpoints");
    const [name = ""] = (await readdir(checkpoints)).filter((file) => file.endsWith(".json"));
    const [body = ""] = (await readFile(join(checkpoints, name), "utf8")).split("\n");
    const { config, ...rest } = JSON.parse(body);
    const { governor: _, ...old } = config;
    const before = JSON.stringify({ ...rest, config: old });
    await writeFile(join(checkpoints, name), `${before}\n${sha256(Buffer.from(before))}\n`);
    await start({ rounds: 1 });
    expect(log.of("run-resumed")).toHaveLength(1);
  });

  it("goes on with the network that it began with only", async () => {
    const first = await start({ rounds: 1 });
    const [a] = await join2(first.url);
    await a?.task();
    await first.drain(0);
    const other = { ...tinyParts().architecture, name: "other" };
    await expect(start({ rounds: 1 }, { parts: tinyParts({ architecture: other }) })).rejects.toMatchObject({
      code: "server.other-run",
      message: expect.stringMatching(/unfinished run of another network.*--fresh/),
    });
    await start({ rounds: 1 });
  });

  it("takes up a half-sent upload where it was cut off, under the same token", async () => {
    const limits = { partBytes: 64 };
    const first = await start({ rounds: 1, minimumClients: 1 }, { limits });
    const a = await ScriptedAgent.join(first.url, "a");
    const before = await a.task();
    const file = tinyFile(1, 2, 3);
    await a.putPart(before, 0, file.subarray(0, 64));
    await first.drain(0);

    const second = await start({ rounds: 1, minimumClients: 1 }, { limits });
    const again = await ScriptedAgent.join(second.url, "a");
    const task = await again.task();
    expect(task).toEqual(before);
    const headers = { authorization: `Bearer ${task.upload.token}` };
    const status = await fetch(second.url + task.upload.path, { headers });
    expect(await status.json()).toEqual({ partBytes: 64, receivedParts: [0] });
    for (let part = 1; part * 64 < file.byteLength; part++) {
      await again.putPart(task, part, file.subarray(part * 64, (part + 1) * 64));
    }
    expect(await again.commit(task, file)).toEqual({ accepted: true });
    expect(await valuesOf((await second.finished).modelFile)).toEqual([1, 2, 3]);
  });

  it("takes an update whose check was cut short by the stop: its agent is not told that the task is over", async () => {
    const file = tinyFile(1, 2, 3);
    // The stop comes so many turns of the event loop after the commit left: some of them strike while it is being checked.
    for (let turns = 0; turns < 30; turns++) {
      const outputDirectory = join(folder, String(turns));
      const first = await start({ minimumClients: 1, outputDirectory });
      const a = await ScriptedAgent.join(first.url, "a");
      const task = await a.task();
      await a.upload(task, file);
      const answer = a.commit(task, file).catch(() => "no answer" as const);
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      await first.drain(0);
      const reply = await answer;
      if (reply !== "no answer" && !reply.accepted) expect(reply.code).toBe("server.unavailable");

      const second = await start({ minimumClients: 1, outputDirectory });
      const again = await ScriptedAgent.join(second.url, "a");
      expect(await again.commit(task, file)).toEqual({ accepted: true });
      let next = 0;
      while ((await again.task(next)).round === 1) next++;
      // The mean of one update is this update.
      expect((await again.task(next)).parameters.sha256).toBe(sha256(file));
      await second.drain(0);
    }
  });

  it("tells an agent whose answer was lost the same again, and counts its update once", async () => {
    const first = await start({ rounds: 1 });
    const [a] = await join2(first.url);
    const file = tinyFile(0, 4, 8);
    await a?.deliver(file);
    const task = await a?.task();
    await first.drain(0);

    const second = await start({ rounds: 1 });
    const [again, other] = await join2(second.url);
    if (!task) throw new Error("no task");
    expect(await again?.commit(task, file)).toEqual({ accepted: true });
    expect(await again?.commit(task, tinyFile(9, 9, 9))).toMatchObject({ accepted: false });
    await other?.deliver(tinyFile(2, 0, 0));
    expect(await valuesOf((await second.finished).modelFile)).toEqual([1, 2, 4]);
  });

  it("counts the rounds before in its summary, and its journal reads as one run", async () => {
    const first = await start({ minimumClients: 1 });
    const a = await ScriptedAgent.join(first.url, "a");
    await a.deliver(tinyFile(1, 1, 1));
    await a.task(1);
    await first.drain(0);

    const second = await start({ minimumClients: 1 });
    const again = await ScriptedAgent.join(second.url, "a");
    await again.deliver(tinyFile(2, 2, 2));
    expect(await second.finished).toMatchObject({ rounds: 2, failedRounds: 0, sloCompliance: 1 });
    // What a live view adds to: the first start's round and no other.
    expect(log.of("run-resumed")).toMatchObject([
      { nextRound: 2, totals: { rounds: 1, selectedCount: 1, completedCount: 1, failedRounds: 0 } },
    ]);
    const { records } = await readJournal(join(folder, "journal.ndjson"));
    const finished = effectiveRecords(records).flatMap((record) =>
      record.type === "round-finished" ? [[record.outcome.round, record.outcome.status]] : [],
    );
    expect(finished).toEqual([
      [1, "aggregated"],
      [2, "aggregated"],
    ]);
  });

  it("passes a torn checkpoint over for the one before, says so, and aggregates the round again from what it kept", async () => {
    const first = await start({ minimumClients: 1, rounds: 3 });
    const a = await ScriptedAgent.join(first.url, "a");
    await a.deliver(tinyFile(1, 1, 1));
    await a.deliver(tinyFile(5, 6, 7), { index: 1 });
    await a.task(2);
    await first.drain(0);
    await truncate(join(folder, "checkpoints", "round-2.json"), 40);

    const second = await start({ minimumClients: 1, rounds: 3 });
    const again = await ScriptedAgent.join(second.url, "a");
    const task = await again.task();
    expect(task.round).toBe(3);
    expect(task.modelVersion).toBe(2);
    const model = await fetch(second.url + task.parameters.path);
    expect([...decodeParameterFile(new Uint8Array(await model.arrayBuffer())).values]).toEqual([5, 6, 7]);
    expect(log.of("run-resumed")[0]?.warnings).toEqual([
      "The checkpoint of round 2 is torn or damaged; the one before is used.",
    ]);
  });

  it("cuts a torn last line off its journal and says so", async () => {
    const first = await start({ minimumClients: 1 });
    const a = await ScriptedAgent.join(first.url, "a");
    await a.task();
    await first.drain(0);
    const path = join(folder, "journal.ndjson");
    await writeFile(path, `${await readFile(path, "utf8")}{"type":"client-en`);

    await start({ minimumClients: 1 });
    const resumed = await log.next("run-resumed");
    expect(resumed.warnings).toEqual([expect.stringMatching(/last line is incomplete/)]);
    expect((await readJournal(path)).records.at(-1)?.type).toBe("run-resumed");
  });

  it("remembers what its aggregation strategy has kept", async () => {
    const parts = () => tinyParts({ strategy: createFedAvgM({ serverLearningRate: 1, serverMomentum: 0.5 }) });
    const first = await start({ minimumClients: 1 }, { parts: parts() });
    const a = await ScriptedAgent.join(first.url, "a");
    await a.deliver(tinyFile(1, 1, 1));
    await a.task(1);
    await first.drain(0);

    const second = await start({ minimumClients: 1 }, { parts: parts() });
    await (await ScriptedAgent.join(second.url, "a")).deliver(tinyFile(2, 2, 2));
    // v = 1 in the first round, 0.5 * 1 + 1 in the second: 1 + 1.5
    expect(await valuesOf((await second.finished).modelFile)).toEqual([2.5, 2.5, 2.5]);
  });

  it("remembers what its policy and its slots knew", async () => {
    const first = await start({ minimumClients: 1 });
    const a = await ScriptedAgent.join(first.url, "a");
    await a.task();
    await first.drain(0);
    const parts = tinyParts();
    let written: unknown = "nothing";
    const memory = { read: () => null, write: (state: unknown) => (written = state) };
    await start({ minimumClients: 1 }, { parts: { ...parts, policy: { ...parts.policy, memory } } });
    await log.next("run-resumed");
    expect(written).toBeNull();
  });
});

describe("a folder with a run in it", () => {
  it("refuses another configuration, with what differs and what to do", async () => {
    const first = await start({ minimumClients: 1 });
    await (await ScriptedAgent.join(first.url, "a")).task();
    await first.drain(0);
    await expect(start({ minimumClients: 1, slo: { deadlineSeconds: 7 } })).rejects.toThrow(
      /another configuration \(slo.deadlineSeconds: 60 -> 7\).*--fresh/,
    );
  });

  it("is begun anew when that is asked for; the journal and the checkpoints before are set aside", async () => {
    const first = await start({ minimumClients: 1 });
    await (await ScriptedAgent.join(first.url, "a")).task();
    await first.drain(0);
    await (await start({ minimumClients: 1 }, { resume: "never" })).drain(0);
    expect((await readdir(folder)).sort()).toEqual(
      expect.arrayContaining(["checkpoints", "checkpoints.1", "journal.ndjson", "journal.ndjson.1"]),
    );
    expect(log.of("run-resumed")).toEqual([]);
  });

  it("begins a new run after one that came to its end, unless more rounds are asked of that one", async () => {
    const deliver = async (url: string, value: number) =>
      (await ScriptedAgent.join(url, "a")).deliver(tinyFile(value, value, value));
    const first = await start({ rounds: 1, minimumClients: 1 });
    await deliver(first.url, 1);
    await first.finished;
    const longer = await start({ rounds: 2, minimumClients: 1 }, { resume: "always" });
    await deliver(longer.url, 2);
    expect(await longer.finished).toMatchObject({ rounds: 2 });
    const fresh = await start({ rounds: 1, minimumClients: 1 });
    await deliver(fresh.url, 3);
    expect(await fresh.finished).toMatchObject({ rounds: 1 });
  });

  it("has nothing to resume where there was no run", async () => {
    await expect(start({}, { resume: "always" })).rejects.toMatchObject({ code: "server.nothing-to-resume" });
  });

  it("belongs to one aggregator at a time; the lock of a process that is gone holds nothing", async () => {
    await start();
    await expect(start()).rejects.toMatchObject({ code: "server.folder-in-use" });
    await running[0]?.close();
    await writeFile(join(folder, "run.lock"), JSON.stringify({ pid: 2 ** 22 + 1, startedAt: null, host: "" }));
    await expect(start()).rejects.toMatchObject({ code: "server.folder-in-use" });
    await writeFile(join(folder, "run.lock"), '{"pid":');
    await start();
  });
});
