import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oortPolicy } from "../../../../../selection/policies/learning/oort/oort.ts";
import { oortSettings } from "../../../../../selection/policies/learning/oort/oort-settings.ts";
import { learnOort } from "../../../../../selection/policies/learning/oort/oort-state.ts";
import { late, type MadeClient, made, many, onTime, play, withUnchangedStates } from "../made-runs.ts";
import { explored, options } from "./support.ts";

describe("what oort learns", () => {
  const feedback = (...clients: ReturnType<typeof late>[]) => ({
    round: 4,
    deadlineSeconds: 30,
    roundSeconds: 30,
    clients,
  });

  it("takes the root of the mean squared loss where it is reported, else the mean loss, its lower bound", () => {
    const report = onTime({ slot: 0, latencySeconds: 3, exampleCount: 100, loss: 1.5 });
    const state = learnOort(
      explored([]),
      feedback(report, { ...report, slot: 1, rootMeanSquareLoss: 2 }),
      oortSettings.parse({}),
    );
    expect([...state.utilities]).toEqual([150, 200]);
    expect([...state.durationSeconds]).toEqual([3, 3]);
    expect([...state.reportRounds]).toEqual([4, 4]);
  });

  it("keeps the utility of a client that was late or failed, and takes its round to be as long as the deadline", () => {
    const failedEarly = late(1, 2);
    const state = learnOort(explored([7, 8]), feedback(late(0, 30), failedEarly, late(3, 30)), oortSettings.parse({}));
    expect([...state.utilities]).toEqual([7, 8, Number.NaN, Number.NaN]);
    expect([...state.durationSeconds]).toEqual([30, 30, Number.NaN, 30]);
    expect([...state.reportRounds.slice(0, 2)]).toEqual([1, 1]);
    expect([...state.reportCounts.slice(0, 2)]).toEqual([1, 1]);
  });

  it("leaves the states that it was given as they were", () => {
    const policy = oortPolicy(options({ cohortSize: 4, blacklistRounds: 3, pacerStep: 2 }));
    const fleet = many(12, (index) => ({ latencySeconds: 3 * index }));
    const run = { fleet, rounds: 30, deadlineSeconds: 30, seed: 3 };
    const played = play(withUnchangedStates(policy), run);
    expect(play(policy, run).map(({ cohort }) => cohort)).toEqual(played.map(({ cohort }) => cohort));
  });

  it("chooses the same clients whatever their order, with all that it has learned", () => {
    const fleet = many(15, (index) => ({ latencySeconds: 1 + (index % 4) * 4, loss: 1 + (index % 3) }));
    const run = { rounds: 12, deadlineSeconds: 10, seed: 5 };
    const names = (members: readonly MadeClient[]) =>
      play(oortPolicy(options({ cohortSize: 5 })), { ...run, fleet: members }).map(({ cohort }) =>
        cohort.map((place) => members[place]?.clientId).sort(),
      );
    const expected = names(fleet);
    fc.assert(
      fc.property(fc.shuffledSubarray(fleet, { minLength: fleet.length }), (shuffled) => {
        expect(names(shuffled)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it("prefers clients of high loss and short rounds, and shuns those that are always late", () => {
    // 25 of each kind; 20 of 100 a round. Without any preference each client would have its turn in 40 of 200 rounds.
    const kinds = { "fast high": [4, 3], "fast low": [4, 0.5], "slow high": [20, 3], "slow low": [20, 0.5] } as const;
    const names = Object.keys(kinds) as (keyof typeof kinds)[];
    const fleet = many(100, (index) => {
      const [latencySeconds, loss] = kinds[names[index % 4] ?? "fast high"];
      return { latencySeconds, loss, forecastSeconds: latencySeconds };
    });
    // The first of the slow low is beyond any deadline.
    fleet[3] = made("client-3", { latencySeconds: 100, forecastSeconds: 20, loss: 0.5 });
    const run = { fleet, rounds: 200, deadlineSeconds: 30, seed: 11 };
    // Without a pacer, which would lengthen the rounds of a fleet whose losses never change.
    const played = play(oortPolicy(options({ cohortSize: 20, pacerStep: 1000 })), run);
    const turns = fleet.map((_, place) => played.filter(({ cohort }) => cohort.includes(place)).length);
    const mean = (kind: number) => turns.filter((_, place) => place % 4 === kind).reduce((a, b) => a + b, 0) / 25;
    const [fastHigh, fastLow, slowHigh, slowLow] = [mean(0), mean(1), mean(2), mean(3)];
    expect(fastHigh).toBeGreaterThan(80);
    expect(fastHigh).toBeGreaterThan(2 * fastLow);
    expect(fastHigh).toBeGreaterThan(5 * slowHigh);
    expect(fastLow).toBeGreaterThan(slowLow);
    // Every client has reported but the one that cannot.
    expect([...(played.at(-1)?.learned.utilities ?? [])].map(Number.isNaN).indexOf(true)).toBe(3);
    expect(played.at(-1)?.learned.durationSeconds[3]).toBe(30);
  });

  it("allows longer rounds when the utility stays as it is", () => {
    // Losses never change: every 5 rounds from the 10th on the threshold rises by 5, from 30 to 100 after 14 rises, in round 75.
    const fleet = many(30, (index) => ({ latencySeconds: 1 + index }));
    const policy = oortPolicy(options({ cohortSize: 10, pacerStep: 5, explorationMinimum: 0 }));
    const played = play(policy, { fleet, rounds: 90, deadlineSeconds: 60, seed: 2 });
    const thresholds = played.map(({ learned }) => learned.pacer.thresholdPercentile);
    expect(thresholds[8]).toBe(30);
    expect(thresholds.every((threshold, at) => at === 0 || threshold >= (thresholds[at - 1] ?? 0))).toBe(true);
    expect(thresholds.at(-1)).toBe(100);
    expect(played.at(-1)?.selection.note).toMatch(/no round is too long\.$/);
  });
});
