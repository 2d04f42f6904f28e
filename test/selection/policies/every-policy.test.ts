// What holds for every policy, whatever it is after.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findLatencyModel } from "../../../selection/latency/find-latency-model.ts";
import { createPolicy, policyNames, policySummaries } from "../../../selection/policies/find-policy.ts";
import { forecastCandidate } from "../support.ts";
import { chosenBy, decide, decideRound, fleet, probabilities } from "./support.ts";

const cohortSizes = fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined });

describe.each(policyNames)("policy %s", (name) => {
  it("makes one decision per candidate, in their order, with a sentence as reason and the forecast", () => {
    fc.assert(
      fc.property(probabilities, cohortSizes, (values, cohortSize) => {
        const candidates = fleet(values);
        const decisions = decide(createPolicy(name, { cohortSize }), candidates);
        expect(decisions.map(({ clientId }) => clientId)).toEqual(candidates.map((entry) => entry.candidate.clientId));
        decisions.forEach(({ selected, reasonCode, reason, forecast, work }, index) => {
          expect(selected).toBe(reasonCode === "selected");
          expect(reason).toMatch(/^(Selected|Skipped): .+\.$/);
          expect(reason).not.toMatch(/NaN|Infinity|undefined|null|\.\.$/);
          if (work === undefined) expect(forecast).toEqual(candidates[index]?.forecast);
        });
      }),
    );
  });

  it("selects nobody from an empty fleet", () => {
    expect(decide(createPolicy(name), [])).toEqual([]);
    expect(decide(createPolicy(name, { cohortSize: 3 }), [])).toEqual([]);
  });

  it("answers a fleet in which nobody can take part, and a cohort larger than the fleet, with a reason for each", () => {
    const impossible = ["a", "b", "c"].map((clientId) =>
      forecastCandidate(clientId, 0, { memory: { requiredBytes: 9e9, availableBytes: 8e9, fits: false } }),
    );
    for (const candidates of [impossible, fleet([0.9, 0.9]), fleet([0, 0, 0])]) {
      for (const { reason } of decide(createPolicy(name, { cohortSize: 7 }), candidates)) {
        expect(reason).toMatch(/^(Selected|Skipped): .{10,}\.$/);
        expect(reason).not.toMatch(/NaN|Infinity|undefined|null/);
      }
    }
  });

  it("chooses the same clients whatever their order, ties included, round after round", () => {
    const permuted = probabilities
      .map(fleet)
      .chain((candidates) =>
        fc.tuple(fc.constant(candidates), fc.shuffledSubarray([...candidates], { minLength: candidates.length })),
      );
    fc.assert(
      fc.property(permuted, cohortSizes, ([candidates, others], cohortSize) => {
        const policies = [createPolicy(name, { cohortSize }), createPolicy(name, { cohortSize })] as const;
        for (const round of [1, 2, 3]) {
          const chosen = chosenBy(policies[0], candidates, { round });
          expect([...chosenBy(policies[1], others, { round })].sort()).toEqual([...chosen].sort());
        }
      }),
    );
  });

  it("chooses the same cohort again with the same seed", () => {
    const candidates = fleet(Array.from({ length: 20 }, () => 0.9));
    const run = () => {
      const policy = createPolicy(name, { cohortSize: 5 });
      return [1, 2, 3].map((round) => chosenBy(policy, candidates, { round }));
    };
    expect(run()).toEqual(run());
  });

  it("says before the round how many updates to expect", () => {
    const round = decideRound(createPolicy(name, { cohortSize: 5 }), fleet([0.9, 0.95, 0.85, 0.8, 0.99, 0.7]));
    const selected = round.decisions.filter(({ selected }) => selected);
    const sum = selected.reduce((total, { forecast }) => total + forecast.deadlineProbability, 0);
    expect(round.forecast.expectedOnTimeCount).toBeCloseTo(sum, 12);
  });

  it("has a summary and says what it needs", () => {
    const found = policySummaries.find((summary) => summary.name === name);
    expect(found?.summary).toMatch(/[^.]$/);
    expect(createPolicy(name).needs).toBe(found?.needs);
    expect(createPolicy(name).name).toBe(name);
  });

  it("refuses a setting that it does not have, and names those that it has", () => {
    expect(() => createPolicy(name, { settings: { wizardry: 1 } })).toThrow(
      expect.objectContaining({
        code: "selection.invalid-argument",
        message: expect.stringMatching(/"wizardry".*(settings)/),
      }),
    );
  });
});

describe("names", () => {
  it("refuses an unknown policy or latency model and lists the known ones", () => {
    expect(() => createPolicy("oortt")).toThrow(
      expect.objectContaining({
        code: "selection.unknown-policy",
        message: expect.stringContaining(policyNames.join(", ")),
      }),
    );
    expect(() => createPolicy("toString")).toThrow(expect.objectContaining({ code: "selection.unknown-policy" }));
    expect(() => findLatencyModel("magic")).toThrow(
      expect.objectContaining({
        code: "selection.unknown-latency-model",
        message: expect.stringContaining("roofline"),
      }),
    );
    expect(findLatencyModel("roofline").name).toBe("roofline");
  });

  it("refuses a cohort size that is no whole number from 1", () => {
    for (const cohortSize of [0, 1.5, Number.NaN]) {
      expect(() => createPolicy("probselect", { cohortSize })).toThrow(
        expect.objectContaining({ code: "selection.invalid-argument" }),
      );
    }
  });
});
