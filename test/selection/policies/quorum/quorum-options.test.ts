// The parts of the quorum policy that are off until they are asked for.

import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import { shortestDeadline } from "../../../../selection/policies/quorum/adaptive-deadline.ts";
import { spendBudget } from "../../../../selection/policies/quorum/waste-budget.ts";
import { ClientSlots } from "../../../../selection/policy/client-slots.ts";
import type { ForecastCandidate } from "../../../../selection/types.ts";
import { forecastCandidate } from "../../support.ts";
import { decide, decideRound, fleet } from "../support.ts";
import { feedback } from "./support.ts";

const quorum = (settings: Record<string, unknown>) =>
  createPolicy("quorum", { settings: { adaptiveWork: "off", ...settings } });
const sixty = Array.from({ length: 100 }, () => 0.9);
const at = (site: string, clientId: string, probability: number): ForecastCandidate => {
  const entry = forecastCandidate(clientId, probability, { computeLaw: null });
  return { ...entry, candidate: { ...entry.candidate, labels: ["tier:gold", `site:${site}`] } };
};
const chosenCount = (settings: Record<string, unknown>, candidates: readonly ForecastCandidate[]) =>
  decide(quorum({ rotation: false, ...settings }), candidates).filter(({ selected }) => selected).length;

describe("shared causes of failure", () => {
  it("need more clients for the same promise: 60, 62, 65, 70 of p = 0.9 for fifty updates at rho = 0, .05, .1, .2", () => {
    const together = sixty.map((p, index) => at("berlin", `client-${index}`, p));
    const counts = [0, 0.05, 0.1, 0.2].map((correlation) =>
      chosenCount({ requiredUpdates: 50, correlation }, together),
    );
    // By quadrature with 64 nodes: 60 / 62 / 65 / 70 for .95.
    expect(counts).toEqual([60, 62, 65, 70]);
  });

  it("spread the cohort over the causes, but not where turns or an operator's priorities order it", () => {
    // Of p = .9 and .88 apart one comes with .988; the two of .9 share a cause and bring less than .98 without the third.
    const candidates = [at("berlin", "a", 0.9), at("berlin", "b", 0.9), at("oslo", "c", 0.88)];
    const settings = { requiredUpdates: 1, roundProbability: 0.98, correlation: 0.5 };
    const asked = (rotation: boolean, priorities?: Float64Array) =>
      decideRound(quorum({ ...settings, rotation }), candidates, { priorities }).decisions.map(
        ({ selected }) => selected,
      );
    expect(asked(false).filter(Boolean)).toHaveLength(2);
    expect(asked(false)[2]).toBe(true);
    expect(asked(true)).toEqual([true, true, true]);
    expect(asked(false, Float64Array.of(2, 1, 0))).toEqual([true, true, true]);
  });

  it("bind only clients with the same value of the label", () => {
    const apart = sixty.map((p, index) => at(`site-${index}`, `client-${index}`, p));
    expect(chosenCount({ requiredUpdates: 50, correlation: 0.2 }, apart)).toBe(60);
    expect(chosenCount({ requiredUpdates: 50, correlation: 0.2 }, fleet(sixty))).toBe(60);
    const byTier = sixty.map((p, index) => at(`site-${index}`, `client-${index}`, p));
    expect(chosenCount({ requiredUpdates: 50, correlation: 0.2, sharedCauseLabel: "tier" }, byTier)).toBe(70);
  });

  it("make it worth asking elsewhere: one site's slightly better clients give way to another's", () => {
    const better = Array.from({ length: 30 }, (_, index) => at("one", `one-${index}`, 0.905));
    const other = Array.from({ length: 30 }, (_, index) => at("two", `two-${index}`, 0.9));
    const settings = { requiredUpdates: 20, correlation: 0.4, rotation: false };
    const round = decideRound(quorum(settings), [...better, ...other]);
    const chosen = round.decisions.filter(({ selected }) => selected).map(({ clientId }) => clientId.slice(0, 3));
    expect(new Set(chosen)).toEqual(new Set(["one", "two"]));
    expect(round.forecast.objective?.reached).toBeGreaterThanOrEqual(0.95);
  });
});

