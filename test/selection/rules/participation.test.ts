import { describe, expect, it } from "vitest";
import {
  leastRounds,
  mostRounds,
  noParticipation,
  withCandidacies,
  withSelections,
} from "../../../selection/rules/participation.ts";

describe("shares of rounds", () => {
  it("round a cap up and a floor down", () => {
    // 50 %: 0.5, 1, 1.5, 2 rounds are 1, 1, 2, 2 at most; 10 %: the first whole round is due in the tenth.
    expect([1, 2, 3, 4].map((rounds) => mostRounds(0.5, rounds))).toEqual([1, 1, 2, 2]);
    expect([1, 9, 10, 19, 20].map((rounds) => leastRounds(0.1, rounds))).toEqual([0, 0, 1, 1, 2]);
  });

  it("do not feel the rounding of products", () => {
    // In floating point 0.07 * 100 is 7.000000000000001 and 0.29 * 100 is 28.999999999999996.
    expect(mostRounds(0.07, 100)).toBe(7);
    expect(leastRounds(0.29, 100)).toBe(29);
    for (let percent = 0; percent <= 100; percent++) {
      for (const rounds of [100, 1000, 100_000]) {
        const exact = (percent * rounds) / 100;
        expect([mostRounds(percent / 100, rounds), leastRounds(percent / 100, rounds)]).toEqual([exact, exact]);
      }
    }
  });

  it("never ask for more than they allow, where the floor is at most the cap", () => {
    for (const share of [0, 0.1, 1 / 3, 0.5, 0.7, 1]) {
      for (let rounds = 1; rounds <= 300; rounds++) {
        expect(leastRounds(share, rounds)).toBeLessThanOrEqual(mostRounds(share, rounds));
      }
    }
  });
});

describe("counts", () => {
  it("grow with the fleet, and leave what they came from as it was", () => {
    const first = withCandidacies(noParticipation, Uint32Array.of(0, 1), 2);
    const chosen = withSelections(first, Uint32Array.of(1));
    const second = withCandidacies(chosen, Uint32Array.of(1, 2), 3);
    expect([...second.candidacies]).toEqual([1, 2, 1]);
    expect([...second.selections]).toEqual([0, 1, 0]);
    expect([...chosen.candidacies]).toEqual([1, 1]);
    expect([...first.selections]).toEqual([0, 0]);
    expect(noParticipation.candidacies.length).toBe(0);
  });
});
