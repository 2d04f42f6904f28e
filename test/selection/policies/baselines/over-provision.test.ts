import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import { chosenBy, decideRound, fleet } from "../support.ts";

const clients = (count: number) => fleet(Array.from({ length: count }, () => 0.5));

describe("policy over-provision", () => {
  it.each([
    // [candidates, cohort size, factor, drawn, updates]
    [100, 10, 1.3, 13, 10],
    // round(1.3 * 5) = round(6.5) = 7
    [100, 5, 1.3, 7, 5],
    // round(1.3 * 1) = 1: too small a cohort for a spare
    [100, 1, 1.3, 1, 1],
    // 1.3 * 10 = 13, but there are 11
    [11, 10, 1.3, 11, 10],
    // everybody is needed
    [8, 10, 1.3, 8, 8],
    [100, 10, 1, 10, 10],
    [100, 10, 2.5, 25, 10],
  ])("of %i clients, for %i updates and a factor of %d it draws %i and ends after %i", (...row) => {
    const [count, cohortSize, factor, drawn, updates] = row;
    const round = decideRound(createPolicy("over-provision", { cohortSize, settings: { factor } }), clients(count));
    expect(round.decisions.filter(({ selected }) => selected)).toHaveLength(drawn);
    expect(round.roundEnd).toEqual({ kind: "first", updates });
  });

  it("needs half of the candidates and draws 30 % more if nothing is said", () => {
    // m = round(0.5 * 20) = 10, round(1.3 * 10) = 13
    const round = decideRound(createPolicy("over-provision"), clients(20));
    expect(round.decisions.filter(({ selected }) => selected)).toHaveLength(13);
    expect(round.roundEnd).toEqual({ kind: "first", updates: 10 });
  });

  it("says how many will be cut off", () => {
    const [decision] = decideRound(createPolicy("over-provision", { cohortSize: 2 }), clients(3)).decisions;
    // round(1.3 * 2) = round(2.6) = 3
    expect(decision?.reason).toBe(
      "Selected: drawn when drawing 3 of 3 clients at random for a round that ends with its first 2 updates and cuts off the other 1; " +
        "unseen by this policy, it should take about 3.1 s and meets the deadline of 30 s with 50.0 % probability.",
    );
  });

  it("draws a superset when the factor grows", () => {
    const factors = fc.double({ min: 1, max: 3, noNaN: true });
    fc.assert(
      fc.property(factors, factors, fc.integer({ min: 1, max: 20 }), (a, b, cohortSize) => {
        const drawn = (factor: number) =>
          chosenBy(createPolicy("over-provision", { cohortSize, settings: { factor } }), clients(30));
        expect(drawn(Math.max(a, b))).toEqual(expect.arrayContaining(drawn(Math.min(a, b))));
      }),
    );
  });

  it("refuses a factor below 1", () => {
    expect(() => createPolicy("over-provision", { settings: { factor: 0.9 } })).toThrow(
      expect.objectContaining({ code: "selection.invalid-argument", message: expect.stringContaining("factor") }),
    );
  });
});
