import { describe, expect, it } from "vitest";
import { fairnessCells } from "../../../../experiments/studies/fairness/fairness-settings.ts";
import { sloWasteCells } from "../../../../experiments/studies/slo-waste/slo-waste-settings.ts";

describe("ProbSelect with a number of clients at random", () => {
  it("is never called by the name alone, by which the package's default, the most probable, goes", () => {
    const cells = [...sloWasteCells([1]), ...fairnessCells([1])].filter(({ policy }) => policy.name === "probselect");
    const random = cells.filter(({ policy }) => policy.settings.pick === "random");
    expect(random.length).toBeGreaterThan(0);
    expect(new Set(random.map(({ policy }) => policy.label))).toEqual(new Set(["probselect, any"]));
    expect(cells.map(({ policy }) => policy.label)).not.toContain("probselect");
  });
});

describe("REFL, which is a uniform sample where nobody leaves,", () => {
  it("is compared only in worlds whose clients come and go", () => {
    const cells = [...sloWasteCells([1]), ...fairnessCells([1])].filter(({ policy }) => policy.name === "refl");
    expect(cells.length).toBeGreaterThan(0);
    for (const { world } of cells) expect(world.presence.onlineShare).toBeLessThan(1);
    expect(new Set(cells.map(({ setting }) => setting.truth))).toEqual(new Set(["L1"]));
  });
});
