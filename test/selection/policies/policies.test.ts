import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import { findLatencyModel } from "../../../selection/latency/find-latency-model.ts";
import { createPolicy, policyNames } from "../../../selection/policies/find-policy.ts";
import type { ForecastCandidate, SelectionDecision } from "../../../selection/types.ts";
import { forecastCandidate } from "../support.ts";

const request = (candidates: readonly ForecastCandidate[], minimumProbability = 0.8, deadlineSeconds = 30) => ({
  round: 1,
  slo: { deadlineSeconds, minimumProbability },
  candidates,
});
const policy = (name: string, cohortSize?: number, seed = 7) =>
  createPolicy(name, { cohortSize, random: seededRandom(seed, "selection") });
const selectedIds = (decisions: readonly SelectionDecision[]) =>
  decisions.filter(({ selected }) => selected).map(({ clientId }) => clientId);
const probabilities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });
const fleet = (values: readonly number[]) => values.map((p, index) => forecastCandidate(`client-${index}`, p));

describe.each(policyNames)("policy %s", (name) => {
  it("makes one decision per candidate, in their order, with a sentence as reason", () => {
    fc.assert(
      fc.property(probabilities, fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }), (values, size) => {
        const candidates = fleet(values);
        const decisions = policy(name, size).select(request(candidates));
        expect(decisions.map(({ clientId }) => clientId)).toEqual(candidates.map((entry) => entry.candidate.clientId));
        for (const { selected, reasonCode, reason } of decisions) {
          expect(selected).toBe(reasonCode === "selected");
          expect(reason).toMatch(/^(Selected|Skipped): .+\.$/);
          expect(reason).not.toMatch(/NaN|Infinity|undefined|null/);
        }
        expect(selectedIds(decisions).length).toBeLessThanOrEqual(size ?? values.length);
      }),
    );
  });

  it("selects nobody from an empty fleet", () => {
    expect(policy(name).select(request([]))).toEqual([]);
    expect(policy(name, 3).select(request([]))).toEqual([]);
  });

  it("chooses the same cohort again with the same seed", () => {
    const candidates = fleet(Array.from({ length: 20 }, () => 0.9));
    const chosen = (seed: number) => selectedIds(policy(name, 5, seed).select(request(candidates)));
    expect(chosen(7)).toEqual(chosen(7));
    expect(chosen(7)).toHaveLength(5);
    expect([8, 9, 10].map(chosen)).not.toEqual([chosen(7), chosen(7), chosen(7)]);
  });
});

