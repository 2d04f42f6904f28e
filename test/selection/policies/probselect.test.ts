import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../selection/policies/find-policy.ts";
import { forecastCandidate } from "../support.ts";
import { chosenBy, decide, fleet, probabilities, probability, selectedIds } from "./support.ts";

const probselect = (cohortSize?: number) => createPolicy("probselect", { cohortSize });

describe("policy probselect", () => {
  it("selects a client whose probability equals p_slo", () => {
    const decisions = decide(probselect(), fleet([0.8, 0.79999, 0.95]));
    expect(selectedIds(decisions)).toEqual(["client-0", "client-2"]);
    expect(decisions[1]?.reasonCode).toBe("below-probability");
  });

  it("selects a superset when p_slo falls", () => {
    fc.assert(
      fc.property(probabilities, probability, probability, (values, a, b) => {
        const strict = chosenBy(probselect(), fleet(values), { minimumProbability: Math.max(a, b) });
        const lax = chosenBy(probselect(), fleet(values), { minimumProbability: Math.min(a, b) });
        expect(lax).toEqual(expect.arrayContaining(strict));
      }),
    );
  });

  it("fills a limited cohort with the highest probabilities", () => {
    const decisions = decide(probselect(2), fleet([0.85, 0.99, 0.9, 0.2]));
    expect(selectedIds(decisions)).toEqual(["client-1", "client-2"]);
    expect(decisions.map(({ reasonCode }) => reasonCode)).toEqual([
      "cohort-full",
      "selected",
      "selected",
      "below-probability",
    ]);
  });

  it("draws a limited cohort among all that qualify, each as likely, where it is told to pick at random", () => {
    // 600 seeds choose 1 of the 3 that qualify: 200 each, standard deviation sqrt(600 * (1/3) * (2/3)) = 11.5; five of them are 58.
    const counts = new Map<string, number>();
    const random = createPolicy("probselect", { cohortSize: 1, settings: { pick: "random" } });
    for (let seed = 0; seed < 600; seed++) {
      const [id = ""] = chosenBy(random, fleet([0.81, 0.2, 0.99, 0.9]), { seed });
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["client-0", "client-2", "client-3"]);
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(58);
    expect(decide(random, fleet([0.81, 0.99])).find(({ selected }) => !selected)?.reason).toContain(
      "went to clients drawn at random among those that qualify",
    );
  });

  it("breaks ties at the cohort's edge evenly", () => {
    // 400 seeds choose 1 of 4 equal clients: 100 each, standard deviation sqrt(400 * 0.25 * 0.75) = 8.7; five of them are 43.
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 400; seed++) {
      const [id = ""] = chosenBy(probselect(1), fleet([0.9, 0.9, 0.9, 0.9]), { seed });
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect(counts.size).toBe(4);
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(43);
  });

  it("refuses a client whose memory is too small, whatever its probability", () => {
    const entry = forecastCandidate("small", 1, { memory: { requiredBytes: 9e9, availableBytes: 8e9, fits: false } });
    expect(decide(probselect(), [entry], { minimumProbability: 0 })).toMatchObject([
      {
        selected: false,
        reasonCode: "insufficient-memory",
        reason: "Skipped: training needs 9 GB of memory, more than 90 % of the device's 8 GB.",
      },
    ]);
  });

  it("refuses a client whose transfers alone pass the deadline, even at p_slo = 0", () => {
    const entry = forecastCandidate("distant", 0, { requiredUtilisation: null });
    expect(decide(probselect(), [entry], { minimumProbability: 0, deadlineSeconds: 2.5 })).toMatchObject([
      {
        reasonCode: "transfer-exceeds-deadline",
        reason:
          "Skipped: moving the model takes 3 s (1 s down, 2 s up), which leaves no time to train before the deadline of 2.5 s.",
      },
    ]);
  });

  it("says how long it expects, how likely that is in time and what was asked for", () => {
    const [decision] = decide(probselect(), fleet([0.62]));
    expect(decision?.reason).toBe(
      "Skipped: it should take about 3.1 s and meets the deadline of 30 s with 62.0 % probability, below the 80.0 % asked for.",
    );
  });
});
