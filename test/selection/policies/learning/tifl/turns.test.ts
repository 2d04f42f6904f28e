import { describe, expect, it } from "vitest";
import { type MadeClient, play } from "../made-runs.ts";
import { countOf, ladder, tierOfRound, tifl } from "./support.ts";

describe("a turn of tifl", () => {
  it("draws its cohort from one tier, without replacement and each client as often as any", () => {
    // 2 tiers of 10, 4 a round: over 300 turns a client has 300 / 2 * 4 / 10 = 60, standard deviation below sqrt(300 * 0.2 * 0.8) = 7.
    const played = play(tifl({ cohortSize: 4, tiers: 2, credits: 500 }), {
      fleet: ladder(20),
      rounds: 305,
      deadlineSeconds: 30,
      seed: 6,
      lossOf: (_, reportCount) => 0.99 ** reportCount,
    });
    const turns = played.slice(5);
    for (const { cohort } of turns) {
      expect(new Set(cohort).size).toBe(4);
      expect(new Set(cohort.map((place) => Math.floor(place / 10))).size).toBe(1);
    }
    for (let place = 0; place < 20; place++) {
      expect(Math.abs(turns.filter(({ cohort }) => cohort.includes(place)).length - 60)).toBeLessThan(35);
    }
  });

  it("costs a credit: no tier has more turns than credits before all have theirs anew", () => {
    // 3 tiers of 5 credits: 15 turns, 5 each, whatever the probabilities; then 15 more.
    const settings = { cohortSize: 9, tiers: 3, credits: 5, interval: 2 };
    const played = play(tifl(settings), { fleet: ladder(9), rounds: 31, deadlineSeconds: 30, seed: 6 });
    const turns = played.slice(1).map(tierOfRound);
    for (const period of [turns.slice(0, 15), turns.slice(15)]) {
      expect([0, 1, 2].map((tier) => countOf(period, tier))).toEqual([5, 5, 5]);
    }
  });

  it("may be had less often by slow tiers", () => {
    const settings = { cohortSize: 9, tiers: 3, credits: [8, 4, 1] };
    const played = play(tifl(settings), { fleet: ladder(9), rounds: 14, deadlineSeconds: 30, seed: 6 });
    expect([0, 1, 2].map((tier) => countOf(played.slice(1).map(tierOfRound), tier))).toEqual([8, 4, 1]);
  });

  it("goes more often to tiers of greater loss once the tier of the turn does not improve, but never starves the fastest", () => {
    // Losses never change and grow with the latency: from the first look on the slowest has 5 / 15 and the fastest 1 / 15.
    const fleet = ladder(50, (index) => ({ loss: 1 + index }));
    const played = play(tifl({ cohortSize: 5, credits: 1000 }), { fleet, rounds: 220, deadlineSeconds: 60, seed: 3 });
    const probabilities = played.at(-1)?.learned.tiers?.probabilities ?? [];
    expect([...probabilities].map((probability) => Math.round(15 * probability))).toEqual([1, 2, 3, 4, 5]);
    const turns = played.slice(20).map(tierOfRound);
    // 200 turns: 66.7 of the slowest, standard deviation 6.7; 13.3 of the fastest, standard deviation 3.5.
    expect(Math.abs(countOf(turns, 4) - 66.7)).toBeLessThan(30);
    expect(countOf(turns, 0)).toBeGreaterThan(2);
    // With credits each of 40 the fastest has had its 40 turns after 200.
    const bounded = play(tifl({ cohortSize: 10 }), { fleet, rounds: 205, deadlineSeconds: 60, seed: 3 });
    expect(countOf(bounded.slice(5).map(tierOfRound), 0)).toBe(40);
  });

  it("keeps its probabilities as long as the tier of the turn improves", () => {
    const lossOf = (_: MadeClient, reportCount: number) => 0.9 ** reportCount;
    const run = { fleet: ladder(10), rounds: 61, deadlineSeconds: 30, seed: 5, lossOf };
    const played = play(tifl({ cohortSize: 10, credits: 1000 }), run);
    for (const { learned } of played.slice(1)) {
      expect([...(learned.tiers?.probabilities ?? [])]).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
    }
  });
});
