// An agent against a real aggregator, training really (MNIST, a few examples), over a network that fails.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runAgent } from "../../client/agent.ts";
import type { AgentEvent, AgentOptions } from "../../client/agent-types.ts";
import { emulateRound } from "../../client/emulation/emulate-round.ts";
import { WorkerTrainer } from "../../client/training/worker-trainer.ts";
import { wallClock } from "../../foundation/clock.ts";
import { architectureSchema } from "../../models/architecture.ts";
import { initialParameters } from "../../models/initial-parameters.ts";
import { mlp } from "../../models/zoo.ts";
import { findLinkProfile } from "../../network/link-profiles.ts";
import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import { findLatencyModel } from "../../selection/latency/find-latency-model.ts";
import { modelCost } from "../../workloads/model-cost.ts";
import { workloadFor } from "../../workloads/workload-for.ts";
import { stallingProxy } from "../server/support/stalling-proxy.ts";
import { selecting, startTestRun, tinyParts } from "../server/support/tiny-run.ts";

let trainer: WorkerTrainer;
beforeEach(async () => {
  const partition = { kind: "iid" } as const;
  const data = { datasetName: "mnist", partition, shard: { index: 0, count: 100 }, seed: 1, maximumExamples: 64 };
  trainer = await WorkerTrainer.start({ data, backend: "wasm" });
});
afterEach(() => trainer.close());

const parts = tinyParts({ architecture: mlp, initialParameters: initialParameters(mlp, 1) });
const never = new AbortController().signal;

function start(
  serverUrl: string,
  signal = never,
  changes: Partial<AgentOptions["registration"]> = {},
  emulation?: AgentOptions["emulation"],
) {
  const events: AgentEvent[] = [];
  let announce: (() => void)[] = [];
  const finished = runAgent(
    {
      serverUrl,
      registration: {
        clientId: "a",
        device: { kind: "cpu", name: "Test CPU" },
        link: findLinkProfile("datacentre").link,
        exampleCount: trainer.exampleCount,
        backend: "wasm",
        labels: [],
        ...changes,
      },
      trainer,
      clock: wallClock,
      emulation,
      onEvent: (event) => {
        events.push(event);
        const waiting = announce;
        announce = [];
        for (const wake of waiting) wake();
      },
    },
    signal,
  );
  /** The first event of that kind, past or future. */
  async function saw(type: AgentEvent["type"]): Promise<void> {
    while (!events.some((event) => event.type === type)) await new Promise<void>((resolve) => announce.push(resolve));
  }
  return { finished, events, saw };
}

