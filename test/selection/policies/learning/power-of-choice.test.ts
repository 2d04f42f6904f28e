import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import {
  drawnByData,
  powerOfChoicePolicy,
  reportedPowerOfChoicePolicy,
} from "../../../../selection/policies/learning/power-of-choice.ts";
import type { ForecastCandidate } from "../../../../selection/types.ts";
import golden from "../../../golden/power-of-choice.json" with { type: "json" };
import { forecastCandidate } from "../../support.ts";
import { chosenBy, decide, fleet, selectedIds } from "../support.ts";
import { fared, feedbackOf, requestOf, selectedOf } from "./support.ts";

const withData = (exampleCounts: readonly number[]): ForecastCandidate[] =>
  exampleCounts.map((exampleCount, index) => {
    const { candidate, forecast } = forecastCandidate(`client-${index}`, 0.9);
    return { candidate: { ...candidate, exampleCount }, forecast };
  });

const alike = (count: number) => withData(Array.from({ length: count }, () => 100));

const asked = (...losses: number[]) => ({ losses: Float64Array.from(losses), staysNextRound: null });

/** All are drawn, so that the losses alone decide. */
const drawsAll = { cohortSize: 2, share: 0.5, candidateFactor: 100 };

describe("policy power-of-choice", () => {
  const policy = (candidateFactor: number, cohortSize = 2) =>
    createPolicy("power-of-choice", { cohortSize, settings: { candidateFactor } });

  it("chooses the largest losses of all if everybody is drawn", () => {
    const decisions = decide(policy(100), alike(4), { monitoring: asked(0.3, 2.5, 0.9, 1.1) });
    expect(selectedIds(decisions)).toEqual(["client-1", "client-3"]);
    expect(decisions.map(({ reasonCode }) => reasonCode)).toEqual(["not-chosen", "selected", "not-chosen", "selected"]);
  });

  it("chooses among those that were drawn, never by a place in another list", () => {
    // Losses fall with the slot, so a mistaken index would show: the chosen are the two lowest slots among the drawn.
    const losses = Array.from({ length: 12 }, (_, slot) => 12 - slot);
    for (let seed = 0; seed < 50; seed++) {
      const options = { cohortSize: 2, share: 0.5, candidateFactor: 2 };
      const request = requestOf(alike(12), { seed });
      const drawn = [...drawnByData(request, options)].sort((a, b) => a - b);
      expect(drawn).toHaveLength(4);
      const { selection } = powerOfChoicePolicy(options).select({ ...request, monitoring: asked(...losses) }, null);
      expect(selectedOf(selection)).toEqual(drawn.slice(0, 2));
    }
  });

  it("draws in proportion to the data and chooses with the probabilities of an exact enumeration", () => {
    // 4000 seeds; a frequency's standard deviation is at most sqrt(0.25 / 4000) = 0.0079, five of them 0.04.
    const { exampleCounts, losses, candidateCount, cohortSize } = golden;
    const options = { cohortSize, share: 0.5, candidateFactor: candidateCount / cohortSize };
    const drawn = exampleCounts.map(() => 0);
    const chosen = exampleCounts.map(() => 0);
    const candidates = withData(exampleCounts);
    for (let seed = 0; seed < 4000; seed++) {
      const request = requestOf(candidates, { seed });
      for (const index of drawnByData(request, options)) drawn[index] = (drawn[index] ?? 0) + 1;
      const { selection } = powerOfChoicePolicy(options).select({ ...request, monitoring: asked(...losses) }, null);
      for (const index of selectedOf(selection)) chosen[index] = (chosen[index] ?? 0) + 1;
    }
    exampleCounts.forEach((_, index) => {
      expect(Math.abs((drawn[index] as number) / 4000 - (golden.drawn[index] as number))).toBeLessThan(0.04);
      expect(Math.abs((chosen[index] as number) / 4000 - (golden.chosen[index] as number))).toBeLessThan(0.04);
    });
    // The smallest loss of five is never among the two largest of three.
    expect(chosen[2]).toBe(0);
  });

  it("draws d = factor * m of those that can take part, at least m and at most all", () => {
    const request = requestOf(alike(10));
    const counts = [1, 1.5, 2, 50].map(
      (candidateFactor) => drawnByData(request, { cohortSize: 3, share: 0.5, candidateFactor }).length,
    );
    // round(1.5 * 3) = 5 (4.5 rounds up).
    expect(counts).toEqual([3, 5, 6, 10]);
  });

  it("draws clients without any data last", () => {
    const candidates = withData([0, 50, 0, 1, 0]);
    for (let seed = 0; seed < 50; seed++) {
      const drawn = drawnByData(requestOf(candidates, { seed }), { cohortSize: 3, share: 0.5, candidateFactor: 1 });
      expect([...drawn]).toEqual(expect.arrayContaining([1, 3]));
    }
  });

  it("chooses nobody who gave no answer, even if places stay empty", () => {
    const decisions = decide(policy(100), alike(3), { monitoring: asked(Number.NaN, 0.1, Number.NaN) });
    expect(selectedIds(decisions)).toEqual(["client-1"]);
    expect(decisions[0]?.reason).toMatch(
      /^Skipped: it is among the 3 of 3 clients drawn in proportion to their data but gave no loss when asked; /,
    );
    // Nor one whose slot the answers do not reach.
    expect(selectedIds(decide(policy(100), alike(3), { monitoring: asked(0.5) }))).toEqual(["client-0"]);
  });

  it("chooses nobody if nobody was asked, and names the policy that asks for nothing", () => {
    for (const { selected, reasonCode, reason } of decide(policy(2), alike(4))) {
      expect({ selected, reasonCode }).toEqual({ selected: false, reasonCode: "not-chosen" });
      expect(reason).toBe("Skipped: nobody was asked for its loss; use reported-power-of-choice, which asks for none.");
    }
  });

  it("says the losses and the draw", () => {
    const decisions = decide(policy(1.5), alike(4), { monitoring: asked(0.31234, 2.5, 0.9, Number.POSITIVE_INFINITY) });
    const drawn = "of the 3 of 4 clients drawn in proportion to their data; it should take about 3.1 s";
    // A loss without bounds is larger than all others; seed 7 does not draw one of the four.
    const reasons = decisions.map(({ reason }) => reason);
    const notDrawn = decisions.findIndex(({ reasonCode }) => reasonCode === "not-sampled");
    expect(reasons[notDrawn]).toMatch(/^Skipped: with 100 examples it is not among the 3 of 4 clients drawn /);
    const notChosen = decisions.findIndex(({ reasonCode }) => reasonCode === "not-chosen");
    expect(reasons[notChosen]).toMatch(
      /^Skipped: with a loss of [\d.]+ it is not among the first 2 by loss, the last of which /,
    );
    for (const reason of reasons.filter((text) => text.startsWith("Selected"))) {
      expect(reason).toMatch(
        /^Selected: with a loss of (2\.5|0\.9|0\.312|beyond all bounds) it is among the first 2 by loss, of /,
      );
      expect(reason).toContain(drawn);
    }
  });
});

