import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import { chosenBy, fleet } from "../support.ts";

describe.each(["fedlim", "random"])("policy %s", (name) => {
  it("draws half of the candidates without a cohort size, at least one", () => {
    // round(0.5 n): 1 -> 1 (0.5 rounds up), 4 -> 2, 7 -> 4 (3.5 rounds up).
    const sizes = [1, 4, 7].map((count) => {
      const candidates = fleet(Array.from({ length: count }, () => 0.5));
      return chosenBy(createPolicy(name), candidates).length;
    });
    expect(sizes).toEqual([1, 2, 4]);
  });

  it("ignores the forecasts: hopeless clients are drawn like any", () => {
    // 400 draws of 2 of 4: each client 200 times, standard deviation 10; five of them are 50.
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 400; seed++) {
      for (const id of chosenBy(createPolicy(name, { cohortSize: 2 }), fleet([0, 0, 1, 1]), { seed })) {
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
    }
    for (const id of ["client-0", "client-1", "client-2", "client-3"]) {
      expect(Math.abs((counts.get(id) ?? 0) - 200)).toBeLessThan(50);
    }
  });

  it("draws another cohort in the next round of the same run", () => {
    const policy = createPolicy(name, { cohortSize: 5 });
    const candidates = fleet(Array.from({ length: 40 }, () => 0.5));
    const rounds = [1, 2, 3].map((round) => chosenBy(policy, candidates, { round }).join());
    expect(new Set(rounds).size).toBe(3);
  });
});
