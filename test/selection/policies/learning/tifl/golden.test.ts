// Against a reference of its own: test/golden/tifl.py.

import { describe, expect, it } from "vitest";
import { changedProbabilities, tierEdges, tierOf } from "../../../../../selection/policies/learning/tifl/tiers.ts";
import { tiflPolicy } from "../../../../../selection/policies/learning/tifl/tifl.ts";
import { tiflSettings } from "../../../../../selection/policies/learning/tifl/tifl-settings.ts";
import golden from "../../../../golden/tifl.json" with { type: "json" };
import { columnOf, largestDifference, play } from "../made-runs.ts";

describe("TiFL against its reference", () => {
  it.each(golden.tiers)("splits $latencySeconds.length clients into $tiers tiers", (made) => {
    const edges = tierEdges(columnOf(made.latencySeconds), made.tiers);
    expect([...edges]).toEqual(made.edges);
    expect(made.probes.map((latency) => tierOf(latency, edges))).toEqual(made.tierOf);
  });

  it.each(golden.probabilities)("gives tiers of losses $losses their probabilities", ({ losses, credits, ...made }) => {
    const probabilities = changedProbabilities(columnOf(losses), credits);
    expect(largestDifference(probabilities, made.probabilities)).toBeLessThan(1e-9);
  });

  it.each(golden.runs)("has the same turns, probabilities, credits and cohorts with seed $seed", (made) => {
    const { fleet, cohortSize, deadlineSeconds, seed, wave } = made;
    const played = play(tiflPolicy({ ...tiflSettings.parse(made.settings), cohortSize }), {
      fleet,
      rounds: made.rounds.length,
      deadlineSeconds,
      seed,
      lossOf: ({ loss }, reportCount) => loss * 0.97 ** reportCount * (1 + wave * Math.sin(3 * reportCount)),
    });
    played.forEach(({ cohort, learned }, index) => {
      const expected = made.rounds[index];
      expect(cohort).toEqual(expected?.cohort);
      expect(typeof learned.latest === "number" ? learned.latest : null).toEqual(expected?.tier);
      expect(learned.tiers?.credits ?? null).toEqual(expected?.credits);
      expect(
        largestDifference(learned.tiers?.probabilities ?? [], columnOf(expected?.probabilities ?? [])),
      ).toBeLessThan(1e-9);
    });
    expect([...(played.at(-1)?.learned.tiers?.edges ?? [])]).toEqual(made.edges);
  });
});