describe("the adaptive deadline", () => {
  it("is the shortest at which the quorum still stands, and the forecasts are of it", () => {
    // The stand-in's misses grow as 30 / T: by T each of four clients is in time with 1 - .01 * 30 / T. One update of
    // each of the four with .95 in all: p^4 >= .95, p >= .98726, T >= .3 / .01274 = 23.55 s.
    const settings = { adaptiveDeadline: true, requiredUpdates: 4, rotation: false };
    const round = decideRound(quorum(settings), fleet([0.99, 0.99, 0.99, 0.99]));
    expect(round.deadlineSeconds).toBeGreaterThanOrEqual(23.54);
    expect(round.deadlineSeconds).toBeLessThan(23.55 * 1.011);
    expect(round.decisions[0]?.forecast.deadlineProbability).toBeCloseTo(1 - 0.3 / round.deadlineSeconds, 10);
    expect(round.decisions[0]?.reason).toMatch(/meets the deadline of 23\.\d s with 98\.\d+ % probability/);
  });

  it("keeps the updates that the round is to bring: half of the feasible does not shrink with the deadline", () => {
    // Half of the four that are feasible by 30 s are two; with k by the shorter deadline it came down to the one of p = 1.
    const round = decideRound(quorum({ adaptiveDeadline: true }), fleet([0.999, 0.9, 0.85, 0.85]));
    expect(round.forecast.objective?.updates).toBe(2);
    expect(round.forecast.objective?.reached).toBeGreaterThanOrEqual(0.95);
    expect(round.deadlineSeconds).toBeGreaterThan(10);
  });

  it("is the objective's where even that is too short, and never below the least that is allowed", () => {
    const settings = { adaptiveDeadline: true, requiredUpdates: 4, rotation: false };
    expect(decideRound(quorum(settings), fleet([0.9, 0.9])).deadlineSeconds).toBe(30);
    const bounded = { ...settings, minimumDeadlineSeconds: 28 };
    expect(decideRound(quorum(bounded), fleet([0.99, 0.99, 0.99, 0.99])).deadlineSeconds).toBe(28);
  });

  it("grows with the times that calibration takes to be longer", () => {
    const settings = { adaptiveDeadline: true, onlineCalibration: true, calibrationRate: 0.2, requiredUpdates: 3 };
    const policy = quorum({ ...settings, rotation: false });
    if (policy.needs !== "history") throw new Error("calibration needs history");
    const slots = new ClientSlots();
    const candidates = fleet(Array.from({ length: 6 }, () => 0.99));
    // By 1.5 s each has .8, the floor, with which six bring three; ln lambda = .2 * (.8 - 0) after a round that kept nothing.
    const first = decideRound(policy, candidates, { slots });
    expect(first.deadlineSeconds / 1.5).toBeCloseTo(1, 1);
    const asked = first.decisions.filter(({ selected }) => selected).map(({ clientId }) => slots.slotOf(clientId));
    policy.learn(feedback(0, asked.length, asked));
    const second = decideRound(policy, candidates, { slots, round: 2 });
    expect(second.deadlineSeconds / first.deadlineSeconds).toBeGreaterThan(1.14);
    expect(second.deadlineSeconds / first.deadlineSeconds).toBeLessThan(1.21);
  });

  it("is found by bisection to a hundredth", () => {
    for (const edge of [0.3, 7, 29.9]) {
      const found = shortestDeadline((seconds) => seconds >= edge, 0, 30);
      expect(found).toBeGreaterThanOrEqual(edge);
      expect(found).toBeLessThanOrEqual(edge * 1.0102);
    }
  });
});

