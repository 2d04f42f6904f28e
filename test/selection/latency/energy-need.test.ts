import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { energyNeed } from "../../../selection/latency/energy-need.ts";
import { rooflineModel } from "../../../selection/latency/roofline/roofline-model.ts";
import { createPolicy } from "../../../selection/policies/find-policy.ts";
import { reforecastWith } from "../../../selection/policy/reforecast.ts";
import { tableOfCandidates } from "../../../selection/policy/table-of-candidates.ts";
import type { EnergyBudget, ForecastCandidate } from "../../../selection/types.ts";
import { decide } from "../policies/support.ts";
import { a100, candidate, known, lenetWorkload, unknown } from "../support.ts";

/** 1 MB each way: 16e6 bits. */
const workload = { ...lenetWorkload, downloadBytes: 1e6, uploadBytes: 1e6 };
/** A device of 250 W. */
const withBudget = (energy: EnergyBudget) => candidate({ energy });

describe("the energy of a round", () => {
  it("is the design power for the time of the computation, and the radio's for the bits both ways", () => {
    // 250 W * 10 s + 16e6 bit * 1e-9 J/bit = 2500 J + 0.016 J
    expect(energyNeed(withBudget({ budgetJoules: 3000, transferJoulesPerBit: 1e-9 }), workload, 10)).toEqual({
      requiredJoules: 2500.016,
      availableJoules: 3000,
      fits: true,
    });
  });

  it("fits a budget that it exhausts, and no smaller one", () => {
    expect(energyNeed(withBudget({ budgetJoules: 2500 }), workload, 10)).toMatchObject({ fits: true });
    expect(energyNeed(withBudget({ budgetJoules: 2499.9 }), workload, 10)).toMatchObject({ fits: false });
    expect(energyNeed(withBudget({ budgetJoules: 2500, transferJoulesPerBit: 1e-9 }), workload, 10)).toMatchObject({
      fits: false,
    });
  });

  it("is nobody's concern without a budget", () => {
    expect(energyNeed(candidate(), workload, 1e9)).toBeUndefined();
  });

  it.each([
    ["unknown to the catalogue", unknown],
    ["without a design power", known({ ...a100, thermalDesignWatts: null })],
  ])("of a device %s is not stated; it fits unless the transfers alone take too much", (_, device) => {
    const poor = candidate({ device, energy: { budgetJoules: 1, transferJoulesPerBit: 1e-9 } });
    expect(energyNeed(poor, workload, 1e6)).toEqual({ requiredJoules: null, availableJoules: 1, fits: true });
    // 16e6 bit * 1e-6 J/bit = 16 J
    const poorer = candidate({ device, energy: { budgetJoules: 15, transferJoulesPerBit: 1e-6 } });
    expect(energyNeed(poorer, workload, 1e6)).toEqual({ requiredJoules: null, availableJoules: 15, fits: false });
  });

  it("never falls with the time or with the radio's energy", () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(amount, amount, amount, amount, (seconds, moreSeconds, perBit, morePerBit) => {
        const joules = (transferJoulesPerBit: number, computeSeconds: number) =>
          energyNeed(withBudget({ budgetJoules: 1, transferJoulesPerBit }), workload, computeSeconds)?.requiredJoules;
        expect(joules(perBit + morePerBit, seconds + moreSeconds)).toBeGreaterThanOrEqual(
          joules(perBit, seconds) ?? Number.NaN,
        );
      }),
    );
  });
});

describe("a client whose round takes more energy than it may spend", () => {
  const slo = { deadlineSeconds: 30, minimumProbability: 0.8 };
  const forecast = (budgetJoules: number, changes = {}): ForecastCandidate => {
    const client = candidate({ energy: { budgetJoules }, ...changes });
    return { candidate: client, forecast: rooflineModel.forecast(client, workload, slo) };
  };

  it("is skipped for that, however probable it is", () => {
    const entry = forecast(1);
    const { requiredJoules } = entry.forecast.energy ?? {};
    // 5000 examples of LeNet-5 in some hundred milliseconds at 250 W.
    expect(requiredJoules).toBeCloseTo(250 * entry.forecast.atMeanUtilisation.computeSeconds, 9);
    expect(entry.forecast.deadlineProbability).toBeGreaterThan(0.9);
    expect(decide(createPolicy("probselect"), [entry])).toMatchObject([
      {
        selected: false,
        reasonCode: "insufficient-energy",
        reason: expect.stringMatching(
          /^Skipped: the round takes \d+(\.\d+)? J, more than the 1 J that it may spend\.$/,
        ),
      },
    ]);
  });

  it("is selected with a budget that suffices", () => {
    expect(decide(createPolicy("probselect"), [forecast(1e6)])).toMatchObject([{ reasonCode: "selected" }]);
  });

  it("is told of its transfers where nothing else is known", () => {
    const energy = { budgetJoules: 15, transferJoulesPerBit: 1e-6 };
    expect(decide(createPolicy("probselect"), [forecast(15, { device: unknown, energy })])).toMatchObject([
      { reason: "Skipped: moving the model alone takes more than the 15 J that it may spend." },
    ]);
  });

  it("can be asked for as many examples as its budget allows", () => {
    const entry = forecast(20);
    const table = tableOfCandidates([entry], {
      slo,
      training: { epochs: 1, batchSize: 32 },
      reforecast: reforecastWith(rooflineModel, workload, slo),
    });
    const { work } = table.adaptedWork(0, { deadlineSeconds: 30, minimumProbability: 0.8, reduces: "examples" });
    const takes = (exampleCount: number) =>
      forecast(20, { exampleCount }).forecast.energy?.requiredJoules ?? Number.NaN;
    expect(takes(5000)).toBeGreaterThan(20);
    expect(takes(work?.exampleCount ?? Number.NaN)).toBeLessThanOrEqual(20);
    expect(takes((work?.exampleCount ?? Number.NaN) + 32)).toBeGreaterThan(20);
  });
});
