// Runs in which clients work on while rounds go by: a real aggregator, real sockets, agents whose speed the test decides.

import { describe, expect, it } from "vitest";
import { ScriptedAgent, say } from "../../support/scripted-agent.ts";
import { selecting, tinyFile } from "../../support/tiny-run.ts";
import { deliver, fedbuffParts, startAsynchronousRun, valuesOf } from "./support.ts";

describe("an asynchronous run", () => {
  it("lets a slow client work on, and counts its update by its age against the model that it began from", async () => {
    await using run = await startAsynchronousRun({ bufferSize: 1, concurrency: 2, config: { minimumClients: 2 } });
    const [fast, slow] = await Promise.all([ScriptedAgent.join(run.url, "fast"), ScriptedAgent.join(run.url, "slow")]);
    const slowTask = await slow.task();
    // Round 1: 0 + (1 - 0) = 1; round 2: 1 + (4 - 1) = 4.
    await deliver(fast, 1);
    await deliver(fast, 4, 1);
    await run.log.next("round-planned", ({ plan }) => plan.round === 3);
    // Round 3: the slow one began from 0 and learnt 2, two versions ago: 4 + 2 / sqrt(3).
    await slow.upload(slowTask, tinyFile(2, 2, 2));
    expect(await slow.commit(slowTask, tinyFile(2, 2, 2))).toEqual({ accepted: true });

    const summary = await run.finished;
    const [value] = await valuesOf(summary.modelFile);
    expect(value).toBeCloseTo(4 + 2 / Math.sqrt(3), 6);
    expect(slow.cancels).toEqual([]);
    expect(slow.tasks).toHaveLength(1);
    const ended = run.log.of("client-ended").map(({ round, outcome }) => [round, outcome.clientId, outcome.status]);
    expect(ended).toEqual([
      [1, "fast", "completed"],
      [2, "fast", "completed"],
      [3, "slow", "completed"],
      [3, "fast", "surplus"],
    ]);
    const { outcome } = await run.log.next("client-ended", (event) => event.outcome.clientId === "slow");
    expect(outcome.origin).toEqual({ round: 1, modelVersion: 0, staleness: 2 });
    expect(summary).toMatchObject({ rounds: 3, failedRounds: 0 });
  });

  it("asks only clients that are free, and says who is at work", async () => {
    await using run = await startAsynchronousRun({ bufferSize: 1, concurrency: 2, config: { minimumClients: 2 } });
    const [fast, slow] = await Promise.all([ScriptedAgent.join(run.url, "fast"), ScriptedAgent.join(run.url, "slow")]);
    await slow.task();
    await deliver(fast, 1);
    const { plan } = await run.log.next("round-planned", (event) => event.plan.round === 2);
    expect(plan.decisions.map(({ clientId }) => clientId)).toEqual(["fast"]);
    expect(plan.atWork).toEqual([{ clientId: "slow", round: 1, modelVersion: 0 }]);
    expect(plan.closesAfterUpdates).toBe(1);
    const status = (await (await fetch(`${run.url}/v1/run`)).json()) as { atWork: unknown };
    expect(status.atWork).toEqual(expect.arrayContaining([{ clientId: "slow", round: 1, modelVersion: 0 }]));
    const { outcome } = await run.log.next("round-finished");
    expect(outcome.metrics).toMatchObject({ completedCount: 1, staleness: { mean: 0, maximum: 0 }, atWorkCount: 1 });
  });

  it("adds two updates of different ages as the paper does", async () => {
    await using run = await startAsynchronousRun({
      bufferSize: 2,
      concurrency: 3,
      config: { rounds: 2, minimumClients: 3 },
    });
    const [a, b, c] = await Promise.all(["a", "b", "c"].map((id) => ScriptedAgent.join(run.url, id)));
    if (!(a && b && c)) throw new Error("three agents");
    await deliver(a, 2);
    await deliver(b, 4);
    // Round 1: 0 + (2 + 4) / 2 = 3.
    await run.log.next("round-planned", ({ plan }) => plan.round === 2);
    await deliver(c, 8);
    await deliver(a, 5, 1);
    // Round 2: c learnt 8 from 0, one version ago; a learnt 2 from 3: 3 + (8 / sqrt(2) + 2) / 2.
    const [value] = await valuesOf((await run.finished).modelFile);
    expect(value).toBeCloseTo(3 + (8 / Math.SQRT2 + 2) / 2, 6);
  });

  it("holds an update back that comes while a model is made, and takes it in the next round", async () => {
    let evaluated = () => {};
    const evaluation = new Promise<null>((resolve) => {
      evaluated = () => resolve(null);
    });
    const parts = fedbuffParts({ evaluate: () => evaluation });
    await using run = await startAsynchronousRun({
      ...{ bufferSize: 1, concurrency: 2, parts },
      config: { rounds: 2, minimumClients: 2 },
    });
    const [a, b] = await Promise.all([ScriptedAgent.join(run.url, "a"), ScriptedAgent.join(run.url, "b")]);
    await Promise.all([a.task(), b.task()]);
    await deliver(a, 1);
    const task = await b.task();
    await b.upload(task, tinyFile(2, 2, 2));
    let isAnswered = false;
    const held = b.commit(task, tinyFile(2, 2, 2)).finally(() => {
      isAnswered = true;
    });
    // Messages of a connection are taken in their order: the commit is there.
    await say(b.socket, "challenge", null);
    await fetch(`${run.url}/v1/health`);
    expect(isAnswered).toBe(false);
    expect(run.log.of("update-accepted")).toHaveLength(1);
    evaluated();
    expect(await held).toEqual({ accepted: true });
    await run.finished;
    expect(run.log.of("update-accepted").map(({ round, clientId, origin }) => [round, clientId, origin])).toEqual([
      [1, "a", { round: 1, modelVersion: 0, staleness: 0 }],
      [2, "b", { round: 1, modelVersion: 0, staleness: 1 }],
    ]);
  });

  it("keeps every task's own deadline, from its dispatch", async () => {
    await using run = await startAsynchronousRun({
      ...{ bufferSize: 1, concurrency: 2 },
      config: { rounds: 2, minimumClients: 2, slo: { deadlineSeconds: 0.5 } },
    });
    const [fast, slow] = await Promise.all([ScriptedAgent.join(run.url, "fast"), ScriptedAgent.join(run.url, "slow")]);
    await slow.task();
    await deliver(fast, 1);
    const { outcome } = await run.log.next("client-ended", (event) => event.outcome.clientId === "slow");
    expect(outcome).toMatchObject({ status: "late", origin: { round: 1 } });
    expect(slow.cancels).toMatchObject([{ reason: "The deadline of 0.5 s passed." }]);
    // Nobody delivers any more: the round fails with a name, and the run comes to its end.
    expect(await run.finished).toMatchObject({ rounds: 2, failedRounds: 1 });
    const last = run.log.of("round-finished").at(-1)?.outcome;
    expect(last?.reason).toBe("Of 2 clients at work, none ended with a usable update, and nobody is left to wait for.");
  });

  it("aggregates what there is when nobody is left who could fill the buffer", async () => {
    await using run = await startAsynchronousRun({
      ...{ bufferSize: 2, concurrency: 2 },
      config: { rounds: 1, minimumClients: 2 },
    });
    const [a, b] = await Promise.all([ScriptedAgent.join(run.url, "a"), ScriptedAgent.join(run.url, "b")]);
    await b.task();
    await deliver(a, 3);
    b.crash();
    const summary = await run.finished;
    expect(await valuesOf(summary.modelFile)).toEqual([3, 3, 3]);
    expect(run.log.of("client-ended").map(({ outcome }) => [outcome.clientId, outcome.status])).toEqual([
      ["a", "completed"],
      ["b", "unresponsive"],
    ]);
  });

  it("gives the place of a client that vanished to another one", async () => {
    const policy = selecting((clientId, round) => clientId !== "c" || round > 1);
    await using run = await startAsynchronousRun({
      ...{ bufferSize: 1, concurrency: 2, parts: fedbuffParts({ policy }) },
      config: { rounds: 2, minimumClients: 3 },
    });
    const [a, b, c] = await Promise.all(["a", "b", "c"].map((id) => ScriptedAgent.join(run.url, id)));
    if (!(a && b && c)) throw new Error("three agents");
    await Promise.all([a.task(), b.task()]);
    b.crash();
    await run.log.next("client-ended", ({ outcome }) => outcome.clientId === "b");
    await deliver(a, 1);
    const { plan } = await run.log.next("round-planned", (event) => event.plan.round === 2);
    expect(plan.atWork).toEqual([]);
    expect(await deliver(c, 2)).toEqual({ accepted: true });
    expect(await run.finished).toMatchObject({ failedRounds: 0 });
  });

  it("stops who began from a model that is too old, and refuses its update by name", async () => {
    await using run = await startAsynchronousRun({
      ...{ bufferSize: 1, concurrency: 2, maximumStaleness: 1 },
      config: { rounds: 4, minimumClients: 2 },
    });
    const [fast, slow] = await Promise.all([ScriptedAgent.join(run.url, "fast"), ScriptedAgent.join(run.url, "slow")]);
    const task = await slow.task();
    await slow.upload(task, tinyFile(9, 9, 9));
    await deliver(fast, 1);
    await deliver(fast, 2, 1);
    const { outcome, round } = await run.log.next("client-ended", (event) => event.outcome.clientId === "slow");
    expect(round).toBe(3);
    expect(outcome).toMatchObject({
      status: "stale",
      reason: "Its model, version 0, is 2 versions old, more than the 1 that count.",
      origin: { round: 1, modelVersion: 0, staleness: 2 },
    });
    expect(await slow.commit(task, tinyFile(9, 9, 9))).toMatchObject({ accepted: false, code: "server.task-ended" });
    // It is free again, and its next update counts.
    await deliver(fast, 3, 2);
    expect(await deliver(slow, 4, 1)).toEqual({ accepted: true });
    expect(await run.finished).toMatchObject({ rounds: 4, failedRounds: 0 });
  });

  it("keeps the model that a client began from as long as it works, however many versions have come since", async () => {
    await using run = await startAsynchronousRun({
      ...{ bufferSize: 1, concurrency: 2 },
      config: { rounds: 9, minimumClients: 2 },
    });
    const [fast, slow] = await Promise.all([ScriptedAgent.join(run.url, "fast"), ScriptedAgent.join(run.url, "slow")]);
    const task = await slow.task();
    for (let round = 1; round <= 7; round++) await deliver(fast, round, round - 1);
    await run.log.next("round-planned", ({ plan }) => plan.round === 8);
    const headers = { authorization: `Bearer ${task.upload.token}` };
    expect((await fetch(run.url + task.parameters.path, { headers })).status).toBe(200);
    expect(await deliver(slow, 1)).toEqual({ accepted: true });
    await run.log.next("round-planned", ({ plan }) => plan.round === 9);
    await deliver(fast, 9, 7);
    await run.finished;
    const { outcome } = await run.log.next("client-ended", (event) => event.outcome.clientId === "slow");
    expect(outcome.origin?.staleness).toBe(7);
  });
});
