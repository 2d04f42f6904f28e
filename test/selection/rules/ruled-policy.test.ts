// Rules under every policy that has a name, those that learn included.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createPolicy, policyHonoursPriorities, policyNames } from "../../../selection/policies/find-policy.ts";
import { entryOf } from "../../../selection/policies/policy-entry.ts";
import { createRuledPolicy, requireHonoured } from "../../../selection/rules/ruled-policy.ts";
import { chosenBy, decide, fleet, probabilities } from "../policies/support.ts";
import { labelled, runOf, slotsOf } from "./support.ts";

const cohortSizes = fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined });
const cities = ["berlin", "paris", "rome"] as const;

describe.each(policyNames)("policy %s under rules", (name) => {
  const ruled = (rules: Parameters<typeof createRuledPolicy>[1]["rules"], cohortSize?: number) =>
    createRuledPolicy(name, { rules, cohortSize });

  it("decides as without any if there are none", () => {
    const candidates = fleet([0.9, 0.95, 0.3, 0.8]);
    const plain = decide(createPolicy(name, { cohortSize: 2 }), candidates);
    expect(decide(ruled(undefined, 2), candidates)).toEqual(plain);
    expect(decide(ruled({}, 2), candidates)).toEqual(plain);
    expect(decide(ruled({ include: ["*"] }, 2), candidates)).toEqual(plain);
  });

  it("never selects an excluded client, and chooses among the others as if it were not there", () => {
    fc.assert(
      fc.property(probabilities, cohortSizes, fc.func(fc.boolean()), (values, cohortSize, isOut) => {
        const candidates = fleet(values).map(({ candidate, forecast }) =>
          labelled(candidate.clientId, forecast.deadlineProbability, isOut(candidate.clientId) ? ["out"] : []),
        );
        const others = candidates.filter(({ candidate }) => candidate.labels?.length === 0);
        const slots = slotsOf(candidates);
        const decisions = decide(ruled({ forbidLabels: ["out"] }, cohortSize), candidates, { slots });
        const chosen = decisions.filter(({ selected }) => selected).map(({ clientId }) => clientId);
        expect(chosen).toEqual(chosenBy(createPolicy(name, { cohortSize }), others, { slots }));
        for (const { clientId, reasonCode } of decisions) {
          expect(reasonCode === "excluded-by-rule").toBe(isOut(clientId));
        }
      }),
    );
  });

  it("selects nobody where everybody is excluded", () => {
    expect(chosenBy(ruled({ exclude: ["*"] }), fleet([0.9, 0.95, 0.8]))).toEqual([]);
  });

  it("keeps cap and floor in every one of 100 rounds, whoever is there", () => {
    const presences = fc.array(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), {
      minLength: 100,
      maxLength: 100,
    });
    const clients = fleet([0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1]);
    fc.assert(
      fc.property(presences, cohortSizes, (rounds, cohortSize) => {
        const present = rounds.map((isThere) => clients.filter((_, index) => isThere[index]));
        const counts = new Map<string, { rounds: number; selected: number }>();
        for (const decisions of runOf(ruled({ participation: { floor: 0.2, cap: 0.4 } }, cohortSize), present)) {
          for (const { clientId, selected } of decisions) {
            const before = counts.get(clientId) ?? { rounds: 0, selected: 0 };
            const after = { rounds: before.rounds + 1, selected: before.selected + (selected ? 1 : 0) };
            counts.set(clientId, after);
            // ceil(2 n / 5) and floor(n / 5), in whole numbers.
            expect(after.selected).toBeLessThanOrEqual(Math.ceil((2 * after.rounds) / 5));
            expect(after.selected).toBeGreaterThanOrEqual(Math.floor(after.rounds / 5));
          }
        }
      }),
      { numRuns: 4 },
    );
  });

  it("chooses the same clients whatever their order, round after round", () => {
    const rules = {
      exclude: ["client-1"],
      forbidLabels: ["berlin"],
      participation: { floor: 0.3, cap: 0.6 },
      ...(policyHonoursPriorities(name) ? { priority: [{ match: "label:rome", level: 1 }] } : {}),
    };
    const permuted = probabilities
      .map((values) =>
        fleet(values).map(({ candidate, forecast }, index) =>
          labelled(candidate.clientId, forecast.deadlineProbability, [cities[index % 3] as string]),
        ),
      )
      .chain((candidates) =>
        fc.tuple(fc.constant(candidates), fc.shuffledSubarray(candidates, { minLength: candidates.length })),
      );
    fc.assert(
      fc.property(permuted, cohortSizes, ([candidates, others], cohortSize) => {
        const chosen = [candidates, others].map((order) =>
          runOf(ruled(rules, cohortSize), [order, order, order, order]).map((decisions) =>
            decisions
              .filter(({ selected }) => selected)
              .map(({ clientId }) => clientId)
              .sort(),
          ),
        );
        expect(chosen[1]).toEqual(chosen[0]);
      }),
      { numRuns: 50 },
    );
  });

  it("puts first whom the rules put first, or refuses to", () => {
    const rules = { priority: [{ match: "client-2", level: 1 }] };
    // Enough for the oracle and for those who ask clients.
    const truth = { roundSeconds: new Float64Array(4).fill(1) };
    const monitoring = { losses: new Float64Array(4).fill(1), staysNextRound: null };
    if (policyHonoursPriorities(name)) {
      expect(chosenBy(ruled(rules, 1), fleet([0.99, 0.95, 0.85, 0.9]), { truth, monitoring })).toEqual(["client-2"]);
    } else {
      expect(() => ruled(rules)).toThrow(expect.objectContaining({ code: "selection.invalid-argument" }));
    }
  });
});

describe("priorities", () => {
  it("are honoured by the policies that say so, which a new one does not unless it does", () => {
    expect(policyNames.filter(policyHonoursPriorities)).toEqual(
      expect.arrayContaining(["probselect", "random", "fedlim"]),
    );
    const entry = entryOf({
      name: "mine",
      needs: "static-specs",
      summary: "mine",
      settings: z.strictObject({}),
      create: () => createPolicy("random"),
    });
    expect(entry.honoursPriorities).toBe(false);
    expect(() => policyHonoursPriorities("oortt")).toThrow(
      expect.objectContaining({ code: "selection.unknown-policy" }),
    );
  });

  it("are refused under a policy that would not heed them, with those that would", () => {
    const rules = { priority: [{ match: "a", level: 1 }] };
    expect(() => requireHonoured(rules, "mine", ["probselect", "random"])).toThrow(
      expect.objectContaining({
        code: "selection.invalid-argument",
        message: expect.stringMatching(/"mine" puts no client first.*Take a policy that does \(probselect, random\)/),
      }),
    );
    requireHonoured(rules, "random", ["probselect", "random"]);
    requireHonoured({ exclude: ["a"] }, "mine", []);
    requireHonoured({ priority: [] }, "mine", []);
  });
});
