import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { giniCoefficient, jainIndex, participationOf } from "../../../experiments/simulation/participation.ts";
import { uniformFleet } from "./support.ts";

describe("Jain's index", () => {
  it("is worked out by hand", () => {
    expect(jainIndex([1, 1, 0, 0])).toBe(0.5); // 2^2 / (4 * 2)
    expect(jainIndex([1, 2, 3])).toBeCloseTo(36 / 42, 15); // 6^2 / (3 * 14)
    expect(jainIndex([0, 0])).toBeNull();
  });
});

describe("Gini's coefficient", () => {
  it("is worked out by hand", () => {
    expect(giniCoefficient([0, 0, 1, 1])).toBe(0.5); // 2 * (3 + 4) / (4 * 2) - 5 / 4
    // Sorted 1, 2, 3: 2 * (1 + 4 + 9) / (3 * 6) - 4 / 3 = 28 / 18 - 24 / 18
    expect(giniCoefficient([3, 1, 2])).toBeCloseTo(4 / 18, 15);
    expect(giniCoefficient([0, 0])).toBeNull();
  });

  it("is half of the mean difference of two values by their mean", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 12 }), (values) => {
        const sum = values.reduce((total, value) => total + value, 0);
        fc.pre(sum > 0);
        const differences = values.flatMap((a) => values.map((b) => Math.abs(a - b)));
        const meanDifference = differences.reduce((total, value) => total + value, 0) / values.length ** 2;
        expect(giniCoefficient(values)).toBeCloseTo(meanDifference / (2 * (sum / values.length)), 10);
      }),
    );
  });
});

describe("both measures of evenness", () => {
  const counts = fc
    .array(fc.nat(1000), { minLength: 1, maxLength: 30 })
    .filter((values) => values.some((value) => value > 0));

  it("have their bounds, which are reached where all have the same and where one has all", () => {
    fc.assert(
      fc.property(counts, (values) => {
        const n = values.length;
        expect(jainIndex(values)).toBeGreaterThanOrEqual(1 / n - 1e-12);
        expect(jainIndex(values)).toBeLessThanOrEqual(1 + 1e-12);
        expect(giniCoefficient(values)).toBeGreaterThanOrEqual(-1e-12);
        expect(giniCoefficient(values)).toBeLessThanOrEqual(1 - 1 / n + 1e-12);
      }),
    );
    expect([jainIndex([7, 7, 7]), giniCoefficient([7, 7, 7])]).toEqual([1, 0]);
    expect([jainIndex([0, 0, 0, 9]), giniCoefficient([0, 0, 0, 9])]).toEqual([0.25, 0.75]);
  });

  it("do not depend on the order or the unit", () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 9 }), (values, unit) => {
        const other = values.toReversed().map((value) => unit * value);
        expect(jainIndex(other)).toBeCloseTo(jainIndex(values) as number, 10);
        expect(giniCoefficient(other)).toBeCloseTo(giniCoefficient(values) as number, 10);
      }),
    );
  });
});

describe("the participation of a fleet", () => {
  it("counts clients, selections and updates by group, and who ever had one", () => {
    const fleet = uniformFleet(5, { groupNames: ["near", "far", "empty"], groups: Uint8Array.of(0, 1, 0, 1, 1) });
    const counts = { selections: Uint32Array.of(3, 2, 1, 0, 4), completions: Uint32Array.of(3, 0, 1, 0, 2) };
    expect(participationOf(fleet, counts)).toEqual({
      jainIndex: 36 / (5 * 14), // (3 + 1 + 2)^2 / (5 * (9 + 1 + 4))
      giniCoefficient: expect.closeTo(52 / 30 - 6 / 5, 12), // 2 * (3 * 1 + 4 * 2 + 5 * 3) / (5 * 6) - 6 / 5
      coverage: 0.6,
      groups: [
        { name: "near", clientCount: 2, selections: 4, completions: 4, coverage: 1 },
        { name: "far", clientCount: 3, selections: 6, completions: 2, coverage: 1 / 3 },
        { name: "empty", clientCount: 0, selections: 0, completions: 0, coverage: 0 },
      ],
    });
  });

  it("has no evenness where nobody ever took part", () => {
    const nobody = { selections: new Uint32Array(3), completions: new Uint32Array(3) };
    expect(participationOf(uniformFleet(3), nobody)).toMatchObject({
      ...{ jainIndex: null, giniCoefficient: null, coverage: 0 },
    });
  });
});
