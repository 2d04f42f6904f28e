import { describe, expect, it } from "vitest";
import { selectClients } from "../../../selection/policy/select-clients.ts";
import { createRuledPolicy } from "../../../selection/rules/ruled-policy.ts";
import { whyWords } from "../../../server/reporting/words.ts";
import { forecastCandidate } from "../../selection/support.ts";

const plan = { policy: "probselect", slo: { deadlineSeconds: 30, minimumProbability: 0.8 } };
const decision = (
  reasonCode: Parameters<typeof whyWords>[0]["reasonCode"],
  reason = "Selected: it should take about 3 s.",
) => ({ reasonCode, reason });

describe("why, in a few words", () => {
  it("a client was selected: by its probability, or by the policy that chose it", () => {
    expect(whyWords(decision("selected"), plan)).toBe("p ≥ 80%");
    expect(whyWords(decision("selected"), { ...plan, policy: "random" })).toBe("by random");
  });

  it.each(["probselect", "quorum", "random"])("a client was added by a floor of the rules, not by %s", (name) => {
    // Everybody is due in each round; the policy has one place.
    const policy = createRuledPolicy(name, { cohortSize: 1, rules: { participation: { floor: 1 } } });
    const candidates = [forecastCandidate("a", 0.9), forecastCandidate("b", 0.9)];
    const { decisions } = selectClients({ policy, round: 1, seed: 1, slo: plan.slo, candidates });
    const words = decisions.map((made) => whyWords(made, { ...plan, policy: name }));
    expect(words.sort()).toEqual([name === "probselect" ? "p ≥ 80%" : `by ${name}`, "floor due"].sort());
  });

  it("a client was skipped: by a rule, by its cap, by its probability", () => {
    expect(whyWords(decision("excluded-by-rule"), plan)).toBe("rule");
    expect(whyWords(decision("participation-cap"), plan)).toBe("cap reached");
    expect(whyWords(decision("below-probability"), plan)).toBe("p < 80%");
  });
});
