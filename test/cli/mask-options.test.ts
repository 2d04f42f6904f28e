import { describe, expect, it } from "vitest";
import { maskWords, statedMaskTerms } from "../../cli/mask-options.ts";

const words = (requireSecureAggregation?: boolean, minimumCohort?: number) =>
  maskWords(statedMaskTerms({ requireSecureAggregation, minimumCohort }));

describe("what an agent says of masks at its start", () => {
  it("is that its updates can be read unless the run masks them, and which option changes that", () => {
    expect(words()).toBe(
      "the aggregator can read this agent's updates, unless its run masks them (secure aggregation); " +
        "with --require-secure-aggregation the agent trains for such runs only",
    );
  });

  it("is in sums of how many they leave where masks are required", () => {
    expect(words(true, 5)).toContain("in sums of at least 5 clients");
  });
});
