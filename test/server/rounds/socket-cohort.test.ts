import { describe, expect, it } from "vitest";
import { ScriptedAgent } from "../support/scripted-agent.ts";
import { startTestRun, type TestRun, tinyFile } from "../support/tiny-run.ts";

/** Runs one round in which "good" delivers, and returns how "other" ended. */
async function outcomeBeside(run: TestRun, good: ScriptedAgent) {
  await good.deliver(tinyFile(1, 2, 3));
  const { outcome } = await run.log.next("client-ended", ({ outcome }) => outcome.clientId === "other");
  const finished = await run.log.next("round-finished");
  expect(finished.outcome.clients).toHaveLength(2);
  expect(finished.outcome).toMatchObject({ status: "aggregated", modelVersion: 1, metrics: { completedCount: 1 } });
  const { usefulDeviceSeconds, wastedDeviceSeconds } = finished.outcome.metrics;
  const total = finished.outcome.clients.reduce((sum, { computeSeconds }) => sum + computeSeconds, 0);
  expect(usefulDeviceSeconds + wastedDeviceSeconds).toBeCloseTo(total, 9);
  return outcome;
}

const soon = { slo: { deadlineSeconds: 2 }, minimumClients: 2 };
const plenty = { slo: { deadlineSeconds: 600 }, minimumClients: 2 };

describe("a client's end in a round", () => {
  it("is late at the deadline, with the device-seconds that it states when it is cancelled", async () => {
    await using run = await startTestRun(soon);
    const other = await ScriptedAgent.join(run.url, "other", { answerCancel: 0.05 });
    const good = await ScriptedAgent.join(run.url, "good");
    const outcome = await outcomeBeside(run, good);
    expect(outcome).toMatchObject({ status: "late", computeSeconds: 0.05 });
    expect(outcome.latencySeconds).toBeGreaterThanOrEqual(2);
    expect(other.cancels).toMatchObject([{ taskId: "r1-other", reason: "The deadline of 2 s passed." }]);
  });

  it("never counts more device-seconds than have passed", async () => {
    await using run = await startTestRun(soon);
    await ScriptedAgent.join(run.url, "other", { answerCancel: 1e6 });
    const outcome = await outcomeBeside(run, await ScriptedAgent.join(run.url, "good"));
    expect(outcome.computeSeconds).toBeLessThanOrEqual(outcome.latencySeconds);
  });

  it("is unresponsive when it does not even answer the cancellation; all of the time counts as waste", async () => {
    await using run = await startTestRun(soon, { limits: { acknowledgeSeconds: 0.2 } });
    await ScriptedAgent.join(run.url, "other", { answerCancel: "silence" });
    const outcome = await outcomeBeside(run, await ScriptedAgent.join(run.url, "good"));
    expect(outcome).toMatchObject({ status: "unresponsive", reason: expect.stringMatching(/did not answer/) });
    expect(outcome.computeSeconds).toBe(outcome.latencySeconds);
  });

  it("is unresponsive when it does not acknowledge its task", async () => {
    await using run = await startTestRun(plenty, { limits: { acknowledgeSeconds: 0.2 } });
    await ScriptedAgent.join(run.url, "other", { answerTrain: "silence" });
    const outcome = await outcomeBeside(run, await ScriptedAgent.join(run.url, "good"));
    expect(outcome).toMatchObject({ status: "unresponsive", reason: expect.stringMatching(/did not acknowledge/) });
  });

  it("is refused when the agent refuses, for the agent's reason", async () => {
    await using run = await startTestRun(plenty);
    await ScriptedAgent.join(run.url, "other", {
      answerTrain: { accepted: false, code: "client.busy", reason: "On battery." },
    });
    const outcome = await outcomeBeside(run, await ScriptedAgent.join(run.url, "good"));
    expect(outcome).toMatchObject({ status: "refused", reason: "client.busy: On battery.", computeSeconds: 0 });
  });

  it("is failed when the agent reports a failure", async () => {
    await using run = await startTestRun(plenty);
    const other = await ScriptedAgent.join(run.url, "other");
    const good = await ScriptedAgent.join(run.url, "good");
    const { taskId } = await other.task();
    const reply = await other.socket.emitWithAck("failure", {
      taskId,
      code: "models.training-diverged",
      reason: "The loss is NaN.",
      computeSeconds: 0,
    });
    expect(reply).toEqual({ accepted: true });
    const outcome = await outcomeBeside(run, good);
    expect(outcome).toMatchObject({ status: "failed", reason: "models.training-diverged: The loss is NaN." });
  });

  it("is unresponsive when its connection is cut and it does not come back in time", async () => {
    await using run = await startTestRun({ ...plenty, reconnectGraceSeconds: 0.1 });
    const other = await ScriptedAgent.join(run.url, "other");
    const good = await ScriptedAgent.join(run.url, "good");
    await other.task();
    other.crash();
    const outcome = await outcomeBeside(run, good);
    expect(outcome).toMatchObject({
      status: "unresponsive",
      reason: expect.stringMatching(/did not come back within 0.1/),
    });
    expect(run.log.of("client-disconnected")).toMatchObject([{ clientId: "other" }]);
  });

  it("is completed when it comes back in time, on the same task", async () => {
    await using run = await startTestRun({ ...plenty, reconnectGraceSeconds: 60 });
    const before = await ScriptedAgent.join(run.url, "other");
    const good = await ScriptedAgent.join(run.url, "good");
    const task = await before.task();
    await before.upload(task, tinyFile(3, 2, 1));
    before.crash();
    await run.log.next("client-disconnected");
    const after = await ScriptedAgent.join(run.url, "other");
    expect(await after.task()).toEqual(task);
    expect(await after.commit(task, tinyFile(3, 2, 1))).toEqual({ accepted: true });
    await good.deliver(tinyFile(1, 2, 3));
    const { outcome } = await run.log.next("round-finished");
    expect(outcome.metrics).toMatchObject({ selectedCount: 2, completedCount: 2, sloCompliance: 1 });
  });

  it("leaves a round failed, with the old model, when nobody delivers", async () => {
    await using run = await startTestRun({ slo: { deadlineSeconds: 0.2 }, rounds: 2 });
    const agent = await ScriptedAgent.join(run.url, "other");
    await agent.task(1);
    const [first] = run.log.of("round-finished");
    expect(first?.outcome).toMatchObject({ status: "failed", modelVersion: 0, metrics: { completedCount: 0 } });
    expect(first?.outcome.reason).toMatch(/Of 1 selected client, none delivered/);
    expect(await agent.deliver(tinyFile(1, 1, 1), { index: 1 })).toEqual({ accepted: true });
    expect(await run.finished).toMatchObject({ rounds: 2, failedRounds: 1 });
  });
});

