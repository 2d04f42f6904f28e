import { describe, expect, it } from "vitest";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import type { Candidate, LatencyModel } from "../../../selection/types.ts";
import { openSocket, registration, ScriptedAgent, say } from "../support/scripted-agent.ts";
import { stallingProxy } from "../support/stalling-proxy.ts";
import { startTestRun, tinyFile, tinyParts } from "../support/tiny-run.ts";

const quickHeartbeat = { heartbeatSeconds: 0.1, heartbeatPatienceSeconds: 0.2 };

describe("registration", () => {
  it("welcomes a client with the run's facts and what the device was taken for", async () => {
    await using run = await startTestRun({ minimumClients: 5, runName: "spring", model: "lenet5" });
    const agent = await ScriptedAgent.join(run.url, "a");
    expect(agent.welcome).toEqual({
      accepted: true,
      protocolVersion: 3,
      runName: "spring",
      modelName: "lenet5",
      roundCount: 1,
      clock: { kind: "wall" },
      deviceSummary: 'unknown device "Test GPU" (test)',
    });
    expect(run.log.of("client-registered")).toMatchObject([{ clientId: "a", backend: "script", emulated: false }]);
  });

  it("records a client's link with the spread of its transfer times", async () => {
    const link = {
      downlinkBitsPerSecond: 1e9,
      uplinkBitsPerSecond: 1e9,
      roundTripSeconds: 0.001,
      transferLogSigma: 0.41,
    };
    await using run = await startTestRun({ minimumClients: 1 });
    await ScriptedAgent.join(run.url, "a", { register: { link } });
    const registered = await run.log.next("client-registered");
    expect(registered.link).toEqual(link);
  });

  it("offers a client with its labels and its energy budget, and journals both", async () => {
    const seen: Candidate[] = [];
    const latencyModel: LatencyModel = {
      name: "attentive",
      forecast: (candidate, workload, slo) => {
        seen.push(candidate);
        return tinyParts().latencyModel.forecast(candidate, workload, slo);
      },
    };
    await using run = await startTestRun({ minimumClients: 2 }, { parts: tinyParts({ latencyModel }) });
    const labels = ["site:orbit", "tier gold"];
    const energy = { budgetJoules: 500, transferJoulesPerBit: 1e-7 };
    await ScriptedAgent.join(run.url, "a", { register: { labels, energy } });
    await ScriptedAgent.join(run.url, "b");
    await run.log.next("round-planned");
    expect(seen.findLast(({ clientId }) => clientId === "a")).toMatchObject({ labels, energy });
    expect(seen.findLast(({ clientId }) => clientId === "b")).toMatchObject({ labels: [], energy: undefined });
    expect(run.log.of("client-registered")).toMatchObject([
      { clientId: "a", labels, energy },
      { clientId: "b", labels: [] },
    ]);
  });

  it.each([
    ["a budget of nothing", { budgetJoules: 0 }, /energy\.budgetJoules/],
    ["a budget that is no number", { budgetJoules: "all" }, /energy\.budgetJoules/],
    ["a radio that makes energy", { budgetJoules: 1, transferJoulesPerBit: -1 }, /energy\.transferJoulesPerBit/],
    ["energy of another kind", { budgetJoules: 1, wattHours: 1 }, /energy: .*wattHours/],
  ])("refuses %s, and says which field", async (_, energy, problem) => {
    await using run = await startTestRun({ minimumClients: 5 });
    const socket = await openSocket(run.url);
    const reply = await say(socket, "register", { ...registration("a"), energy });
    expect(reply).toMatchObject({
      accepted: false,
      code: "protocol.malformed-message",
      reason: expect.stringMatching(problem),
    });
    socket.disconnect();
  });

  it("journals a device that contradicts the catalogue as such, and computes with the catalogue's figures", async () => {
    await using run = await startTestRun({ minimumClients: 5 }, { parts: tinyParts({ resolveDevice }) });
    const device = { kind: "gpu", name: "Jetson Orin Nano 8GB", fp32PeakFlopPerSecond: 500e12 } as const;
    await ScriptedAgent.join(run.url, "liar", { register: { device } });
    expect(run.log.of("client-registered")).toMatchObject([
      {
        report: device,
        device: { kind: "known", isContradictory: true, device: { peakFlopPerSecond: { fp32: 1.28e12 } } },
      },
    ]);
  });

  it("offers the candidates in the order of their names, whoever came first, so that a seeded draw is the same", async () => {
    await using run = await startTestRun({ minimumClients: 3 });
    for (const name of ["c", "a", "b"]) await ScriptedAgent.join(run.url, name);
    const { plan } = await run.log.next("round-planned");
    expect(plan.decisions.map(({ clientId }) => clientId)).toEqual(["a", "b", "c"]);
  });

  it("refuses a second live connection of the same name", async () => {
    await using run = await startTestRun({ minimumClients: 5 }, { limits: quickHeartbeat });
    const first = await ScriptedAgent.join(run.url, "a");
    const second = await ScriptedAgent.join(run.url, "a");
    expect(second.welcome).toMatchObject({ accepted: false, code: "server.duplicate-client" });
    expect(first.socket.connected).toBe(true);
    expect(run.log.of("message-refused")).toMatchObject([{ clientId: null, code: "server.duplicate-client" }]);
  });

  it("refuses to register one connection twice", async () => {
    await using run = await startTestRun({ minimumClients: 5 });
    const agent = await ScriptedAgent.join(run.url, "a");
    const again = await agent.socket.emitWithAck("register", {
      protocolVersion: 3,
      clientId: "b",
      device: { kind: "cpu", name: "x" },
      link: { downlinkBitsPerSecond: 1, uplinkBitsPerSecond: 1, roundTripSeconds: 0 },
      exampleCount: 1,
      backend: "x",
      emulated: false,
      labels: [],
    });
    expect(again).toMatchObject({ accepted: false, code: "server.already-registered" });
  });

  it("lets a client come back while its dead connection is still thought alive", async () => {
    await using run = await startTestRun({ reconnectGraceSeconds: 60 }, { limits: quickHeartbeat });
    await using proxy = await stallingProxy(run.port);
    const before = await ScriptedAgent.join(proxy.url, "a");
    const task = await before.task();
    // The network swallows everything from now on; neither side is told.
    proxy.stall();
    const after = await ScriptedAgent.join(run.url, "a");
    expect(after.welcome).toMatchObject({ accepted: true });
    expect((await after.task()).taskId).toBe(task.taskId);
    await after.deliver(tinyFile(1, 2, 3));
    expect(await run.finished).toMatchObject({ rounds: 1, failedRounds: 0 });
  });
});
