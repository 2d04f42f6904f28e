// What clients train with, over real sockets: what they are told when they register, in their tasks, and what the journal says of it.

import { describe, expect, it } from "vitest";
import { type Clock, wallClock } from "../../../foundation/clock.ts";
import { mlp, resnet20 } from "../../../models/zoo.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { findLatencyModel } from "../../../selection/latency/find-latency-model.ts";
import type { RunParts } from "../../../server/run-parts.ts";
import { workloadFor } from "../../../workloads/workload-for.ts";
import { ScriptedAgent } from "../support/scripted-agent.ts";
import { startTestRun, tinyFile, tinyParts } from "../support/tiny-run.ts";

const training = { epochs: 1, batchSize: 32, learningRate: 0.1, momentum: 0 };
const jobOf = (architecture: typeof mlp): Partial<RunParts> => ({
  resolveDevice,
  latencyModel: findLatencyModel("roofline"),
  workload: workloadFor({ architecture, training }),
});

/** A Jetson that can train on its GPU or on a core of its processor, and prefers the GPU. */
const both = {
  device: { kind: "gpu", name: "Jetson Orin Nano 8 GB" },
  backend: "tensorflow-cuda",
  exampleCount: 3200,
  otherBackends: [
    {
      backend: "wasm",
      device: {
        kind: "cpu",
        name: "ARM Cortex-A78AE",
        fp32PeakFlopPerSecond: 20.8e9,
        memoryBandwidthBytesPerSecond: 19.2e9,
      },
    },
  ],
} as const;
const register = { ...both, otherBackends: [...both.otherBackends] };
const changes = { exampleCount: 3200, stepCount: 100, computeSeconds: 0.001 };

/** A training of a few milliseconds counts as one of seconds: no client is believed to have trained longer than its round has lasted. */
const thousandfold: Clock = {
  nowSeconds: () => wallClock.nowSeconds() * 1000,
  wait: (seconds, signal) => wallClock.wait(seconds / 1000, signal),
};

