import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../../selection/policies/find-policy.ts";
import { oortPolicy } from "../../../../../selection/policies/learning/oort/oort.ts";
import { oortSettings } from "../../../../../selection/policies/learning/oort/oort-settings.ts";
import { startPolicy } from "../../../../../selection/policy/policy.ts";
import { decideRound } from "../../support.ts";
import { madeCandidate, many } from "../made-runs.ts";
import { explored, options } from "./support.ts";

describe("oort says why", () => {
  it("names the score, its rank and the draw, or how a client that is new was weighed", () => {
    const policy = startPolicy({
      ...oortPolicy(options({ cohortSize: 3, explorationDecay: 0.4, explorationMinimum: 0, clipBound: 1 })),
      begin: () => explored([50, 100, 200, 10], { durationSeconds: Float64Array.of(2, 2, 12, 2) }),
    });
    const fleet = many(6, () => ({ forecastSeconds: 2 })).map(madeCandidate);
    const { decisions, note } = decideRound(policy, fleet, { round: 1 });
    const reasons = decisions.map(({ reason }) => reason.replace(/; it should take.*/, ""));
    // epsilon 0.36: floor(3 * 0.36) = 1 explores, 2 exploit. T is 2 s. Scores: (U - 9.99) / 190.01, the third times (2 / 12)^2.
    expect(reasons[1]).toBe("Selected: its score 0.474 (utility 100) ranks 1st of 4 explored and was drawn to exploit");
    expect(reasons[2]).toMatch(
      /its score 0.0278 \(utility 200\) ranks 3rd of 4 explored, lowered as 12 s is more than the preferred 2 s(, but was not among the 2 drawn of 3| and was drawn to exploit)$/,
    );
    expect(reasons[3]).toBe(
      "Skipped: its score 0.0000526 (utility 10) ranks 4th of 4 explored, below the cut-off of 0.00139",
    );
    expect(reasons.slice(4).filter((reason) => reason.startsWith("Selected"))).toEqual([
      "Selected: never explored, it weighs 100 by its 100 examples and was drawn to be explored for the first time",
    ]);
    expect(reasons.slice(4).filter((reason) => reason.startsWith("Skipped"))).toEqual([
      "Skipped: never explored, it weighs 100 by its 100 examples, but was not among the 1 drawn of 2",
    ]);
    expect(decisions[3]?.reasonCode).toBe("not-chosen");
    expect(note).toBe(
      "Oort exploits 2 of 4 explored clients and explores 1 of 2 others (exploration 36.0 %); rounds of 2 s are preferred.",
    );
  });

  it("tells a client of the blacklist how often it has reported", () => {
    const policy = startPolicy({
      ...oortPolicy(options({ cohortSize: 2, blacklistRounds: 2 })),
      begin: () => explored([1, 1, 1, 1], { reportCounts: Float64Array.of(9, 1, 1, 1) }),
    });
    const { decisions } = decideRound(policy, many(4).map(madeCandidate));
    expect(decisions[0]).toMatchObject({
      reasonCode: "participation-cap",
      reason: expect.stringMatching(
        /^Skipped: it has reported in 9 rounds, more than the 2 of the blacklist; it should/,
      ),
    });
  });
});

describe("oort's settings", () => {
  it("are FedScale's, with no blacklist", () => {
    expect(oortSettings.parse({})).toEqual({
      share: 0.5,
      explorationFactor: 0.9,
      explorationDecay: 0.98,
      explorationMinimum: 0.3,
      roundThreshold: 30,
      roundPenalty: 2,
      pacerStep: 20,
      pacerDelta: 5,
      cutOffUtility: 0.05,
      clipBound: 0.9,
      sampleWindow: 5,
      blacklistShare: 0.3,
    });
  });

  it("are refused where they cannot be", () => {
    for (const settings of [{ cutOffUtility: 1.1 }, { sampleWindow: 0.5 }, { pacerStep: 0 }, { blacklistRounds: -1 }]) {
      expect(() => createPolicy("oort", { settings })).toThrow(
        expect.objectContaining({
          code: "selection.invalid-argument",
          message: expect.stringContaining(Object.keys(settings)[0] ?? ""),
        }),
      );
    }
  });
});