describe("an agent", () => {
  it("trains with the back-end that its task names, and is ready for it before its first task", async () => {
    const unknown = { kind: "cpu" as const, name: "Test CPU" };
    const known = { ...unknown, fp32PeakFlopPerSecond: 2e10, memoryBandwidthBytesPerSecond: 2e10 };
    const workload = workloadFor({
      architecture: mlp,
      training: { epochs: 1, batchSize: 32, learningRate: 0.1, momentum: 0 },
    });
    const governed = { ...parts, workload, resolveDevice, latencyModel: findLatencyModel("roofline") };
    const partition = { kind: "iid" } as const;
    const data = { datasetName: "mnist", partition, shard: { index: 0, count: 100 }, seed: 1, maximumExamples: 64 };
    const notes: string[] = [];
    await trainer.close();
    trainer = await WorkerTrainer.start({ data, backend: "cpu" }, (note) => notes.push(note));
    await using run = await startTestRun({ rounds: 1 }, { parts: governed });
    const offers = { backend: "cpu", device: known, otherBackends: [{ backend: "wasm", device: known }] };
    const agent = start(run.url, never, offers);
    await agent.saw("registered");
    expect(notes).toEqual(["The training moves from cpu to wasm, as the aggregator asks."]);
    expect(await agent.finished).toMatchObject({ committedTasks: 1 });
    expect(agent.events.flatMap((event) => (event.type === "task-started" ? [event.task.backend] : []))).toEqual([
      "wasm",
    ]);
    expect(notes).toHaveLength(1);
  });

  it("registers, trains every task that it is given and leaves when the run is over", async () => {
    await using run = await startTestRun({ rounds: 2 }, { parts });
    const agent = start(run.url);
    expect(await agent.finished).toEqual({ reason: "run-finished", committedTasks: 2, otherTasks: 0 });
    const kinds = agent.events.map(({ type }) => type).filter((type) => type !== "progress");
    expect(kinds).toEqual([
      "registered",
      "task-started",
      "task-ended",
      "task-started",
      "task-ended",
      "run-finished",
      "disconnected",
    ]);
    expect(await run.finished).toMatchObject({ rounds: 2, failedRounds: 0, sloCompliance: 1 });
  });

  it("trains as little as it is asked for, and the device that it emulates takes no longer than that", async () => {
    const work = { exampleCount: 20, epochs: 2 };
    const policy = selecting(
      () => true,
      () => work,
    );
    const settings = {
      training: { epochs: 5, batchSize: 8 },
      clock: { kind: "emulated", emulatedSecondsPerWallSecond: 100 },
      slo: { deadlineSeconds: 1e5 },
    };
    await using run = await startTestRun(settings, { parts: { ...parts, policy } });
    const resolved = resolveDevice({ kind: "gpu", name: "Jetson Orin Nano 8 GB" });
    if (resolved.kind !== "known") throw new Error("the device of this test is not in the catalogue");
    const emulation = { device: resolved.device, seed: 5 };
    await start(run.url, never, {}, emulation).finished;
    const { outcome } = await run.log.next("client-ended");
    expect(outcome).toMatchObject({ status: "completed", exampleCount: 20 });
    const emulated = emulateRound({
      ...emulation,
      link: findLinkProfile("datacentre").link,
      model: modelCost(mlp),
      training: { epochs: 2, batchSize: 8 },
      exampleCount: 20,
      ...{ modelBytes: 1, clientId: "a", round: 1 },
    });
    expect(outcome.computeSeconds).toBeCloseTo(emulated.computeSeconds, 9);
  });

  it("delivers its update over a new connection when the old one dies while it trains", async () => {
    await using run = await startTestRun({ reconnectGraceSeconds: 30 }, { parts });
    await using proxy = await stallingProxy(run.port);
    const agent = start(proxy.url);
    await agent.saw("task-started");
    proxy.cut();
    expect(await agent.finished).toMatchObject({ reason: "run-finished", committedTasks: 1 });
    expect(agent.events.filter(({ type }) => type === "registered")).toHaveLength(2);
    expect(agent.events.filter(({ type }) => type === "task-started")).toHaveLength(1);
    expect(await run.finished).toMatchObject({ failedRounds: 0, sloCompliance: 1 });
  });

  it("says what went wrong with a task, and the run goes on without it", async () => {
    const wrongShape = architectureSchema.parse({ ...mlp, inputShape: [32, 32, 3] });
    const wrong = tinyParts({ architecture: wrongShape, initialParameters: initialParameters(wrongShape, 1) });
    await using run = await startTestRun({}, { parts: wrong });
    const agent = start(run.url);
    expect(await agent.finished).toEqual({ reason: "run-finished", committedTasks: 0, otherTasks: 1 });
    const [finished] = run.log.of("round-finished");
    expect(finished?.outcome.status).toBe("failed");
    expect(finished?.outcome.clients).toMatchObject([
      { clientId: "a", status: "failed", reason: expect.stringContaining("takes examples of 32x32x3") },
    ]);
  });

  it("ends with the aggregator's reason when it is not wanted", async () => {
    await using run = await startTestRun({ clock: { kind: "emulated", emulatedSecondsPerWallSecond: 10 } }, { parts });
    await expect(start(run.url).finished).rejects.toMatchObject({
      code: "client.refused",
      message: expect.stringContaining("--emulate"),
    });
  });

  it("stops in the middle of a task when it is interrupted", async () => {
    await using run = await startTestRun({ training: { epochs: 10_000 }, reconnectGraceSeconds: 0.1 }, { parts });
    const interruption = new AbortController();
    const agent = start(run.url, interruption.signal);
    await agent.saw("task-started");
    interruption.abort();
    expect(await agent.finished).toMatchObject({ reason: "interrupted", committedTasks: 0 });
    const { outcome } = await run.log.next("round-finished");
    expect(outcome.clients).toMatchObject([{ status: "unresponsive" }]);
  });

  it("tries for ever to reach an aggregator that is not there yet, and finds it when it comes", async () => {
    await using before = await startTestRun({ minimumClients: 9 }, { parts });
    const { port } = before;
    await before.close();
    const agent = start(`http://127.0.0.1:${port}`);
    await agent.saw("cannot-connect");
    await using run = await startTestRun({ port }, { parts });
    expect(await agent.finished).toMatchObject({ reason: "run-finished", committedTasks: 1 });
    expect(await run.finished).toMatchObject({ failedRounds: 0 });
  });
});
