import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import { forecastCandidate } from "../../support.ts";
import { chosenBy, decide, decideRound, fleet, probabilities } from "../support.ts";
import { tooLittleMemory } from "./support.ts";

describe("policy all", () => {
  it("selects everybody, however small the probability, and ends the round at the deadline", () => {
    fc.assert(
      fc.property(probabilities, (values) => {
        const round = decideRound(createPolicy("all"), fleet(values));
        expect(round.decisions.every(({ selected }) => selected)).toBe(true);
        expect(round.roundEnd).toEqual({ kind: "deadline" });
      }),
    );
  });

  it("leaves out those that cannot take part", () => {
    const candidates = [forecastCandidate("a", 0.1), forecastCandidate("b", 1, tooLittleMemory)];
    expect(decide(createPolicy("all"), candidates).map(({ reasonCode, reason }) => [reasonCode, reason])).toEqual([
      [
        "selected",
        "Selected: everybody who can take part, 1 client, is selected; unseen by this policy, it should take about 3.1 s and meets the deadline of 30 s with 10.0 % probability.",
      ],
      ["insufficient-memory", "Skipped: training needs 9 GB of memory, more than 90 % of the device's 8 GB."],
    ]);
  });

  it("draws evenly among those that can take part when there are fewer places", () => {
    // 400 draws of 1 of 2: each client 200 times, standard deviation 10; five of them are 50.
    const candidates = [...fleet([0, 1]), forecastCandidate("small", 1, tooLittleMemory)];
    let first = 0;
    for (let seed = 0; seed < 400; seed++) {
      const chosen = chosenBy(createPolicy("all", { cohortSize: 1 }), candidates, { seed });
      expect(chosen).toHaveLength(1);
      expect(chosen).not.toContain("small");
      if (chosen[0] === "client-0") first += 1;
    }
    expect(Math.abs(first - 200)).toBeLessThan(50);
  });

  it("gives the places to those whom rules prefer", () => {
    const priorities = Float64Array.of(0, 1, 0, 1);
    const policy = createPolicy("all", { cohortSize: 2 });
    expect(chosenBy(policy, fleet([0.5, 0.5, 0.5, 0.5]), { priorities })).toEqual(["client-1", "client-3"]);
  });
});
