import { describe, expect, it } from "vitest";
import type { TiflState } from "../../../../../selection/policies/learning/tifl/tifl-state.ts";
import { type MadeClient, many, type PlayedRound, play } from "../made-runs.ts";
import { ladder, tierOfRound, tifl } from "./support.ts";

describe("tifl profiles", () => {
  it("every client once, and only then makes tiers", () => {
    // 10 clients, 4 a round: 4, 4 and the 2 that are left; then a tier of 2 of the 10 at a time.
    const played = play(tifl({ cohortSize: 4 }), { fleet: ladder(10), rounds: 5, deadlineSeconds: 30, seed: 1 });
    const [first, second, third, fourth] = played;
    expect(played.map(({ cohort }) => cohort.length)).toEqual([4, 4, 2, 2, 2]);
    expect([first, second, third].flatMap((round) => round?.cohort ?? []).sort()).toEqual([...Array(10).keys()]);
    expect(third?.learned.tiers).toBeNull();
    expect([...(fourth?.learned.tiers?.edges ?? [])]).toEqual([1, 3, 5, 7, 9, 10]);
    expect(fourth?.cohort).toEqual(
      [0, 1].map((place) => place + 2 * (tierOfRound(fourth as PlayedRound<TiflState>) ?? 0)),
    );
  });

  it("no longer than it may: who is left has a turn after every interval", () => {
    // 2 rounds of 3 profile 6 of 12; tiers have rounds 3 to 6; the other six are profiled in rounds 7 and 12.
    const settings = { cohortSize: 3, profilingRounds: 2, interval: 4, tiers: 3 };
    const played = play(tifl(settings), { fleet: ladder(12), rounds: 14, deadlineSeconds: 30, seed: 4 });
    const profiling = played.filter(({ state }) => state.latest === "profiling");
    expect(profiling.map(({ round }) => round)).toEqual([1, 2, 7, 12]);
    expect(new Set(profiling.flatMap(({ cohort }) => cohort)).size).toBe(12);
  });

  it("who appears later, and puts it into the tier whose range it lies in", () => {
    const latecomer = { latencySeconds: 4.5, fromRound: 6 };
    const fleet = [...ladder(10), { ...many(1)[0], clientId: "latecomer", ...latecomer } as MadeClient];
    const settings = { cohortSize: 10, interval: 3 };
    const played = play(tifl(settings), { fleet, rounds: 40, deadlineSeconds: 30, seed: 4 });
    // Round 1 profiles, 2, 3 and 4 are turns, 5 to 7 too; it is there from round 6 on, so that round 8 profiles it alone.
    expect(played[7]?.cohort).toEqual([10]);
    const turns = played.slice(8).filter(({ cohort }) => cohort.includes(10));
    expect(turns.length).toBeGreaterThan(0);
    // Tiers begin at 1, 3, 5, 7 and 9 s: 4.5 s is in the second.
    for (const { cohort } of turns) expect(cohort).toEqual([2, 3, 10]);
  });

  it("drops who did not report within T_max, for good", () => {
    // By the deadline of 8 s the last two are late; with T_max = 5 s the last five are dropped.
    const run = { fleet: ladder(10), rounds: 40, deadlineSeconds: 8, seed: 4 };
    const later = (policy: ReturnType<typeof tifl>) =>
      [
        ...new Set(
          play(policy, run)
            .slice(1)
            .flatMap(({ cohort }) => cohort),
        ),
      ].sort((a, b) => a - b);
    expect(later(tifl({ cohortSize: 10 }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(later(tifl({ cohortSize: 10, maximumLatencySeconds: 5 }))).toEqual([0, 1, 2, 3, 4]);
  });

  it("all again if all were dropped, so that a run does not stop", () => {
    const played = play(tifl({ cohortSize: 10 }), { fleet: ladder(4), rounds: 3, deadlineSeconds: 0.5, seed: 4 });
    expect(played.map(({ cohort }) => cohort)).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ]);
  });
});
