import { describe, expect, it } from "vitest";
import { labels, limitCells } from "../../../../experiments/studies/paper/paper-settings.ts";

describe("the cells of the paper's limits", () => {
  it("ask 26 clients of whoever has an equal budget: more than the 20 updates that a round is to bring", () => {
    const budgets = new Map(limitCells([1], false).map(({ policy }) => [policy.label, policy.cohortSize]));
    expect(Object.fromEntries(budgets)).toEqual({
      ...{ [labels.fedlim]: 26, [labels.probselect]: 26, [labels.probselectAll]: undefined },
      ...{ [labels.quorum]: undefined, [labels.quorumCalibrated]: undefined },
    });
  });

  it("have clients on Weibull rates always, on traces of 5G only for whoever has them, and say on which links", () => {
    const linksOf = (hasTraces: boolean) => {
      const cells = limitCells([1], hasTraces);
      for (const { setting, world } of cells) expect(JSON.stringify(world.fleet.population)).toContain(setting.links);
      return new Set(cells.map(({ setting }) => setting.links));
    };
    expect(linksOf(false)).toEqual(new Set(["measured-wifi", "measured-wifi-weibull"]));
    expect(linksOf(true)).toEqual(new Set(["measured-wifi", "measured-wifi-weibull", "measured-5g"]));
  });
});