describe("the back-end of a client that has several", () => {
  it("is decided for the job before the first round: the agent is told when it registers, and again in its task", async () => {
    for (const [architecture, backend] of [
      [mlp, "wasm"],
      [resnet20, "tensorflow-cuda"],
    ] as const) {
      await using run = await startTestRun({ slo: { deadlineSeconds: 60 } }, { parts: tinyParts(jobOf(architecture)) });
      const agent = await ScriptedAgent.join(run.url, "a", { register });
      expect(agent.welcome).toMatchObject({ accepted: true, backend });
      expect(await agent.task()).toMatchObject({ backend });
      await agent.deliver(tinyFile(1, 2, 3), { changes: { ...changes, exampleCount: 3200 } });
      await run.finished;
      const [registered] = run.log.of("client-registered");
      expect(registered).toMatchObject({ backend, backendChoice: { backend, reasonCode: "in-time" } });
      expect(registered?.backends?.map((option) => option.backend)).toEqual(["tensorflow-cuda", "wasm"]);
    }
  });

  it("is what selection forecasts the client with, on that back-end's device", async () => {
    await using run = await startTestRun({ slo: { deadlineSeconds: 60 } }, { parts: tinyParts(jobOf(mlp)) });
    const agent = await ScriptedAgent.join(run.url, "a", { register });
    await agent.deliver(tinyFile(1, 2, 3), { changes });
    await run.finished;
    const plan = run.log.of("round-planned")[0]?.plan;
    const [decision] = plan?.decisions ?? [];
    const [choice] = plan?.backendDecisions ?? [];
    expect(choice).toMatchObject({ clientId: "a", backend: "wasm", reasonCode: "still-best" });
    expect(decision?.forecast.peakFlopPerSecond).toBe(20.8e9);
    expect(choice?.estimates.find(({ backend }) => backend === "wasm")).toMatchObject({
      expectedSeconds: decision?.forecast.atMeanUtilisation.totalSeconds,
    });
  });

  it("is the client's own preference where the operator turned the governor off", async () => {
    const config = { governor: { mode: "off" }, slo: { deadlineSeconds: 60 } };
    await using run = await startTestRun(config, { parts: tinyParts(jobOf(mlp)) });
    const agent = await ScriptedAgent.join(run.url, "a", { register });
    expect((await agent.task()).backend).toBeUndefined();
    await agent.deliver(tinyFile(1, 2, 3), { changes });
    await run.finished;
    expect(run.log.of("round-planned")[0]?.plan.backendDecisions).toBeUndefined();
    expect(run.log.of("client-registered")).toMatchObject([{ backend: "tensorflow-cuda" }]);
  });

  it("stays what it is however long trainings take, unless the operator lets measured times count", async () => {
    const slow = { ...changes, computeSeconds: 5 };
    const used = async (mode: string) => {
      const config = { rounds: 5, governor: { mode }, slo: { deadlineSeconds: 1e6 } };
      const options = { parts: tinyParts(jobOf(mlp)), clock: thousandfold, limits: { acknowledgeSeconds: 1e6 } };
      await using run = await startTestRun(config, options);
      const agent = await ScriptedAgent.join(run.url, "a", { register });
      const backends: (string | undefined)[] = [];
      for (let index = 0; index < 5; index++) {
        backends.push((await agent.task(index)).backend);
        await agent.deliver(tinyFile(1, 2, 3), { index, changes: slow });
      }
      await run.finished;
      return { backends, plans: run.log.of("round-planned").map(({ plan }) => plan.backendDecisions?.[0]) };
    };
    expect(new Set((await used("forecast")).backends)).toEqual(new Set(["wasm"]));
    const { backends, plans } = await used("measured");
    expect(backends).toEqual(["wasm", "wasm", "wasm", "wasm", "tensorflow-cuda"]);
    expect(plans[4]).toMatchObject({ from: "wasm", reasonCode: "moved-for-speed" });
  });

  it("is another in the next round when the client could not start it", async () => {
    await using run = await startTestRun({ rounds: 2, slo: { deadlineSeconds: 60 } }, { parts: tinyParts(jobOf(mlp)) });
    const agent = await ScriptedAgent.join(run.url, "a", { register });
    const { taskId } = await agent.task();
    const failure = { code: "models.no-usable-backend", reason: "wasm has no SIMD here", computeSeconds: 0 };
    await agent.socket.emitWithAck("failure", { taskId, ...failure });
    expect(await agent.task(1)).toMatchObject({ backend: "tensorflow-cuda" });
    await agent.deliver(tinyFile(1, 2, 3), { index: 1, changes });
    await run.finished;
    expect(run.log.of("round-planned")[1]?.plan.backendDecisions?.[0]).toMatchObject({
      from: "wasm",
      reasonCode: "moved-from-unusable",
      reason: expect.stringContaining("wasm has no SIMD here"),
    });
  });

  it("is kept by a client that comes back, and chosen anew for one that comes back without it", async () => {
    await using run = await startTestRun({ minimumClients: 2 }, { parts: tinyParts(jobOf(mlp)) });
    (await ScriptedAgent.join(run.url, "a", { register })).leave();
    await run.log.next("client-disconnected");
    const again = await ScriptedAgent.join(run.url, "a", { register });
    expect(again.welcome).toMatchObject({ backend: "wasm" });
    again.leave();
    await run.log.next("client-disconnected");
    const gpuOnly = await ScriptedAgent.join(run.url, "a", { register: { ...register, otherBackends: [] } });
    expect(gpuOnly.welcome).not.toHaveProperty("backend");
    expect(run.log.of("client-registered").map(({ backend }) => backend)).toEqual(["wasm", "wasm", "tensorflow-cuda"]);
  });

  it("is not given up for a failure of a task that nobody gave out, nor for the loss of a connection", async () => {
    const failure = { code: "models.no-usable-backend", reason: "no SIMD", computeSeconds: 0 };
    await using run = await startTestRun({ rounds: 3 }, { parts: tinyParts(jobOf(mlp)) });
    const agent = await ScriptedAgent.join(run.url, "a", { register });
    await agent.task();
    const reply = await agent.socket.emitWithAck("failure", { taskId: "r77-nobody", ...failure });
    expect(reply).toMatchObject({ accepted: false, code: "server.unknown-task" });
    await agent.deliver(tinyFile(1, 2, 3), { changes });
    const { taskId, backend } = await agent.task(1);
    expect(backend).toBe("wasm");
    await agent.socket.emitWithAck("failure", { taskId, ...failure });
    await agent.task(2);
    agent.crash();
    const again = await ScriptedAgent.join(run.url, "a", { register });
    expect(again.welcome).toMatchObject({ backend: "tensorflow-cuda" });
    await again.deliver(tinyFile(1, 2, 3), { changes });
    await run.finished;
  });

  it("is given up after two crashes in a row", async () => {
    const crash = { code: "client.worker-crashed", reason: "The driver ended the process.", computeSeconds: 0 };
    await using run = await startTestRun({ rounds: 3 }, { parts: tinyParts(jobOf(mlp)) });
    const agent = await ScriptedAgent.join(run.url, "a", { register });
    const backends: (string | undefined)[] = [];
    for (const index of [0, 1, 2]) {
      const { taskId, backend } = await agent.task(index);
      backends.push(backend);
      if (index < 2) await agent.socket.emitWithAck("failure", { taskId, ...crash });
    }
    await agent.deliver(tinyFile(1, 2, 3), { index: 2, changes });
    await run.finished;
    expect(backends).toEqual(["wasm", "wasm", "tensorflow-cuda"]);
  });

  it("may have any name: a hostile one stops no round", async () => {
    const [wasm] = register.otherBackends;
    const config = { rounds: 2, governor: { mode: "measured" } };
    await using run = await startTestRun(config, { parts: tinyParts(jobOf(mlp)) });
    const odd = [{ backend: "constructor", device: wasm?.device ?? register.device }];
    const agent = await ScriptedAgent.join(run.url, "a", { register: { ...register, otherBackends: odd } });
    for (const index of [0, 1]) {
      expect((await agent.task(index)).backend).toBe("constructor");
      expect(await agent.deliver(tinyFile(1, 2, 3), { index, changes })).toEqual({ accepted: true });
    }
    expect(await run.finished).toMatchObject({ failedRounds: 0 });
  });

  it("is offered once: a registration that names one twice is refused", async () => {
    await using run = await startTestRun({ minimumClients: 2 }, { parts: tinyParts(jobOf(mlp)) });
    const [wasm] = register.otherBackends;
    const twice = [wasm, wasm].flatMap((each) => each ?? []);
    const agent = await ScriptedAgent.join(run.url, "a", { register: { ...register, otherBackends: twice } });
    expect(agent.welcome).toMatchObject({ accepted: false, reason: expect.stringContaining("a back-end comes twice") });
  });

  it("is doubted like the first: a claim that cannot be true is journalled, or refused where the operator asks for that", async () => {
    const [wasm] = register.otherBackends;
    const device = { kind: "gpu" as const, name: "NVIDIA A100-PCIE-40GB", memoryBytes: 1e15 };
    const lying = { ...register, otherBackends: [{ ...wasm, backend: "webgpu", device }] };
    for (const implausibleSpecs of ["warn", "refuse"]) {
      const config = { minimumClients: 2, security: { implausibleSpecs } };
      await using run = await startTestRun(config, { parts: tinyParts(jobOf(mlp)) });
      const agent = await ScriptedAgent.join(run.url, "a", { register: lying });
      expect(agent.welcome.accepted).toBe(implausibleSpecs === "warn");
      expect(run.log.of("client-doubted")[0]?.doubts[0]).toMatch(/It claims a memory of/);
    }
  });

  it("is no choice for an agent that emulates a GPU", async () => {
    const clock = { kind: "emulated", emulatedSecondsPerWallSecond: 1000 };
    await using run = await startTestRun({ clock, minimumClients: 2 }, { parts: tinyParts(jobOf(mlp)) });
    const agent = await ScriptedAgent.join(run.url, "a", { register: { ...register, emulated: true } });
    expect(agent.welcome).not.toHaveProperty("backend");
  });
});
