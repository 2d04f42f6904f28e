import { describe, expect, it } from "vitest";
import { asksForProbability, placeAmong, whatIf } from "../../../cli/explain/round-place.ts";
import { createPolicy, type PolicyOptions } from "../../../selection/policies/find-policy.ts";
import { selectClients } from "../../../selection/policy/select-clients.ts";
import type { LatencyForecast, SelectionDecision } from "../../../selection/types.ts";
import type { RoundPlan } from "../../../server/rounds/types.ts";
import { forecastCandidate } from "../../selection/support.ts";

const slo = { deadlineSeconds: 30, minimumProbability: 0.8 };

/** A round as a policy plans it, of clients with these probabilities. */
function planBy(
  name: string,
  probabilities: readonly number[],
  options: PolicyOptions & { readonly changes?: Partial<LatencyForecast> } = {},
): RoundPlan {
  const candidates = probabilities.map((p, index) => forecastCandidate(`client-${index}`, p, options.changes));
  const policy = createPolicy(name, options);
  const { decisions, forecast } = selectClients({ policy, round: 1, seed: 7, slo, candidates });
  return { round: 1, modelVersion: 0, policy: name, slo, decisions, forecast };
}

const asked = (plan: RoundPlan, index: number, settings = {}) =>
  whatIf(plan, decisionOf(plan, index), asksForProbability(plan, settings));
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
    const [selected, skipped] = [asked(plan, 0), asked(plan, 1)];
    // The two have the same times, so the same deadline: 3 s of transfers and 0.1 s / (1 - 0.29 * 0.8416) = 0.132 s.
    expect(selected).toMatchObject({ kind: "deadline", deadlineSeconds: expect.closeTo(3.132, 3) });
    expect(skipped).toEqual(selected);
  });

  it("is the number of places where the cohort was full", () => {
    // Those with 0.9 share rank 2: only with 4 places would each of them have been in.
    const probabilities = [0.95, 0.9, 0.9, 0.9, 0.85, 0.1];
    const plan = planBy("probselect", probabilities, { cohortSize: 1 });
    expect(asked(plan, 1)).toEqual({ kind: "cohort-size", cohortSize: 4 });
    expect(asked(plan, 4)).toEqual({ kind: "cohort-size", cohortSize: 5 });
    expect(decisionOf(planBy("probselect", probabilities, { cohortSize: 4 }), 1).selected).toBe(true);
  });

  it("is nothing of its own where a client qualified and the round had enough without it", () => {
    const plan = planBy("quorum", [0.99, 0.99, 0.9], { settings: { requiredUpdates: 1 } });
    expect(decisionOf(plan, 2)).toMatchObject({ selected: false, reasonCode: "quorum-reached" });
    expect(asked(plan, 2)).toEqual({ kind: "qualified" });
  });

  it.each([
    ["memory", { memory: { requiredBytes: 9e9, availableBytes: 8e9, fits: false } }],
    ["energy", { energy: { requiredJoules: 9, availableJoules: 8, fits: false } }],
    ["mixture", { computeLaw: null, utilisation: null, requiredUtilisation: null }],
  ] as const)("is %s where no deadline can be told", (kind, changes) => {
    const plan = planBy("probselect", [0.5], { changes });
    expect(asked(plan, 0)).toEqual({ kind });
  });

  it("is the operator's rules where they left a client out", () => {
    const plan = planBy("probselect", [0.9]);
    const decision: SelectionDecision = { ...decisionOf(plan, 0), selected: false, reasonCode: "excluded-by-rule" };
    expect(whatIf(plan, decision, true)).toEqual({ kind: "rules" });
  });

  it("says nothing of a policy that does not ask for a probability, but for transfers that are too long", () => {
    const plan = planBy("random", [0.95, 0.5, 0.1, 0.9]);
    for (const index of plan.decisions.keys()) expect(asked(plan, index)).toEqual({ kind: "not-by-probability" });
    const decision: SelectionDecision = {
      ...decisionOf(plan, 0),
      selected: false,
      reasonCode: "transfer-exceeds-deadline",
    };
    // 1 s down and 2 s up.
    expect(whatIf(plan, decision, false)).toEqual({ kind: "possible", deadlineSeconds: 3 });
  });
});

describe("asksForProbability", () => {
  it("knows the policies with a floor, and the setting that takes it away", () => {
    expect(asksForProbability(planBy("probselect", [0.9]), {})).toBe(true);
    expect(asksForProbability(planBy("quorum", [0.9]), {})).toBe(true);
    expect(asksForProbability(planBy("quorum", [0.9]), { keepsClientFloor: false })).toBe(false);
    expect(asksForProbability(planBy("random", [0.9]), {})).toBe(false);
  });

  it("takes it from the plan of a policy that it does not know", () => {
    const plan = { ...planBy("probselect", [0.9, 0.1]), policy: "mine" };
    expect(asksForProbability(plan, {})).toBe(true);
    expect(asksForProbability({ ...plan, decisions: plan.decisions.slice(0, 1) }, {})).toBe(false);
  });
});
