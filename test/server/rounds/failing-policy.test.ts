// A policy that breaks costs a round, never the run: over real sockets, with a policy of the user's own.

import { describe, expect, it } from "vitest";
import { type OwnRequest, ownPolicy } from "../../../selection/policies/own-policy.ts";
import { startPolicy } from "../../../selection/policy/policy.ts";
import { ScriptedAgent } from "../support/scripted-agent.ts";
import { startTestRun, tinyFile, tinyParts } from "../support/tiny-run.ts";

const everybody = ({ candidates }: OwnRequest) => candidates.map(({ clientId }) => clientId);

describe("a policy that cannot choose", () => {
  it("fails its round with the reason, which the journal has for every candidate, and the run goes on with the model", async () => {
    const select = (request: OwnRequest) => (request.round === 1 ? ["nobody"] : everybody(request));
    const policy = ownPolicy("mine.ts", { select });
    await using run = await startTestRun({ rounds: 2 }, { parts: tinyParts({ policy }) });
    const agent = await ScriptedAgent.join(run.url, "a");
    await agent.deliver(tinyFile(1, 2, 3));
    expect(await run.finished).toMatchObject({ rounds: 2, failedRounds: 1 });

    const reason = 'The policy mine.ts returned "nobody", which is nobody of 1 candidate.';
    const [plan] = run.log.of("round-planned").map((event) => event.plan);
    expect(plan).toMatchObject({
      policy: "mine.ts",
      selectionFailure: reason,
      forecast: { expectedOnTimeCount: 0 },
      decisions: [{ clientId: "a", selected: false, reasonCode: "not-chosen", reason: `Skipped: ${reason}` }],
    });
    expect(plan?.decisions[0]?.forecast.deadlineProbability).toBe(0.5);
    const [first, second] = run.log.of("round-finished").map(({ outcome }) => outcome);
    expect(first).toMatchObject({ status: "failed", reason, modelVersion: 0, clients: [] });
    expect(second).toMatchObject({ status: "aggregated", modelVersion: 1 });
  });

  it("fails the next round if `learn` broke, and the one after that goes on", async () => {
    let count = 0;
    const learn = () => {
      count++;
      if (count === 1) throw new Error("division by zero");
    };
    const policy = ownPolicy("mine.ts", { select: everybody, learn });
    await using run = await startTestRun({ rounds: 3 }, { parts: tinyParts({ policy }) });
    const agent = await ScriptedAgent.join(run.url, "a");
    await agent.deliver(tinyFile(1, 2, 3));
    await agent.deliver(tinyFile(1, 2, 3), { index: 1 });
    expect(await run.finished).toMatchObject({ rounds: 3, failedRounds: 1 });
    const outcomes = run.log.of("round-finished").map(({ outcome }) => outcome);
    expect(outcomes.map(({ status }) => status)).toEqual(["aggregated", "failed", "aggregated"]);
    expect(outcomes[1]?.reason).toMatch(/^The policy mine\.ts threw an error in learn: division by zero/);
  });

  it("says at the start of the run that the policy learns from it", async () => {
    const policy = ownPolicy("mine.ts", { select: () => [], learn: () => {} });
    await using run = await startTestRun({}, { parts: tinyParts({ policy }) });
    expect(await run.log.next("run-started")).toMatchObject({ policyNeeds: "history" });
  });

  it("ends the run if the policy has a defect of ours: only errors that say what to do are the round's", async () => {
    const policy = startPolicy<null>({
      name: "defect",
      needs: "static-specs",
      begin: () => null,
      select: () => {
        throw new TypeError("x is undefined");
      },
    });
    await using run = await startTestRun({}, { parts: tinyParts({ policy }) });
    await ScriptedAgent.join(run.url, "a");
    await expect(run.finished).rejects.toThrow("x is undefined");
  });
});
