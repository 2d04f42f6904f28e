import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../../selection/policies/find-policy.ts";
import type { TiflState } from "../../../../../selection/policies/learning/tifl/tifl-state.ts";
import { ClientSlots } from "../../../../../selection/policy/client-slots.ts";
import { startPolicy } from "../../../../../selection/policy/policy.ts";
import { forecastCandidate } from "../../../support.ts";
import { decideRound, selectedIds } from "../../support.ts";
import { type MadeClient, madeCandidate, many, play, requestFor, withUnchangedStates } from "../made-runs.ts";
import { ladder, tifl } from "./support.ts";

describe("tifl", () => {
  it("never has a client that cannot take part", () => {
    const tight = { requiredBytes: 9e9, availableBytes: 8e9, fits: false };
    const fleet = [forecastCandidate("small", 1, { memory: tight }), forecastCandidate("able", 0.1)];
    const policy = createPolicy("tifl", { cohortSize: 4 });
    for (const round of [1, 2, 3])
      expect(selectedIds(decideRound(policy, fleet, { round }).decisions)).toEqual(["able"]);
    expect(decideRound(policy, fleet.slice(0, 1)).decisions[0]?.reasonCode).toBe("insufficient-memory");
  });

  it("draws the members of higher priority first", () => {
    const slots = new ClientSlots();
    const priorities = Float64Array.of(0, 1, 0, 1, 0, 0);
    const fleet = ladder(6).map(madeCandidate);
    const policy = tifl({ cohortSize: 2 });
    for (let seed = 0; seed < 20; seed++) {
      const request = requestFor(fleet, { round: 1, seed, deadlineSeconds: 30, slots, priorities });
      const { reasons } = policy.select(request, policy.begin()).selection;
      expect([...reasons.keys()].filter((index) => reasons[index] === 0)).toEqual([1, 3]);
    }
  });

  it("leaves the states that it was given as they were", () => {
    const policy = tifl({ cohortSize: 4, interval: 2, tiers: 3, credits: 3, profilingRounds: 2 });
    const run = { fleet: ladder(15), rounds: 40, deadlineSeconds: 12, seed: 3 };
    const played = play(withUnchangedStates(policy), run);
    expect(play(policy, run).map(({ cohort }) => cohort)).toEqual(played.map(({ cohort }) => cohort));
  });

  it("chooses the same clients whatever their order, equal latencies included", () => {
    const fleet = many(15, (index) => ({ latencySeconds: 1 + (index % 4), loss: 1 + (index % 3) }));
    const run = { rounds: 20, deadlineSeconds: 3.5, seed: 5 };
    const names = (members: readonly MadeClient[]) =>
      play(tifl({ cohortSize: 5, interval: 3, tiers: 3 }), { ...run, fleet: members }).map(({ cohort }) =>
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

  it("says which tier has its turn and where a client is", () => {
    // Only the second tier has a turn left; client 4 was dropped, client 5 never profiled.
    const state: TiflState = {
      latencySeconds: Float64Array.of(1, 2, 4, 5, Number.POSITIVE_INFINITY, Number.NaN, 6),
      losses: new Float64Array(7),
      profilingRounds: 1,
      tiers: {
        edges: Float64Array.of(1, 4, 6),
        probabilities: Float64Array.of(0.5, 0.5),
        credits: [0, 3],
        turnCount: 7,
        lossesBefore: new Float64Array(2),
      },
      latest: 1,
      isProfilingDue: false,
    };
    const policy = startPolicy({ ...tifl({ cohortSize: 2, tiers: 2 }), begin: () => state });
    const { decisions, note } = decideRound(policy, ladder(7).map(madeCandidate));
    const reasons = decisions.map(({ reason }) => reason.replace(/; it should take about 5 s and meets .*/, ""));
    const fast = (seconds: number) =>
      `Skipped: profiled at ${seconds} s, it is in tier 1 of 2 (1 s to 4 s), while tier 2 of 2 (4 s to 6 s) has its turn`;
    expect([reasons[0], reasons[1]]).toEqual([fast(1), fast(2)]);
    expect([reasons[2], reasons[3], reasons[6]].sort()).toEqual([
      "Selected: one of the 2 drawn of 3 in tier 2 of 2 (4 s to 6 s), which has its turn",
      "Selected: one of the 2 drawn of 3 in tier 2 of 2 (4 s to 6 s), which has its turn",
      "Skipped: not one of the 2 drawn of 3 in tier 2 of 2 (4 s to 6 s), which has its turn",
    ]);
    expect(reasons[4]).toBe("Skipped: it did not report in time when it was profiled, and has no tier");
    expect(reasons[5]).toBe(
      "Skipped: it has no tier as it was never profiled; new clients are, every 10 turns of tiers",
    );
    expect(decisions.map(({ reasonCode }) => reasonCode).filter((code) => code !== "selected")).toEqual(
      expect.arrayContaining(["not-chosen", "not-sampled", "too-slow"]),
    );
    expect(note).toBe(
      "TiFL draws 2 of 3 clients of tier 2 of 2 (4 s to 6 s); its probability was 100 % and it has 2 turns left.",
    );
  });

  it("says who is profiled and who waits", () => {
    const state: TiflState = { ...tifl().begin(), latencySeconds: Float64Array.of(3), profilingRounds: 1 };
    const policy = startPolicy({ ...tifl({ cohortSize: 2 }), begin: () => state });
    const { decisions, note } = decideRound(policy, ladder(3).map(madeCandidate));
    const reasons = decisions.map(({ reason }) => reason.replace(/; it should take.*/, ""));
    expect(reasons).toEqual([
      "Skipped: profiled at 3 s, it waits until the others are",
      "Selected: one of the 2 drawn of 2 to be profiled",
      "Selected: one of the 2 drawn of 2 to be profiled",
    ]);
    expect(note).toBe("TiFL profiles 2 of 2 clients that have no tier.");
  });

  it("refuses credits for another number of tiers", () => {
    expect(() => createPolicy("tifl", { settings: { tiers: 3, credits: [1, 2] } })).toThrow(
      expect.objectContaining({
        code: "selection.invalid-argument",
        message: expect.stringContaining("credits: give one number, or as many as there are tiers"),
      }),
    );
  });
});
