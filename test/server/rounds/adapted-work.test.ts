// Clients that are asked for less than the run's settings, over real sockets: what they are told, and what they may claim.

import { describe, expect, it } from "vitest";
import { implausibility } from "../../../server/rounds/plausible-update.ts";
import { openCohort } from "../support/open-cohort.ts";
import { ScriptedAgent } from "../support/scripted-agent.ts";
import { tinyFile } from "../support/tiny-run.ts";

const training = { epochs: 4, batchSize: 10, learningRate: 0.1, momentum: 0 };
const register = { exampleCount: 95 };

describe("a client with less work", () => {
  it("is told its epochs and examples; the others train as the run says", async () => {
    await using cohort = await openCohort();
    const less = await ScriptedAgent.join(cohort.url, "less", { register });
    const full = await ScriptedAgent.join(cohort.url, "full", { register });
    const work = new Map([["less", { exampleCount: 30, epochs: 2 }]]);
    void cohort.train(["less", "full"], { training, work });
    expect((await less.task()).training).toEqual({ ...training, epochs: 2, maximumExamples: 30, seed: 1 });
    expect((await full.task()).training).toEqual({ ...training, seed: 1 });
  });

  it("delivers with what it trained on and what it holds, so that a strategy may weigh by either", async () => {
    await using cohort = await openCohort();
    const less = await ScriptedAgent.join(cohort.url, "less", { register });
    const ended = cohort.train(["less"], { training, work: new Map([["less", { exampleCount: 30, epochs: 2 }]]) });
    // 2 epochs of 3 batches
    expect(await less.deliver(tinyFile(1, 1, 1))).toEqual({ accepted: true });
    expect((await ended).get("less")).toMatchObject({
      update: { exampleCount: 30, datasetExampleCount: 95, stepCount: 6 },
    });
  });

  it("may not claim more examples than it was asked for", async () => {
    await using cohort = await openCohort();
    const less = await ScriptedAgent.join(cohort.url, "less", { register });
    const ended = cohort.train(["less"], { training, work: new Map([["less", { exampleCount: 30, epochs: 2 }]]) });
    expect(await less.deliver(tinyFile(1, 1, 1), { changes: { exampleCount: 31 } })).toMatchObject({
      accepted: false,
      code: "server.update-implausible",
      reason: "The update claims 31 examples, but the client was asked for at most 30.",
    });
    expect((await ended).get("less")).toMatchObject({ outcome: { status: "failed" } });
  });
});

describe("the counts of an update", () => {
  const task = (maximumExamples?: number) => ({
    datasetExampleCount: 95,
    message: { training: { ...training, ...(maximumExamples && { maximumExamples }), seed: 1 } },
  });
  const claim = (exampleCount: number, stepCount: number, maximumExamples?: number) =>
    implausibility(task(maximumExamples), { exampleCount, stepCount });

  it.each([
    ["all examples", 95, 40, undefined], // 4 epochs of 10 batches, the last of 5
    ["fewer than it holds", 50, 20, undefined],
    ["all that it was asked for", 30, 12, 30],
    ["fewer than it was asked for", 21, 12, 30],
    ["all that it holds, where it was asked for more", 95, 40, 500],
  ])("are plausible for %s", (_, examples, steps, maximum) => {
    expect(claim(examples, steps, maximum)).toBeUndefined();
  });

  it.each([
    ["more examples than it registered", 96, 40, undefined, /claims 96 examples, but the client registered 95/],
    ["more than it registered, though it was asked for them", 96, 40, 500, /the client registered 95/],
    ["more examples than it was asked for", 31, 16, 30, /was asked for at most 30/],
    [
      "one step for many, which FedNova would multiply",
      95,
      1,
      undefined,
      /claims 1 step, but 95 .* are 40 in 4 epochs/,
    ],
    ["more steps than its examples take", 30, 13, 30, /claims 13 steps/],
  ])("are implausible for %s", (_, examples, steps, maximum, reason) => {
    expect(claim(examples, steps, maximum)).toMatch(reason);
  });
});
