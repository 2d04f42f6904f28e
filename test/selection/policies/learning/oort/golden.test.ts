// Against a reference of its own: test/golden/oort.py.

import { describe, expect, it } from "vitest";
import { oortPolicy } from "../../../../../selection/policies/learning/oort/oort.ts";
import { oortSettings } from "../../../../../selection/policies/learning/oort/oort-settings.ts";
import { afterRound, type Pacer } from "../../../../../selection/policies/learning/oort/pacer.ts";
import { cutOffScore, oortScores, preferredDuration } from "../../../../../selection/policies/learning/oort/scores.ts";
import golden from "../../../../golden/oort.json" with { type: "json" };
import { columnOf, largestDifference, play } from "../made-runs.ts";

describe("Oort against its reference", () => {
  it.each(golden.scores)("scores $utilities.length clients in round $round and cuts off the same", (made) => {
    const { round, clipBound, roundPenalty, percentile, places, cutOffUtility } = made;
    const durationSeconds = columnOf(made.durationSeconds);
    const preferredSeconds = preferredDuration(durationSeconds, percentile);
    expect(preferredSeconds).toBe(made.preferredSeconds ?? Number.POSITIVE_INFINITY);
    const scores = oortScores({
      utilities: columnOf(made.utilities),
      reportRounds: columnOf(made.reportRounds),
      durationSeconds,
      preferredSeconds,
      round,
      clipBound,
      roundPenalty,
    });
    expect(largestDifference(scores, columnOf(made.scores))).toBeLessThan(1e-9);
    const cutOff = cutOffScore(
      scores.filter((score) => !Number.isNaN(score)),
      places,
      cutOffUtility,
    );
    expect(Math.abs(cutOff - made.cutOff)).toBeLessThan(1e-9);
    expect([...scores.keys()].filter((index) => (scores[index] as number) >= cutOff)).toEqual(made.pool);
  });

  it.each(golden.pacer)("moves the threshold from $roundThreshold as the utilities do", (made) => {
    let pacer: Pacer = { thresholdPercentile: made.roundThreshold, exploitedUtilities: [], roundCount: 0 };
    const thresholds = made.utilities.map((utility) => {
      pacer = afterRound(pacer, utility, made);
      return pacer.thresholdPercentile;
    });
    expect(thresholds).toEqual(made.thresholds);
  });

  it.each(golden.runs)("selects the same $cohortSize clients, round after round, with seed $seed", (made) => {
    const { fleet, cohortSize, deadlineSeconds, seed } = made;
    const played = play(oortPolicy({ ...oortSettings.parse(made.settings), cohortSize }), {
      fleet,
      rounds: made.cohorts.length,
      deadlineSeconds,
      seed,
      lossOf: ({ loss }, reportCount) => loss * 0.97 ** reportCount,
    });
    expect(played.map(({ cohort }) => cohort)).toEqual(made.cohorts);
    expect(played.map(({ learned }) => learned.pacer.thresholdPercentile)).toEqual(made.thresholds);
    const last = played.at(-1)?.learned;
    expect(largestDifference(last?.utilities ?? [], columnOf(made.utilities))).toBeLessThan(1e-9);
    expect(largestDifference(last?.durationSeconds ?? [], columnOf(made.durationSeconds))).toBeLessThan(1e-9);
    expect([...(last?.reportCounts ?? [])].map((count) => count || 0)).toEqual(
      made.reportCounts.slice(0, last?.reportCounts.length),
    );
  });
});