describe("policy probselect", () => {
  it("selects a client whose probability equals p_slo", () => {
    const decisions = policy("probselect").select(request(fleet([0.8, 0.79999, 0.95])));
    expect(selectedIds(decisions)).toEqual(["client-0", "client-2"]);
    expect(decisions[1]?.reasonCode).toBe("below-probability");
  });

  it("selects a superset when p_slo falls", () => {
    const threshold = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(probabilities, threshold, threshold, (values, a, b) => {
        const strict = selectedIds(policy("probselect").select(request(fleet(values), Math.max(a, b))));
        const lax = selectedIds(policy("probselect").select(request(fleet(values), Math.min(a, b))));
        expect(lax).toEqual(expect.arrayContaining(strict));
      }),
    );
  });

  it("does not depend on the order of the candidates", () => {
    const shuffledFleet = fc
      .uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 })
      .chain((values) => {
        const candidates = fleet(values);
        return fc.tuple(
          fc.constant(candidates),
          fc.shuffledSubarray(candidates, { minLength: candidates.length }),
          fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
        );
      });
    fc.assert(
      fc.property(shuffledFleet, ([candidates, permuted, size]) => {
        const chosen = selectedIds(policy("probselect", size).select(request(candidates, 0.5)));
        const chosenPermuted = selectedIds(policy("probselect", size).select(request(permuted, 0.5)));
        expect(chosenPermuted.sort()).toEqual(chosen.sort());
      }),
    );
  });

  it("fills a limited cohort with the highest probabilities", () => {
    const decisions = policy("probselect", 2).select(request(fleet([0.85, 0.99, 0.9, 0.2])));
    expect(selectedIds(decisions)).toEqual(["client-1", "client-2"]);
    expect(decisions.map(({ reasonCode }) => reasonCode)).toEqual([
      "not-sampled",
      "selected",
      "selected",
      "below-probability",
    ]);
  });

  it("breaks ties at the cohort's edge evenly", () => {
    // 400 seeds choose 1 of 4 equal clients: 100 each, standard deviation sqrt(400 * 0.25 * 0.75) = 8.7; five of them are 43.
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 400; seed++) {
      const [id = ""] = selectedIds(policy("probselect", 1, seed).select(request(fleet([0.9, 0.9, 0.9, 0.9]))));
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect(counts.size).toBe(4);
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(43);
  });

  it("refuses a client whose memory is too small, whatever its probability", () => {
    const entry = forecastCandidate("small", 1, { memory: { requiredBytes: 9e9, availableBytes: 8e9, fits: false } });
    expect(policy("probselect").select(request([entry], 0))).toMatchObject([
      {
        selected: false,
        reasonCode: "insufficient-memory",
        reason: "Skipped: training needs 9 GB of memory, more than 90 % of the device's 8 GB.",
      },
    ]);
  });

  it("refuses a client whose transfers alone pass the deadline, even at p_slo = 0", () => {
    const entry = forecastCandidate("distant", 0, { requiredUtilisation: null });
    expect(policy("probselect").select(request([entry], 0, 2.5))).toMatchObject([
      {
        reasonCode: "transfer-exceeds-deadline",
        reason:
          "Skipped: moving the model takes 3 s (1 s down, 2 s up), which leaves no time to train before the deadline of 2.5 s.",
      },
    ]);
  });

  it("says how long it expects, how likely that is in time and what was asked for", () => {
    const [decision] = policy("probselect").select(request(fleet([0.62])));
    expect(decision?.reason).toBe(
      "Skipped: it should take about 3.1 s and meets the deadline of 30 s with 62.0 % probability, below the 80.0 % asked for.",
    );
  });
});

describe("policy fedlim", () => {
  it("draws half of the candidates without a cohort size, at least one", () => {
    // round(0.5 n): 1 -> 1 (0.5 rounds up), 4 -> 2, 7 -> 4 (3.5 rounds up).
    const sizes = [1, 4, 7].map((count) => {
      const candidates = fleet(Array.from({ length: count }, () => 0.5));
      return selectedIds(policy("fedlim").select(request(candidates))).length;
    });
    expect(sizes).toEqual([1, 2, 4]);
  });

  it("ignores the forecasts: hopeless clients are drawn like any", () => {
    // 400 draws of 2 of 4: each client 200 times, standard deviation 10; five of them are 50.
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 400; seed++) {
      for (const id of selectedIds(policy("fedlim", 2, seed).select(request(fleet([0, 0, 1, 1]))))) {
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
    }
    for (const id of ["client-0", "client-1", "client-2", "client-3"]) {
      expect(Math.abs((counts.get(id) ?? 0) - 200)).toBeLessThan(50);
    }
  });

  it("draws another cohort in the next round of the same run", () => {
    const fedlim = policy("fedlim", 5);
    const candidates = fleet(Array.from({ length: 40 }, () => 0.5));
    const rounds = [1, 2, 3].map((round) => selectedIds(fedlim.select({ ...request(candidates), round })).join());
    expect(new Set(rounds).size).toBe(3);
  });
});

describe("names", () => {
  it("refuses an unknown policy or latency model and lists the known ones", () => {
    expect(() => policy("oortt")).toThrow(
      expect.objectContaining({
        code: "selection.unknown-policy",
        message: expect.stringContaining("probselect, fedlim"),
      }),
    );
    expect(() => policy("toString")).toThrow(expect.objectContaining({ code: "selection.unknown-policy" }));
    expect(() => findLatencyModel("magic")).toThrow(
      expect.objectContaining({
        code: "selection.unknown-latency-model",
        message: expect.stringContaining("roofline"),
      }),
    );
    expect(findLatencyModel("roofline").name).toBe("roofline");
  });

  it("refuses a cohort size that is no whole number from 1", () => {
    for (const size of [0, 1.5, Number.NaN]) {
      expect(() => policy("probselect", size)).toThrow(expect.objectContaining({ code: "selection.invalid-argument" }));
    }
  });
});
