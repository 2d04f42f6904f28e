import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import { longestWaitRounds, rotationWeight } from "../../../../selection/policies/quorum/rotation.ts";
import { ClientSlots } from "../../../../selection/policy/client-slots.ts";
import { tailProbability } from "../../../../selection/probability/poisson-binomial.ts";
import { forecastCandidate } from "../../support.ts";
import { chosenBy, decide, decideRound, fleet, probability } from "../support.ts";

/** Only the round's objective: nobody waits for a turn, nobody gets less work. */
const plain = { rotation: false, adaptiveWork: "off", keepsClientFloor: false };
const quorum = (settings: Record<string, unknown>, cohortSize?: number) =>
  createPolicy("quorum", { cohortSize, settings });

describe("the round's objective", () => {
  it("asks the fewest clients, the most probable first, that bring k updates with p_round", () => {
    // Two updates wanted. Of .99 and .95 both come with .9405, too rarely for .95. With .9 as third:
    // .99 * .95 + .99 * .05 * .9 + .01 * .95 * .9 = .9405 + .04455 + .00855 = .9936.
    const round = decideRound(quorum({ ...plain, requiredUpdates: 2 }), fleet([0.85, 0.9, 0.99, 0.95]));
    expect(round.decisions.map(({ reasonCode }) => reasonCode)).toEqual([
      "quorum-reached",
      "selected",
      "selected",
      "selected",
    ]);
    expect(round.forecast.objective).toEqual({ updates: 2, probability: 0.95, reached: expect.closeTo(0.9936, 12) });
    expect(round.decisions[1]?.reason).toBe(
      "Selected: it should take about 3.1 s and meets the deadline of 30 s with 90.0 % probability; 3 clients bring at least 2 " +
        "updates with 99.4 % probability (95.0 % asked for).",
    );
    expect(round.decisions[0]?.reason).toMatch(/^Skipped: .* but the round has its quorum without it: 3 clients bring/);
  });

  it("helps where the paper's rule selects nobody: twenty clients of p = 0.85 under p_slo = 0.9", () => {
    const candidates = fleet(Array.from({ length: 20 }, () => 0.85));
    expect(chosenBy(createPolicy("probselect"), candidates, { minimumProbability: 0.9 })).toEqual([]);
    const settings = { ...plain, requiredUpdates: 10 };
    expect(chosenBy(quorum(settings), candidates, { minimumProbability: 0.9 })).toHaveLength(14);
  });

  it("is the best of all sets: none that reaches p_round has fewer expected misses", () => {
    const instance = fc.record({
      values: fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { minLength: 1, maxLength: 12 }),
      requiredUpdates: fc.integer({ min: 1, max: 6 }),
      roundProbability: fc.double({ min: 0.1, max: 0.99, noNaN: true }),
    });
    fc.assert(
      fc.property(instance, ({ values, requiredUpdates, roundProbability }) => {
        const settings = { ...plain, requiredUpdates, roundProbability, whenUnreachable: "skip-round" };
        const chosen = new Set(chosenBy(quorum(settings), fleet(values)));
        const mine = values.filter((_, index) => chosen.has(`client-${index}`));
        const misses = (set: readonly number[]) => set.reduce((sum, p) => sum + 1 - p, 0);
        let fewest = Number.POSITIVE_INFINITY;
        for (let set = 1; set < 2 ** values.length; set++) {
          const members = values.filter((_, index) => (set >> index) & 1);
          if (tailProbability(members, requiredUpdates) >= roundProbability) fewest = Math.min(fewest, misses(members));
        }
        if (chosen.size === 0) expect(fewest).toBe(Number.POSITIVE_INFINITY);
        else {
          expect(tailProbability(mine, requiredUpdates)).toBeGreaterThanOrEqual(roundProbability);
          expect(misses(mine)).toBeLessThanOrEqual(fewest + 1e-12);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("keeps the paper's floor for each client unless told otherwise", () => {
    const candidates = fleet([0.95, 0.9, 0.7, 0.6]);
    const settings = { rotation: false, adaptiveWork: "off", requiredUpdates: 2 };
    const decisions = decide(quorum(settings), candidates);
    // Two of .95 and .9 come with .855 only, but whoever is below p_slo = .8 is not asked for it.
    expect(decisions.map(({ reasonCode }) => reasonCode)).toEqual([
      "selected",
      "selected",
      "below-probability",
      "below-probability",
    ]);
    expect(decisions[0]?.reason).toMatch(
      /all 2 that may be asked bring at least 2 updates with 85.5 % probability, short/,
    );
  });

  it("never asks a client without any chance, though it keeps no floor", () => {
    const decisions = decide(quorum({ ...plain, rotation: true, requiredUpdates: 2 }), fleet([0.9, 0, 0.01]));
    expect(decisions.map(({ reasonCode }) => reasonCode)).toEqual(["selected", "below-probability", "selected"]);
  });

  it("falls with p_round: a laxer round asks a part of whom a stricter one asks", () => {
    fc.assert(
      fc.property(fc.array(probability, { maxLength: 20 }), probability, probability, (values, a, b) => {
        const chosen = (roundProbability: number) =>
          chosenBy(
            quorum({ ...plain, requiredUpdates: 3, roundProbability: Math.max(1e-9, 0.999 * roundProbability) }),
            fleet(values),
          );
        expect(chosen(Math.max(a, b))).toEqual(expect.arrayContaining(chosen(Math.min(a, b))));
      }),
    );
  });
});

describe("where the quorum is out of reach", () => {
  it.each([
    ["no candidate", [], "There is no candidate."],
    ["nobody feasible", [0.1, 0.2], "None of the 2 candidates is feasible; each has its reason."],
    [
      "more updates than clients",
      [0.99, 0.98],
      /2 of 2 candidates are feasible, fewer than the updates that are required/,
    ],
  ])("answers %s with a reason", (_, values, note) => {
    const round = decideRound(quorum({ adaptiveWork: "off", requiredUpdates: 3 }), fleet(values));
    expect(round.note).toEqual(typeof note === "string" ? note : expect.stringMatching(note));
    for (const { reason } of round.decisions) expect(reason).toMatch(/^(Selected|Skipped): .+\.$/);
  });

  it("asks all feasible ones, or nobody if the round is to be skipped then", () => {
    const settings = { adaptiveWork: "off", requiredUpdates: 3 };
    expect(chosenBy(quorum(settings), fleet([0.9, 0.85, 0.82]))).toHaveLength(3);
    const skipped = decide(quorum({ ...settings, whenUnreachable: "skip-round" }), fleet([0.9, 0.85, 0.82]));
    expect(skipped.map(({ reasonCode }) => reasonCode)).toEqual(Array(3).fill("quorum-unreachable"));
    expect(skipped[0]?.reason).toMatch(
      /at least 3 updates have only 62.7 % probability instead of the 95.0 % asked for/,
    );
  });

  it("is refused at once where the cohort has fewer places than updates are required", () => {
    expect(() => quorum({ requiredUpdates: 3 }, 2)).toThrow(
      expect.objectContaining({
        code: "selection.invalid-argument",
        message: expect.stringMatching(/A cohort of at most 2 never brings the 3 updates/),
      }),
    );
  });

  it("never asks more than the cohort has places", () => {
    const decisions = decide(quorum({ adaptiveWork: "off", requiredUpdates: 3 }, 3), fleet([0.9, 0.9, 0.9, 0.9, 0.9]));
    expect(decisions.filter(({ selected }) => selected)).toHaveLength(3);
    expect(decisions.filter(({ reasonCode }) => reasonCode === "cohort-full")).toHaveLength(2);
  });
});

describe("rotation", () => {
  it("asks every feasible client within its bound, whatever the fleet, and keeps the quorum in every round", () => {
    const instance = fc.record({
      values: fc.array(fc.double({ min: 0.8, max: 1, noNaN: true }), { minLength: 2, maxLength: 25 }),
      requiredUpdates: fc.integer({ min: 1, max: 4 }),
      patienceRounds: fc.integer({ min: 0, max: 8 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(instance, ({ values, requiredUpdates, patienceRounds, seed }) => {
        const policy = quorum({ requiredUpdates, patienceRounds });
        const slots = new ClientSlots();
        const candidates = fleet(values);
        const bound = longestWaitRounds({
          feasibleCount: values.length,
          cohortSize: Math.min(requiredUpdates, values.length),
          patienceRounds,
        });
        const lastTurn = new Map(candidates.map(({ candidate }) => [candidate.clientId, 0]));
        for (let round = 1; round <= 3 * bound; round++) {
          const { decisions, forecast } = decideRound(policy, candidates, { round, seed, slots });
          if (requiredUpdates < values.length / 2) expect(forecast.objective?.reached).toBeGreaterThanOrEqual(0.95);
          for (const { clientId, selected } of decisions) {
            if (selected) lastTurn.set(clientId, round);
            expect(round - (lastTurn.get(clientId) ?? 0)).toBeLessThanOrEqual(bound);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("weighs the whole distance from the floor to certainty as V rounds, and nothing where the floor is certainty", () => {
    // (0.9 - 0.8) / (1 - 0.8) is half the distance: 3 + 5 / 2.
    const client = { deficit: 3, probability: 0.9, floor: 0.8, patienceRounds: 5 };
    expect(rotationWeight(client)).toBeCloseTo(5.5, 12);
    expect(rotationWeight({ ...client, probability: 1 })).toBeCloseTo(8, 12);
    expect(rotationWeight({ ...client, probability: 1, floor: 1 })).toBe(3);
  });

  it("asks the same few for ever without it", () => {
    const policy = quorum({ rotation: false, requiredUpdates: 2 });
    const rounds = [1, 2, 3, 4].map((round) => chosenBy(policy, fleet([0.99, 0.98, 0.97, 0.9, 0.9]), { round }).join());
    expect(new Set(rounds).size).toBe(1);
  });

  it("owes nothing to a client for rounds in which it was away or not feasible", () => {
    // "away" comes back in round 5 after four rounds; everybody else has waited for at most one.
    const policy = quorum({ requiredUpdates: 1, patienceRounds: 0, roundProbability: 0.5 });
    const slots = new ClientSlots();
    const present = fleet([0.9, 0.9, 0.9]);
    const away = forecastCandidate("away", 0.9, { computeLaw: null });
    const turns = [1, 2, 3, 4].map((round) => chosenBy(policy, present, { round, slots }));
    expect(new Set(turns.flat()).size).toBe(3);
    const [decision] = decide(policy, [away, ...present], { round: 5, slots });
    expect(decision?.reason).not.toMatch(/waited/);
  });

  it("says how long a client has waited", () => {
    const policy = quorum({ requiredUpdates: 1, patienceRounds: 0, roundProbability: 0.5 });
    const slots = new ClientSlots();
    for (const round of [1, 2]) decide(policy, fleet([0.9, 0.9, 0.9]), { round, slots });
    const third = decide(policy, fleet([0.9, 0.9, 0.9]), { round: 3, slots });
    expect(third.find(({ selected }) => selected)?.reason).toMatch(/; it has waited for 2 rounds\.$/);
  });

  it("prefers the more probable as long as nobody waits longer than patience is worth", () => {
    const policy = quorum({ requiredUpdates: 1, patienceRounds: 3, roundProbability: 0.5 });
    const slots = new ClientSlots();
    // Weight 3 * (1 - .8) / .2 = 3 for the certain one, whose queue is emptied every round; the other, at p_slo, has its turn when
    // its queue passes 3: in round 4 they are even, or in round 5.
    const rounds = [1, 2, 3, 4, 5].map((round) => chosenBy(policy, fleet([1, 0.8]), { round, slots }));
    expect(rounds.slice(0, 3)).toEqual([["client-0"], ["client-0"], ["client-0"]]);
    expect(rounds.slice(3).flat()).toContain("client-1");
  });
});
