import { describe, expect, it } from "vitest";
import { statedEnergy } from "../../cli/energy-options.ts";

const stated = (budget: number | undefined, perBit: number | undefined) =>
  statedEnergy({ "energy-budget-joules": budget, "transfer-joules-per-bit": perBit });

describe("the energy that the command line states", () => {
  it("is a budget, with the radio's energy for a bit if that is given, or nothing", () => {
    expect(stated(undefined, undefined)).toBeUndefined();
    expect(stated(500, undefined)).toEqual({ budgetJoules: 500 });
    expect(stated(500, 1e-7)).toEqual({ budgetJoules: 500, transferJoulesPerBit: 1e-7 });
    expect(stated(500, 0)).toEqual({ budgetJoules: 500, transferJoulesPerBit: 0 });
  });

  it.each([
    [0, undefined, "--energy-budget-joules must be above 0 and at most 1000000000000000, not 0."],
    [Number.NaN, undefined, "--energy-budget-joules must be above 0 and at most 1000000000000000, not NaN."],
    [1, 2, "--transfer-joules-per-bit must be from 0 to 1, not 2."],
    [1, -1, "--transfer-joules-per-bit must be from 0 to 1, not -1."],
    [undefined, 1e-7, "--transfer-joules-per-bit needs a budget to be taken from: give --energy-budget-joules too."],
  ])("cannot be a budget of %d J and %d J a bit", (budget, perBit, message) => {
    expect(() => stated(budget, perBit)).toThrow(expect.objectContaining({ code: "cli.wrong-usage", message }));
  });
});
