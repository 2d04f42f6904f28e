import { describe, expect, it } from "vitest";
import { placeAmong, whatIf } from "../../../cli/explain/round-place.ts";
import { seededRandom } from "../../../foundation/random-source.ts";
import { createPolicy } from "../../../selection/policies/find-policy.ts";
import type { LatencyForecast, SelectionDecision } from "../../../selection/types.ts";
import type { RoundPlan } from "../../../server/rounds/types.ts";
import { forecastCandidate } from "../../selection/support.ts";

const slo = { deadlineSeconds: 30, minimumProbability: 0.8 };

/** A round as a policy plans it, of clients with these probabilities. */
function planBy(
  name: string,
  probabilities: readonly number[],
  { cohortSize, changes = {} }: { cohortSize?: number; changes?: Partial<LatencyForecast> } = {},
): RoundPlan {
  const policy = createPolicy(name, { cohortSize, random: seededRandom(7, "selection") });
  const candidates = probabilities.map((p, index) => forecastCandidate(`client-${index}`, p, changes));
  return { round: 1, modelVersion: 0, policy: name, slo, decisions: policy.select({ round: 1, slo, candidates }) };
}

const decisionOf = (plan: RoundPlan, index: number) => plan.decisions[index] as SelectionDecision;

describe("placeAmong", () => {
  it("ranks a candidate by its probability, with the edges of the two groups", () => {
    const plan = planBy("probselect", [0.95, 0.5, 0.91, 0.79]);
    expect(placeAmong(plan, decisionOf(plan, 3))).toEqual({
      rank: 3,
      tiedCount: 0,
      candidateCount: 4,
      selectedCount: 2,
      leastSelectedProbability: 0.91,
      greatestSkippedProbability: 0.79,
    });
  });

  it("gives equally probable candidates the same rank", () => {
    const plan = planBy("probselect", [0.9, 0.95, 0.9, 0.9]);
    for (const index of [0, 2, 3]) {
      expect(placeAmong(plan, decisionOf(plan, index))).toMatchObject({ rank: 2, tiedCount: 2 });
    }
  });

  it("has no edge where nobody was selected, or nobody skipped", () => {
    const nobody = planBy("probselect", [0.1, 0.2]);
    expect(placeAmong(nobody, decisionOf(nobody, 0)).leastSelectedProbability).toBeNull();
    const all = planBy("probselect", [0.9]);
    expect(placeAmong(all, decisionOf(all, 0)).greatestSkippedProbability).toBeNull();
  });
});

describe("whatIf", () => {
  it("is a deadline where the policy asks for a probability, for the selected as for the skipped", () => {
    const plan = planBy("probselect", [0.95, 0.5]);
    const [selected, skipped] = [0, 1].map((index) => whatIf(plan, decisionOf(plan, index)));
    // The two have the same times, so the same deadline: 3 s of transfers and 0.1 s / (1 - 0.29 * 0.8416) = 0.132 s.
    expect(selected).toMatchObject({ kind: "deadline", deadlineSeconds: expect.closeTo(3.132, 3) });
    expect(skipped).toEqual(selected);
  });

  it("is the number of places where the cohort was full", () => {
    // Those with 0.9 share rank 2: only with 4 places would each of them have been in.
    const plan = planBy("probselect", [0.95, 0.9, 0.9, 0.9, 0.85, 0.1], { cohortSize: 1 });
    expect(whatIf(plan, decisionOf(plan, 1))).toEqual({ kind: "cohort-size", cohortSize: 4 });
    expect(whatIf(plan, decisionOf(plan, 4))).toEqual({ kind: "cohort-size", cohortSize: 5 });
    const wider = planBy("probselect", [0.95, 0.9, 0.9, 0.9, 0.85, 0.1], { cohortSize: 4 });
    expect(decisionOf(wider, 1).selected).toBe(true);
  });

  it("is nothing but luck where a policy draws among those that qualify", () => {
    const plan = planBy("probselect", [0.95, 0.9, 0.1]);
    const decisions = plan.decisions.map((decision, index): SelectionDecision => {
      return index === 0 ? { ...decision, selected: false, reasonCode: "not-sampled" } : decision;
    });
    expect(whatIf({ ...plan, decisions }, decisions[0] as SelectionDecision)).toEqual({ kind: "qualified" });
  });

  it.each([
    ["memory", { memory: { requiredBytes: 9e9, availableBytes: 8e9, fits: false } }],
    ["mixture", { computeLaw: null, utilisation: null, requiredUtilisation: null }],
  ] as const)("is %s where no deadline can be told", (kind, changes) => {
    const plan = planBy("probselect", [0.5], { changes });
    expect(whatIf(plan, decisionOf(plan, 0))).toEqual({ kind });
  });

  it("says nothing of a policy that does not ask for a probability", () => {
    const plan = planBy("fedlim", [0.95, 0.5, 0.1, 0.9]);
    for (const decision of plan.decisions) expect(whatIf(plan, decision)).toEqual({ kind: "not-by-probability" });
  });
});