describe("the budget of expected waste", () => {
  it("pays for further clients, the cheapest updates first, until it is spent", () => {
    // A late client has computed from the end of its download at 1 s to the deadline: 29 s. Misses of .01 cost .29 s each, of .1
    // 2.9 s. The quorum of one takes .29; 4 s pay for the second of .29 and one of 2.9, not for another.
    const settings = { rotation: false, requiredUpdates: 1, wasteBudgetDeviceSeconds: 4 };
    const round = decideRound(quorum(settings), fleet([0.99, 0.99, 0.9, 0.9]));
    expect(round.decisions.filter(({ selected }) => selected)).toHaveLength(3);
    expect(round.forecast.expectedWastedDeviceSeconds).toBeCloseTo(0.29 + 0.29 + 2.9, 10);
    const left = round.decisions.find(({ selected }) => !selected);
    expect(left).toMatchObject({ reasonCode: "over-budget" });
    expect(left?.reason).toMatch(/but the budget of 4 s of expected waste is spent on others\.$/);
  });

  it("wins over the quorum where it cannot pay for it", () => {
    const settings = { rotation: false, requiredUpdates: 3, wasteBudgetDeviceSeconds: 3 };
    const round = decideRound(quorum(settings), fleet([0.9, 0.9, 0.9, 0.9]));
    expect(round.decisions.filter(({ selected }) => selected)).toHaveLength(1);
    expect(round.forecast.objective?.reached).toBe(0);
    expect(decideRound(quorum({ ...settings, wasteBudgetDeviceSeconds: 0 }), fleet([0.9])).note).toMatch(
      /pays for none/,
    );
  });

  it("says that the quorum stands, not that the budget is spent, where the cohort has no place left", () => {
    const settings = { rotation: false, requiredUpdates: 1, wasteBudgetDeviceSeconds: 1000 };
    const policy = createPolicy("quorum", { cohortSize: 2, settings: { adaptiveWork: "off", ...settings } });
    const left = decide(policy, fleet([0.99, 0.99, 0.9])).filter(({ selected }) => !selected);
    expect(left).toMatchObject([{ clientId: "client-2", reasonCode: "quorum-reached" }]);
    expect(left[0]?.reason).toMatch(/; the budget of expected waste pays for 2 in all\.$/);
  });

  it("pays for whom the operator puts first before others that are cheaper, and passes over whom it cannot pay for", () => {
    // The quorum of one is client-3, put first: .05 * 29 = 1.45 s. Then comes client-2 for .2 * 29 = 5.8 s, before client-0 and
    // client-1 for .29 s each; 7.4 s pay for it and for neither of them, 2.1 s not for it but for both.
    const priorities = Float64Array.of(0, 0, 1, 2);
    const asked = (wasteBudgetDeviceSeconds: number) => {
      const settings = { rotation: false, requiredUpdates: 1, roundProbability: 0.9, wasteBudgetDeviceSeconds };
      const { decisions } = decideRound(quorum(settings), fleet([0.99, 0.99, 0.8, 0.95]), { priorities });
      return decisions.map(({ selected }) => selected);
    };
    expect(asked(7.4)).toEqual([false, false, true, true]);
    expect(asked(2.1)).toEqual([true, true, false, true]);
  });

  it("pays for the cheapest of the quorum where it cannot pay for all, and never for more than the cohort has places", () => {
    // client-0 and client-1 are put first: .2 * 29 + .01 * 29 = 6.09 s. 6 s pay for client-1 and, passing over client-0, for another.
    const settings = { adaptiveWork: "off", rotation: false, requiredUpdates: 2, roundProbability: 0.7 };
    const asked = (wasteBudgetDeviceSeconds: number, cohortSize: number) => {
      const policy = createPolicy("quorum", { cohortSize, settings: { ...settings, wasteBudgetDeviceSeconds } });
      const priorities = Float64Array.of(1, 1, 0, 0);
      return decideRound(policy, fleet([0.8, 0.99, 0.99, 0.99]), { priorities }).decisions.map(
        ({ selected }) => selected,
      );
    };
    expect(asked(6, 2).slice(0, 2)).toEqual([false, true]);
    expect(asked(6, 2).filter(Boolean)).toHaveLength(2);
    expect(asked(100, 3).filter(Boolean)).toHaveLength(3);
    expect(asked(100, 4).filter(Boolean)).toHaveLength(4);
  });

  it("misses the best set by less than one client", () => {
    const probabilities = Float64Array.of(0.95, 0.9, 0.85, 0.8, 0.99, 0.7, 0.6, 0.92);
    const waste = [3, 1, 4, 1.5, 5, 0.9, 2.6, 5.3];
    const others = Uint32Array.from(waste.keys());
    const value = (set: Iterable<number>) => [...set].reduce((sum, index) => sum + (probabilities[index] as number), 0);
    for (let budget = 0.5; budget < 20; budget += 0.7) {
      const affordable = spendBudget(
        { wasteOf: (index) => waste[index] as number, budgetDeviceSeconds: budget },
        new Uint32Array(0),
        others,
        {
          probabilities,
          order: { eligible: others, weights: probabilities, drawOf: () => 0, priorities: null },
          limit: 8,
        },
      );
      let best = 0;
      for (let set = 0; set < 256; set++) {
        const members = [...others].filter((index) => (set >> index) & 1);
        if (members.reduce((sum, index) => sum + (waste[index] as number), 0) <= budget)
          best = Math.max(best, value(members));
      }
      expect(value(affordable)).toBeGreaterThan(best - 1);
    }
  });
});
