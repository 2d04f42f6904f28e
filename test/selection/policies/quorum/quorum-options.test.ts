// The parts of the quorum policy that are off until they are asked for.

import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import { shortestDeadline } from "../../../../selection/policies/quorum/adaptive-deadline.ts";
import { recalibrated, UNCALIBRATED } from "../../../../selection/policies/quorum/online-calibration.ts";
import { spendBudget } from "../../../../selection/policies/quorum/waste-budget.ts";
import { ClientSlots } from "../../../../selection/policy/client-slots.ts";
import type { ForecastCandidate } from "../../../../selection/types.ts";
import { forecastCandidate } from "../../support.ts";
import { decide, decideRound, fleet } from "../support.ts";

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

  it("is the objective's where even that is too short, and never below the least that is allowed", () => {
    const settings = { adaptiveDeadline: true, requiredUpdates: 4, rotation: false };
    expect(decideRound(quorum(settings), fleet([0.9, 0.9])).deadlineSeconds).toBe(30);
    const bounded = { ...settings, minimumDeadlineSeconds: 28 };
    expect(decideRound(quorum(bounded), fleet([0.99, 0.99, 0.99, 0.99])).deadlineSeconds).toBe(28);
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
        { probabilities, drawOf: () => 0, limit: 8 },
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

describe("online calibration", () => {
  const feedback = (kept: number, all: number) => ({
    round: 1,
    deadlineSeconds: 30,
    roundSeconds: 30,
    clients: Array.from({ length: all }, (_, slot) => ({
      ...{
        slot,
        onTime: slot < kept,
        latencySeconds: 10,
        exampleCount: 1,
        trainingLoss: null,
        rootMeanSquareLoss: null,
      },
    })),
  });

  it("takes times to be longer after a round that kept less than was promised", () => {
    // 9 of 10 promised, 7 kept, gamma .5: ln lambda = .5 * (.9 - .7) = .1.
    const state = { ...UNCALIBRATED, promisedOnTime: 9, selectedCount: 10 };
    expect(recalibrated(state, feedback(7, 10), 0.5).logInflation).toBeCloseTo(0.1, 12);
    expect(recalibrated(state, feedback(10, 10), 0.5).logInflation).toBeCloseTo(-0.05, 12);
    expect(recalibrated(state, feedback(0, 0), 0.5)).toEqual(state);
  });

  it("comes to promise what is kept, where the truth is half as fast again as the forecast", () => {
    // Kept is decided by the stand-in itself with times 1.5 times as long: a miss of (1 - p) * 1.5.
    const candidates = fleet([0.97, 0.96, 0.95, 0.94, 0.93, 0.92, 0.91, 0.9, 0.89, 0.88, 0.87, 0.86]);
    const policy = createPolicy("quorum", {
      settings: { adaptiveWork: "off", onlineCalibration: true, requiredUpdates: 5, calibrationRate: 0.3 },
    });
    if (policy.needs !== "history") throw new Error("calibration needs history");
    const slots = new ClientSlots();
    let debt = 0;
    let inflation = 1;
    for (let round = 1; round <= 300; round++) {
      const { decisions } = decideRound(policy, candidates, { round, slots, minimumProbability: 0.5 });
      const selected = decisions.filter((decision) => decision.selected);
      debt += selected.reduce((sum, { forecast }) => sum + 1 - 1.5 * (1 - forecast.deadlineProbability), 0);
      // Without chance: as many are kept as are due, and the fraction is carried over.
      const kept = Math.min(selected.length, Math.floor(debt));
      debt -= kept;
      policy.learn(feedback(kept, selected.length));
      inflation = Number(/times taken ([\d.]+) times/.exec(selected[0]?.reason ?? "")?.[1] ?? 1);
    }
    expect(inflation).toBeGreaterThan(1.35);
    expect(inflation).toBeLessThan(1.65);
  });
});
