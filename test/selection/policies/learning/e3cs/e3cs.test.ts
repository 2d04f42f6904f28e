import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../../foundation/random-source.ts";
import { createPolicy } from "../../../../../selection/policies/find-policy.ts";
import { type E3csOptions, type E3csState, e3csPolicy } from "../../../../../selection/policies/learning/e3cs/e3cs.ts";
import golden from "../../../../golden/e3cs.json" with { type: "json" };
import { forecastCandidate } from "../../../support.ts";
import { decide, fleet } from "../../support.ts";
import { fared, feedbackOf, requestOf, selectedOf, slotsOf } from "../support.ts";

const e3cs = (changes: Partial<E3csOptions> = {}) =>
  e3csPolicy({ cohortSize: 2, share: 0.5, quota: "none", learningRate: 0.5, ...changes });

const alike = (count: number) => fleet(Array.from({ length: count }, () => 0.9));

describe("policy e3cs", () => {
  it("draws everybody alike before it has learnt", () => {
    const { state } = e3cs().select(requestOf(alike(8)), e3cs().begin());
    // k / K = 2 / 8, and (k - K sigma) / K the same without a quota.
    expect(state.asked.map(({ probability }) => probability)).toEqual([0.25, 0.25]);
    expect(state.gain).toBe(0.25);
  });

  it("raises the weight of those that delivered, more if they were improbable, and of nobody else", () => {
    const state = {
      logWeights: Float64Array.of(0, 1, 2),
      asked: [
        { slot: 0, probability: 0.5 },
        { slot: 2, probability: 0.25 },
        { slot: 4, probability: 0.1 },
        { slot: 1, probability: 0.4 },
      ],
      gain: 0.2,
    };
    const clients = [fared(0), fared(2), fared(4), fared(1, { onTime: false }), fared(3)];
    const next = e3cs().learn(state, feedbackOf(clients));
    // 0.5 * 0.2 / p: 0.1 / 0.5, 0.1 / 0.25, 0.1 / 0.1; slot 1 was late, slot 3 capped (not in asked).
    expect([...next.logWeights]).toEqual([0 + 0.2, 1, 2 + 0.4, 0, 1]);
  });

  it("does not learn from a client that was certain to be selected", () => {
    // One weight of e^9 against two of 1 and k = 2: the first is capped, the others have 1/2 each.
    const logWeights = Float64Array.of(9, 0, 0);
    const { selection, state } = e3cs().select(requestOf(alike(3)), { logWeights, asked: [], gain: 0 });
    expect(selectedOf(selection)).toContain(0);
    expect(state.asked.map(({ probability }) => probability)).toEqual([0.5]);
    expect(state.asked[0]?.slot).not.toBe(0);
  });

  it("counts those who are there today: K changes from round to round", () => {
    const everybody = alike(8);
    const slots = slotsOf(everybody);
    const { state } = e3cs().select(requestOf(everybody.slice(4), { slots }), e3cs().begin());
    // 2 of 4 places.
    expect(state.asked.map(({ probability }) => probability)).toEqual([0.5, 0.5]);
    expect(state.asked.every(({ slot }) => slot >= 4)).toBe(true);
  });

  it("selects each client with its probability, over many seeds", () => {
    // 4000 seeds; a frequency's standard deviation is at most sqrt(0.25 / 4000) = 0.0079, five of them 0.04.
    const logWeights = Float64Array.from([6, 1, 1, 2, 4], Math.log);
    const counts = [0, 0, 0, 0, 0];
    for (let seed = 0; seed < 4000; seed++) {
      const { selection } = e3cs({ cohortSize: 3, quota: "half" }).select(requestOf(alike(5), { seed }), {
        logWeights,
        asked: [],
        gain: 0,
      });
      for (const index of selectedOf(selection)) counts[index] = (counts[index] ?? 0) + 1;
    }
    // sigma = 0.5 * 3/5 = 0.3, 1.5 is left for weights that add up to 14: 0.3 + 1.5 * 6/14 = 0.943 is the largest.
    [6, 1, 1, 2, 4].forEach((weight, index) => {
      expect(Math.abs((counts[index] as number) / 4000 - (0.3 + (1.5 * weight) / 14))).toBeLessThan(0.04);
    });
  });

  it("learns what an independent implementation learns, from the same outcomes", () => {
    for (const { start, rounds, logWeights } of golden.runs) {
      let state: E3csState = { ...e3cs().begin(), logWeights: Float64Array.from(start) };
      for (const { slots, probabilities, isCapped, chosen, onTime, gain } of rounds) {
        const asked = chosen
          .filter((at) => isCapped[at] === 0)
          .map((at) => ({ slot: slots[at] as number, probability: probabilities[at] as number }));
        const clients = chosen.map((at, index) => fared(slots[at] as number, { onTime: onTime[index] === true }));
        state = e3cs({ learningRate: golden.learningRate }).learn({ ...state, asked, gain }, feedbackOf(clients));
      }
      state.logWeights.forEach((value, slot) => {
        expect(Math.abs(value - (logWeights[slot] as number))).toBeLessThan(1e-9);
      });
    }
  });

  it("leaves its own state and the feedback as they are", () => {
    const policy = e3cs();
    const state = { logWeights: Float64Array.of(1, 2, 3), asked: [{ slot: 1, probability: 0.5 }], gain: 0.25 };
    const before = structuredClone(state);
    policy.select(requestOf(alike(6)), state);
    policy.learn(state, feedbackOf([fared(1), fared(5)]));
    expect(state).toEqual(before);
  });

  it("never selects a client that cannot take part, and gives its places to others", () => {
    const memory = { requiredBytes: 9e9, availableBytes: 8e9, fits: false };
    const candidates = [...alike(3), forecastCandidate("small", 1, { memory })];
    for (let seed = 0; seed < 20; seed++) {
      const decisions = decide(createPolicy("e3cs", { cohortSize: 3 }), candidates, { seed });
      expect(decisions.map(({ selected }) => selected)).toEqual([true, true, true, false]);
      expect(decisions[3]?.reasonCode).toBe("insufficient-memory");
    }
  });

  it("draws lots only for the places that rules leave", () => {
    // Two clients come first: they are in without lots; the third place is drawn among the four of priority 0.
    const request = requestOf(alike(6), { priorities: Float64Array.of(0, 1, 0, 1, 0, 0) });
    const { selection, state } = e3cs({ cohortSize: 3 }).select(request, e3cs().begin());
    expect(selectedOf(selection)).toEqual(expect.arrayContaining([1, 3]));
    expect(state.asked).toMatchObject([{ probability: 0.25 }]);
    expect(selection.because(1, "as forecast")).toBe("a rule puts it first, before lots are drawn; as forecast");
  });

  it("says what the probability was, for whom lots were drawn and whom not", () => {
    const reasons = decide(createPolicy("e3cs", { cohortSize: 2 }), alike(8)).map(({ reason }) => reason);
    // sigma = 0.5 * 2/8.
    const odds =
      "it had 25.0 % probability (12.5 % is everybody's quota) for one of 2 places among 8 clients, by how often it delivered, and was";
    expect(reasons.filter((reason) => reason.startsWith(`Selected: ${odds} drawn; `))).toHaveLength(2);
    expect(reasons.filter((reason) => reason.startsWith(`Skipped: ${odds} not drawn; `))).toHaveLength(6);
  });

  it('asks for the length of the run where the quota is "increasing"', () => {
    expect(() => createPolicy("e3cs", { settings: { quota: "increasing" } })).toThrow(
      expect.objectContaining({
        code: "selection.invalid-argument",
        message: expect.stringMatching(/horizonRounds.*how many rounds/),
      }),
    );
  });

  it('has no quota in the first quarter of the run and nothing but the quota after it, if it is "increasing"', () => {
    const policy = e3cs({ quota: "increasing", horizonRounds: 8 });
    const known = { logWeights: Float64Array.from([4, 1, 1, 2], Math.log), asked: [], gain: 0 };
    const gains = [1, 2, 3, 8].map((round) => policy.select(requestOf(alike(4), { round }), known).state.gain);
    // Rounds 1 and 2 of 8: 2/4; after that sigma = k/K and nothing is left to learn.
    expect(gains).toEqual([0.5, 0.5, 0, 0]);
    const { state } = policy.select(requestOf(alike(4), { round: 3 }), known);
    expect(state.asked.map(({ probability }) => probability)).toEqual([0.5, 0.5]);
  });
});