describe("a round on an emulated clock", () => {
  const emulated = (rate: number) => ({
    clock: { kind: "emulated", emulatedSecondsPerWallSecond: rate },
    slo: { deadlineSeconds: 60 },
    minimumClients: 2,
  });
  const register = { emulated: true };

  it("starts its clock when all have trained, and counts from there", async () => {
    await using run = await startTestRun(emulated(600));
    const good = await ScriptedAgent.join(run.url, "good", { register });
    const other = await ScriptedAgent.join(run.url, "other", { register });
    const tasks = [await good.task(), await other.task()] as const;
    await good.upload(tasks[0], tinyFile(1, 2, 3));
    const held = await good.commit(tasks[0], tinyFile(1, 2, 3));
    expect(held).toMatchObject({ accepted: false, code: "server.clock-held" });

    const started = Promise.all(
      [good, other].map(
        ({ socket }) => new Promise<string>((resolve) => socket.once("clockStarted", (m) => resolve(m.taskId))),
      ),
    );
    good.socket.emit("progress", { taskId: tasks[0].taskId, phase: "trained", fraction: 1 });
    await run.log.next("client-progress");
    expect(run.log.of("round-clock-started")).toEqual([]);
    other.socket.emit("progress", { taskId: tasks[1].taskId, phase: "trained", fraction: 1 });
    expect(await started).toEqual(["r1-good", "r1-other"]);
    expect(run.log.of("round-clock-started")).toMatchObject([{ round: 1, notReadyClientIds: [] }]);

    // 60 emulated seconds at 600 a second are 0.1 s of wall time: "other" is late then.
    expect(await good.commit(tasks[0], tinyFile(1, 2, 3))).toEqual({ accepted: true });
    const { outcome } = await run.log.next("client-ended", ({ outcome }) => outcome.clientId === "other");
    expect(outcome.status).toBe("late");
    expect(outcome.latencySeconds).toBeGreaterThanOrEqual(60);
  });

  it("does not wait for a client that has ended", async () => {
    await using run = await startTestRun({ ...emulated(600), reconnectGraceSeconds: 0.05 });
    const good = await ScriptedAgent.join(run.url, "good", { register });
    const other = await ScriptedAgent.join(run.url, "other", { register });
    const task = await good.task();
    await other.task();
    good.socket.emit("progress", { taskId: task.taskId, phase: "trained", fraction: 1 });
    other.crash();
    expect(await run.log.next("round-clock-started")).toMatchObject({ notReadyClientIds: [] });
  });

  it("starts without those who train longer than the longest hold, and says so", async () => {
    await using run = await startTestRun(emulated(600), { limits: { longestHoldSeconds: 0.1 } });
    await ScriptedAgent.join(run.url, "good", { register });
    await ScriptedAgent.join(run.url, "other", { register });
    const record = await run.log.next("round-clock-started");
    expect(record.notReadyClientIds).toEqual(["good", "other"]);
    expect(record.heldWallSeconds).toBeGreaterThan(0);
  });

  it("refuses an agent that does not emulate, with the reason", async () => {
    await using run = await startTestRun(emulated(600));
    const agent = await ScriptedAgent.join(run.url, "real");
    expect(agent.welcome).toMatchObject({ accepted: false, code: "server.emulation-required" });
  });
});