describe("policy reported-power-of-choice", () => {
  const policy = reportedPowerOfChoicePolicy(drawsAll);
  const losses = (...values: number[]) => ({ losses: Float64Array.from(values) });

  it("chooses the largest last reported losses", () => {
    const { selection } = policy.select(requestOf(alike(4)), losses(0.3, 2.5, 0.9, 1.1));
    expect(selectedOf(selection)).toEqual([1, 3]);
  });

  it("tries clients that never reported before all others", () => {
    // Slot 1 never reported; slots 4 and 5 are new since then.
    const known = losses(9, Number.NaN, 8, 7);
    for (let seed = 0; seed < 20; seed++) {
      const chosen = selectedOf(policy.select(requestOf(alike(6), { seed }), known).selection);
      expect([1, 4, 5]).toEqual(expect.arrayContaining(chosen));
    }
  });

  it("explores the whole fleet before it returns to anybody", () => {
    const run = createPolicy("reported-power-of-choice", { cohortSize: 2, settings: { candidateFactor: 100 } });
    if (run.needs !== "history") throw new Error("it learns from history");
    const seen = new Set<string>();
    for (let round = 1; round <= 4; round++) {
      const chosen = chosenBy(run, alike(8), { round });
      for (const id of chosen) seen.add(id);
      run.learn(feedbackOf(chosen.map((id) => fared(Number(id.slice("client-".length))))));
    }
    expect(seen.size).toBe(8);
  });

  it("remembers the last report of each, and nothing of those that did not report", () => {
    const state = policy.learn(
      losses(0.3, 2.5),
      feedbackOf([
        fared(1, { trainingLoss: 0.7 }),
        fared(3, { trainingLoss: 1.9 }),
        fared(0, { onTime: false, trainingLoss: null }),
      ]),
    );
    expect([...state.losses]).toEqual([0.3, 0.7, Number.NaN, 1.9]);
  });

  it("leaves its own state as it is", () => {
    const known = losses(0.3, 2.5);
    policy.select(requestOf(alike(4)), known);
    policy.learn(known, feedbackOf([fared(0, { trainingLoss: 9 }), fared(3)]));
    expect(known).toEqual(losses(0.3, 2.5));
  });

  it("says what was reported, or that nothing was", () => {
    const { selection } = policy.select(requestOf(alike(3)), losses(0.31234, Number.NaN, 0.2));
    const end = "of the 3 of 3 clients drawn in proportion to their data; as forecast";
    expect([0, 1, 2].map((index) => selection.because(index, "as forecast"))).toEqual([
      `with a last reported loss of 0.312 it is among the first 2 by loss, ${end}`,
      `with no loss yet (it counts as the largest) it is among the first 2 by loss, ${end}`,
      `with a last reported loss of 0.2 it is not among the first 2 by loss, the last of which has a last reported loss of 0.312, ${end}`,
    ]);
  });
});

describe.each(["power-of-choice", "reported-power-of-choice"])("policy %s", (name) => {
  it("never selects a client that cannot take part, and gives its places to others", () => {
    const memory = { requiredBytes: 9e9, availableBytes: 8e9, fits: false };
    const candidates = [...fleet([0.9, 0.9, 0.9]), forecastCandidate("small", 1, { memory })];
    const decisions = decide(createPolicy(name, { cohortSize: 3 }), candidates, { monitoring: asked(1, 1, 1, 9) });
    expect(selectedIds(decisions)).toEqual(["client-0", "client-1", "client-2"]);
    expect(decisions[3]?.reasonCode).toBe("insufficient-memory");
  });

  it("puts rules' priorities first, in the draw and in the choice, and says so", () => {
    const priorities = Float64Array.of(0, 0, 1, 0, 0);
    const settings = { candidateFactor: 1.5 };
    for (let seed = 0; seed < 20; seed++) {
      const decisions = decide(createPolicy(name, { cohortSize: 2, settings }), alike(5), {
        monitoring: asked(5, 4, 0.1, 3, 2),
        priorities,
        seed,
      });
      expect(decisions[2]).toMatchObject({
        selected: true,
        reason: expect.stringContaining("among the first 2 by rules' priorities and loss"),
      });
    }
  });
});
