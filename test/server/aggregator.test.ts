import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { ProbSelectError } from "../../foundation/errors.ts";
import { decodeParameterFile } from "../../models/parameter-file.ts";
import type { LatencyModel } from "../../selection/types.ts";
import { findStrategy } from "../../server/aggregation/find-strategy.ts";
import { readJournal } from "../../server/journal/read-journal.ts";
import { ScriptedAgent } from "./support/scripted-agent.ts";
import { selecting, startTestRun, tinyFile, tinyParts } from "./support/tiny-run.ts";

const valuesOf = async (path: string) => [...decodeParameterFile(await readFile(path)).values];

describe("a run", () => {
  it("averages what its clients deliver, tells them when it is over, and writes it all down", async () => {
    await using run = await startTestRun({ rounds: 2, minimumClients: 2 });
    const a = await ScriptedAgent.join(run.url, "a", { register: { exampleCount: 100 } });
    const b = await ScriptedAgent.join(run.url, "b", { register: { exampleCount: 300 } });
    const farewell = a.runFinished();
    // round 1: (100 * [0, 4, 8] + 300 * [4, 0, 8]) / 400 = [3, 1, 8]; round 2: both deliver [1, 1, 1]
    await Promise.all([
      a.deliver(tinyFile(0, 4, 8), { changes: { exampleCount: 100 } }),
      b.deliver(tinyFile(4, 0, 8), { changes: { exampleCount: 300 } }),
    ]);
    const second = await a.task(1);
    const global = await fetch(run.url + second.parameters.path);
    expect([...decodeParameterFile(new Uint8Array(await global.arrayBuffer())).values]).toEqual([3, 1, 8]);
    await Promise.all([a.deliver(tinyFile(1, 1, 1), { index: 1 }), b.deliver(tinyFile(1, 1, 1), { index: 1 })]);

    expect(await farewell).toMatch(/completed/);
    const summary = await run.finished;
    expect(summary).toMatchObject({ rounds: 2, failedRounds: 0, sloCompliance: 1, testAccuracy: null });
    expect(await valuesOf(summary.modelFile ?? "")).toEqual([1, 1, 1]);

    const { records, warnings } = await readJournal(summary.journal);
    expect(warnings).toEqual([]);
    // An acceptance and the end of another client may come in either order.
    const others = records.map(({ type }) => type).filter((type) => type !== "update-accepted");
    expect(others).toEqual([
      "run-started",
      "client-registered",
      "client-registered",
      ...["round-planned", "client-ended", "client-ended", "round-finished"],
      ...["round-planned", "client-ended", "client-ended", "round-finished"],
      "run-finished",
    ]);
  });

  it("normalises by the steps that each client took where it aggregates by FedNova", async () => {
    const strategy = findStrategy("fednova", { momentum: 0 });
    await using run = await startTestRun(
      { minimumClients: 2, training: { batchSize: 50 } },
      { parts: tinyParts({ strategy }) },
    );
    const a = await ScriptedAgent.join(run.url, "a", { register: { exampleCount: 100 } });
    const b = await ScriptedAgent.join(run.url, "b", { register: { exampleCount: 300 } });
    await Promise.all([
      a.deliver(tinyFile(4, 0, 8), { changes: { exampleCount: 100 } }),
      b.deliver(tinyFile(6, 8, 0), { changes: { exampleCount: 300 } }),
    ]);
    // 2 and 6 steps: tau_eff = 2/4 + 3*6/4 = 5; 5 * (4/2 + 3 * 6/6) / 4 = 6.25, 5 * 3 * 8/6 / 4 = 5, 5 * 8/2 / 4 = 5
    expect(await valuesOf((await run.finished).modelFile ?? "")).toEqual([6.25, 5, 5]);
  });

  it("refuses to start with a strategy that nobody knows, with the names that it knows", async () => {
    await expect(startTestRun({ aggregation: { strategy: "fedsgd" } }, { parts: undefined })).rejects.toMatchObject({
      code: "server.invalid-config",
      message: expect.stringContaining("Known strategies: fedavg, fednova, fedprox, "),
    });
  });

  it("refuses to start with settings that its strategy cannot take, with their names", async () => {
    const aggregation = { strategy: "fedprox", settings: { mu: -1 } };
    await expect(startTestRun({ aggregation }, { parts: undefined })).rejects.toMatchObject({
      code: "server.invalid-config",
      message: expect.stringContaining("aggregation.settings.mu"),
    });
  });

  it("says at its registration, and again in the round, who cannot be forecast; the others train", async () => {
    const { latencyModel, resolveDevice } = tinyParts();
    const forecast: LatencyModel["forecast"] = (candidate, ...rest) => {
      if (candidate.clientId === "odd") throw new ProbSelectError("selection.invalid-argument", "Its uplink is 0.");
      return latencyModel.forecast(candidate, ...rest);
    };
    const parts = tinyParts({ latencyModel: { name: "picky", forecast }, resolveDevice });
    await using run = await startTestRun({ minimumClients: 2 }, { parts });
    const odd = await ScriptedAgent.join(run.url, "odd");
    const good = await ScriptedAgent.join(run.url, "good");
    await good.deliver(tinyFile(1, 2, 3));
    expect(await run.finished).toMatchObject({ failedRounds: 0, sloCompliance: 1 });
    expect(odd.tasks).toEqual([]);
    const registered = run.log
      .of("client-registered")
      .map(({ clientId, unforecastable }) => [clientId, unforecastable]);
    expect(Object.fromEntries(registered)).toEqual({ odd: "Its uplink is 0.", good: undefined });
    const [planned] = run.log.of("round-planned");
    expect(planned?.plan.unforecastable).toEqual([{ clientId: "odd", reason: "Its uplink is 0." }]);
  });

  it("keeps the model and goes on when a round selects nobody", async () => {
    const policy = selecting((_, round) => round > 1);
    await using run = await startTestRun({ rounds: 2 }, { parts: tinyParts({ policy }) });
    const agent = await ScriptedAgent.join(run.url, "a");
    await agent.deliver(tinyFile(1, 2, 3));
    expect(await run.finished).toMatchObject({ rounds: 2, failedRounds: 1, sloCompliance: 1 });
    const [first, second] = run.log.of("round-finished").map(({ outcome }) => outcome);
    expect(first).toMatchObject({ status: "failed", modelVersion: 0, metrics: { sloCompliance: null } });
    expect(first?.reason).toMatch(/1 below-probability/);
    expect(second).toMatchObject({ status: "aggregated", modelVersion: 1 });
  });

  it("evaluates each new model and reports the last accuracy", async () => {
    const evaluated: number[] = [];
    const evaluate = async ({ modelVersion }: { modelVersion: number }) => {
      evaluated.push(modelVersion);
      return { loss: 0.1, accuracy: 0.9, exampleCount: 10 };
    };
    await using run = await startTestRun({}, { parts: tinyParts({ evaluate }) });
    const agent = await ScriptedAgent.join(run.url, "a");
    await agent.deliver(tinyFile(1, 2, 3));
    expect(await run.finished).toMatchObject({ testAccuracy: 0.9, testLoss: 0.1 });
    expect(evaluated).toEqual([1]);
  });

  it("tells where it stands over HTTP", async () => {
    await using run = await startTestRun({ minimumClients: 2 });
    await ScriptedAgent.join(run.url, "a");
    expect(await (await fetch(`${run.url}/v1/health`)).json()).toEqual({ status: "ok" });
    expect(await (await fetch(`${run.url}/v1/run`)).json()).toMatchObject({
      phase: "waiting-for-clients",
      modelVersion: 0,
      clients: [{ clientId: "a", connected: true }],
    });
  });

  it("is interrupted by its signal: the log says so and every connection ends", async () => {
    const abort = new AbortController();
    await using run = await startTestRun({}, { signal: abort.signal });
    const agent = await ScriptedAgent.join(run.url, "a");
    await agent.task();
    const closed = new Promise((resolve) => agent.socket.once("disconnect", resolve));
    abort.abort();
    const summary = await run.finished;
    await closed;
    expect(summary).toMatchObject({ rounds: 0, failedRounds: 0 });
    expect(run.log.of("run-finished")).toMatchObject([{ reason: "interrupted" }]);
    await expect(fetch(`${run.url}/v1/health`)).rejects.toThrow();
  });

  it("gives up with advice when too few clients come", async () => {
    await using run = await startTestRun({ minimumClients: 2, waitForClientsSeconds: 0.05 });
    await expect(run.finished).rejects.toThrow(/0 of at least 2 clients .* Start more agents/);
    expect(run.log.of("run-finished")).toMatchObject([
      { reason: "failed", detail: expect.stringMatching(/at least 2/) },
    ]);
  });

  it("says what to do when its port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startTestRun({ port })).rejects.toMatchObject({
      code: "server.address-in-use",
      message: expect.stringMatching(/Choose another --port/),
    });
    other.close();
  });
});
