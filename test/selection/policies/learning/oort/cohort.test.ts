import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../../selection/policies/find-policy.ts";
import { oortPolicy } from "../../../../../selection/policies/learning/oort/oort.ts";
import { ClientSlots } from "../../../../../selection/policy/client-slots.ts";
import { selectionReasonCodes } from "../../../../../selection/types.ts";
import { forecastCandidate } from "../../../support.ts";
import { decideRound, selectedIds } from "../../support.ts";
import { madeCandidate, many, play, requestFor, timesChosen } from "../made-runs.ts";
import { chosen, explored, options } from "./support.ts";

describe("the cohort of oort", () => {
  it("explores when nothing is known, among those of most examples", () => {
    // 4 places, all explore; the window has 1.5 * 4 = 6 clients: those of 1,000 examples, never the other 14.
    const fleet = many(20, (index) => ({ exampleCount: index < 6 ? 1000 : 10 }));
    const settings = { cohortSize: 4, sampleWindow: 1.5, round: 1 };
    expect(chosen(fleet, explored([]), settings)).toHaveLength(4);
    const counts = timesChosen(50, (seed) => chosen(fleet, explored([]), { ...settings, seed }));
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("explores slow clients less often, from what their specs tell", () => {
    // T is the second of 5, 5, 20, 20 s (place floor(4 * 30 %) = 1), so the slow weigh 100 * (5 / 20)^2 = 6.25 of the others' 100.
    // Chosen first of four: 6.25 / 212.5 = 2.9 % each; of 1,000 draws of one place 29, and 470 each of the fast.
    const fleet = many(4, (index) => ({ forecastSeconds: index < 2 ? 5 : 20 }));
    const counts = timesChosen(1000, (seed) => chosen(fleet, explored([]), { cohortSize: 1, round: 1, seed }));
    for (const slow of [2, 3]) expect(Math.abs((counts.get(slow) ?? 0) - 29.4)).toBeLessThan(5 * Math.sqrt(29.4));
  });

  it("splits its places by epsilon, which shrinks each round to its minimum", () => {
    // epsilon is 0.9 * 0.98^R: in round 1 floor(10 * 0.882) = 8 explore; from round 55 on, where 0.9 * 0.98^55 = 0.296, 3 do.
    const fleet = many(600, (index) => ({ exampleCount: 100 + index }));
    const played = play(oortPolicy(options({ cohortSize: 10 })), { fleet, rounds: 60, deadlineSeconds: 30, seed: 1 });
    expect(played[0]?.state.exploration).toBeCloseTo(0.882, 12);
    expect(played[0]?.state.exploitedSlots).toHaveLength(0);
    expect(played[1]?.state.exploitedSlots).toHaveLength(10 - Math.floor(10 * 0.9 * 0.98 ** 2));
    expect(played[58]?.state.exploration).toBe(0.3);
    expect(played[58]?.state.exploitedSlots).toHaveLength(7);
  });

  it("is full when as many clients have reported as places exploit, and when all have", () => {
    // Both are where an index one past the end of the scores is asked for.
    const settings = { cohortSize: 3, explorationMinimum: 0, explorationDecay: 0.01 };
    expect(chosen(many(3), explored([1, 2, 3]), settings)).toEqual([0, 1, 2]);
    expect(chosen(many(5), explored([1, 2, 3]), settings)).toEqual([0, 1, 2]);
    expect(chosen(many(8), explored([1, 2, 3, 4, 5, 6, 7, 8]), { cohortSize: 6 })).toHaveLength(6);
  });

  it("exploits nobody below the cut-off", () => {
    // Round 1: scores are (U - 0.999) / 9.001: 1 for 10, 0.89 for 9, 0.0001 for 1. The third of them times 0.95 is 0.85 for two places.
    const state = explored([10, 9, 9, 1, 1, 1]);
    const exploitsOnly = { explorationMinimum: 0, explorationDecay: 0.01 };
    const settings = { ...exploitsOnly, cohortSize: 2, clipBound: 1, cutOffUtility: 0.95, round: 1 };
    const counts = timesChosen(60, (seed) => chosen(many(6), state, { ...settings, seed }));
    expect([...counts.keys()].sort()).toEqual([0, 1, 2]);
  });

  it("draws in proportion to the scores, one after the other without replacement", () => {
    // Scores of round 3: the utilities 1, 2, 3 and 5, normalised by 0.999 and 4.001, plus sqrt(0.1 ln 3) = 0.331.
    const utilities = [1, 2, 3, 5];
    const weights = utilities.map((utility) => (utility - 0.999) / 4.001 + Math.sqrt(0.1 * Math.log(3)));
    // P(i among the two) = w_i / W + sum over j of w_j / W * w_i / (W - w_j).
    const whole = weights.reduce((total, weight) => total + weight, 0);
    const probabilities = weights.map((own, i) =>
      weights.reduce(
        (total, other, j) => (i === j ? total : total + (other / whole) * (own / (whole - other))),
        own / whole,
      ),
    );
    expect(probabilities.reduce((total, probability) => total + probability, 0)).toBeCloseTo(2, 12);
    const settings = { cohortSize: 2, clipBound: 1, cutOffUtility: 0, explorationMinimum: 0, explorationDecay: 0.01 };
    const draws = 4000;
    const counts = timesChosen(draws, (seed) => chosen(many(4), explored(utilities), { ...settings, round: 3, seed }));
    probabilities.forEach((probability, index) => {
      const deviation = Math.sqrt(draws * probability * (1 - probability));
      expect(Math.abs((counts.get(index) ?? 0) - draws * probability)).toBeLessThan(4.5 * deviation);
    });
  });

  it("never has a client that cannot take part, and has the others in its place", () => {
    const tight = { requiredBytes: 9e9, availableBytes: 8e9, fits: false };
    const fleet = [
      ...Array.from({ length: 6 }, (_, index) => forecastCandidate(`small-${index}`, 1, { memory: tight })),
      ...Array.from({ length: 4 }, (_, index) => forecastCandidate(`able-${index}`, 0.1)),
    ];
    const policy = createPolicy("oort", { cohortSize: 4 });
    for (const round of [1, 2, 3]) {
      const { decisions } = decideRound(policy, fleet, { round });
      expect(selectedIds(decisions)).toEqual(["able-0", "able-1", "able-2", "able-3"]);
      expect(decisions[0]?.reasonCode).toBe("insufficient-memory");
    }
  });

  it("leaves out who reported too often, as long as that is at most the share of the candidates", () => {
    // More than 2 reports: clients 0, 1, 2. At most floor(0.3 * 8) = 2 are left out: 0 and 1, which have most.
    const state = explored([9, 9, 9, 1, 1, 1, 1, 1], { reportCounts: Float64Array.of(9, 8, 3, 2, 1, 1, 1, 1) });
    expect(chosen(many(8), state, { cohortSize: 8, blacklistRounds: 2 })).toEqual([2, 3, 4, 5, 6, 7]);
    expect(chosen(many(8), state, { cohortSize: 8 })).toHaveLength(8);
  });

  it("goes by the operator's priorities before it weighs anything", () => {
    const fleet = many(6).map(madeCandidate);
    const slots = new ClientSlots();
    const priorities = Float64Array.of(0, 0, 0, 0, 1, 1);
    const request = requestFor(fleet, { round: 2, seed: 7, deadlineSeconds: 30, slots, priorities });
    const { reasons } = oortPolicy(options({ cohortSize: 2 })).select(
      request,
      explored([90, 80, 70, 60, 1, 1]),
    ).selection;
    expect(Array.from(reasons, (code) => selectionReasonCodes[code])).toEqual([
      ...["cohort-full", "cohort-full", "cohort-full", "cohort-full"],
      ...["selected", "selected"],
    ]);
  });
});
