// What an asynchronous run can be asked for.

import { describe, expect, it } from "vitest";
import { withinPlaces } from "../../../../selection/policy/within-places.ts";
import { loadRuledPolicy } from "../../../../server/load-policy.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { selecting } from "../../support/tiny-run.ts";
import { asynchronousConfig, fedbuffParts, startAsynchronousRun } from "./support.ts";

describe("aggregation.asynchronous", () => {
  it("is absent by default", () => {
    expect(asynchronousConfig({}).aggregation.asynchronous).toBeUndefined();
  });

  it("brings the strategy fedbuff, and as many clients at work as two buffers hold", () => {
    expect(asynchronousConfig({ aggregation: { asynchronous: { bufferSize: 4 } } }).aggregation).toMatchObject({
      strategy: "fedbuff",
      asynchronous: { bufferSize: 4, concurrency: 8, maximumStaleness: 20 },
    });
  });

  it.each([
    ["another strategy", { aggregation: { strategy: "fedavg" } }, /does not know how old an update's model is/],
    [
      "a buffer that never fills",
      { aggregation: { asynchronous: { bufferSize: 3, concurrency: 2 } } },
      /never fill a buffer of 3/,
    ],
    ["an empty buffer", { aggregation: { asynchronous: { bufferSize: 0 } } }, /aggregation\.asynchronous\.bufferSize/],
    [
      "an unknown setting",
      { aggregation: { asynchronous: { buffer: 3 } } },
      /Allowed: bufferSize, concurrency, maximumStaleness/,
    ],
    [
      "an emulated clock",
      { clock: { kind: "emulated", emulatedSecondsPerWallSecond: 10 } },
      /clock: An emulated clock/,
    ],
    [
      "central privacy",
      { privacy: { clippingNorm: 1, noiseMultiplier: 1, expectedUpdates: 2, delta: 1e-5 } },
      /privacy: The account of central privacy/,
    ],
    ["a policy that closes rounds", { selection: { policy: "quorum" } }, /says itself when a round closes/],
    ["a floor of participation", { selection: { rules: { participation: { floor: 0.1 } } } }, /participation\.floor/],
  ])("refuses %s", (_name, changes: Record<string, object>, message) => {
    const aggregation = { asynchronous: {}, ...changes.aggregation };
    expect(() => asynchronousConfig({ ...changes, aggregation })).toThrow(message);
  });

  it("refuses a policy that learns from rounds, by its name and need", async () => {
    await expect(loadRuledPolicy("oort", { cohortSize: 2, isAsynchronous: true })).rejects.toThrow(
      /The policy "oort" needs history of rounds/,
    );
  });
});

describe("the places of an asynchronous run", () => {
  it("go to so many of those who qualify and no more; the others are told why", async () => {
    const policy = selecting((clientId) => clientId !== "d");
    if (policy.needs !== "static-specs") throw new Error("a static policy");
    await using run = await startAsynchronousRun({
      ...{ bufferSize: 1, concurrency: 2, parts: fedbuffParts({ policy: withinPlaces(policy) }) },
      config: { minimumClients: 4 },
    });
    await Promise.all(["a", "b", "c", "d"].map((id) => ScriptedAgent.join(run.url, id)));
    const { plan } = await run.log.next("round-planned");
    expect(plan.decisions.filter(({ selected }) => selected)).toHaveLength(2);
    const without = plan.decisions.filter(({ reasonCode }) => reasonCode === "cohort-full");
    expect(without.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(
        /^Skipped: .*, but 2 places were free for the 3 clients that qualify, and others drew them\.$/,
      ),
    ]);
    expect(plan.decisions.find(({ clientId }) => clientId === "d")?.reasonCode).toBe("below-probability");
  });
});