/** How often each of 20 clients is selected in rounds 201 to 400, 5 a round; even slots deliver with 0.9, odd ones with 0.1. */
function selectionsOf(quota: E3csOptions["quota"], seed: number): number[] {
  const policy = e3cs({ cohortSize: 5, quota });
  const candidates = alike(20);
  const luck = seededRandom(seed, "outcomes");
  const counts = Array.from({ length: 20 }, () => 0);
  let state = policy.begin();
  for (let round = 1; round <= 400; round++) {
    const choice = policy.select(requestOf(candidates, { round, seed }), state);
    const chosen = selectedOf(choice.selection);
    const clients = chosen.map((slot) => fared(slot, { onTime: luck.next() < (slot % 2 === 0 ? 0.9 : 0.1) }));
    state = policy.learn(choice.state, feedbackOf(clients, { round }));
    if (round > 200) for (const slot of chosen) counts[slot] = (counts[slot] ?? 0) + 1;
  }
  return counts;
}

describe("e3cs in a fleet of which half delivers", () => {
  const sumWhere = (counts: readonly number[], holds: (slot: number) => boolean) =>
    counts.reduce((sum, count, slot) => sum + (holds(slot) ? count : 0), 0);

  it.each([1, 2, 3])("learns whom to ask (seed %i)", (seed) => {
    const counts = selectionsOf("none", seed);
    // Of 1000 places; a random policy gives 500 to the reliable.
    expect(sumWhere(counts, (slot) => slot % 2 === 0)).toBeGreaterThan(850);
  });

  it.each([1, 2, 3])("starves nobody under a quota, and still prefers the reliable (seed %i)", (seed) => {
    const counts = selectionsOf("half", seed);
    // sigma = 0.5 * 5/20 in each of 200 rounds: 25 at least are expected, standard deviation sqrt(200 * 0.125 * 0.875) = 4.7.
    expect(Math.min(...counts)).toBeGreaterThan(25 - 5 * 4.7);
    expect(sumWhere(counts, (slot) => slot % 2 === 0)).toBeGreaterThan(600);
  });
});
