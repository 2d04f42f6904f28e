import { describe, expect, it } from "vitest";
import { whyWords } from "../../../server/reporting/words.ts";
import { forecastCandidate } from "../../selection/support.ts";

const plan = { policy: "probselect", slo: { deadlineSeconds: 30, minimumProbability: 0.8 } };
const decision = (probability: number, reasonCode: Parameters<typeof whyWords>[0]["reasonCode"] = "selected") => ({
  reasonCode,
  forecast: forecastCandidate("a", probability).forecast,
});

describe("why, in a few words", () => {
  it("a client was selected: by its probability, or by a floor of the rules where that is too low", () => {
    expect(whyWords(decision(0.8), plan)).toBe("p ≥ 80%");
    expect(whyWords(decision(0.79), plan)).toBe("floor due");
    expect(whyWords(decision(0.79), { ...plan, policy: "random" })).toBe("by random");
  });

  it("a client was skipped: by a rule, by its cap, by its probability", () => {
    expect(whyWords(decision(0.9, "excluded-by-rule"), plan)).toBe("rule");
    expect(whyWords(decision(0.9, "participation-cap"), plan)).toBe("cap reached");
    expect(whyWords(decision(0.7, "below-probability"), plan)).toBe("p < 80%");
  });
});
