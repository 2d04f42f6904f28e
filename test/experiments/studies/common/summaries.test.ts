import { describe, expect, it } from "vitest";
import type { ScoredRow } from "../../../../experiments/studies/common/measured-rows.ts";
import { groupsBy, meanEstimate, summaryRecord } from "../../../../experiments/studies/common/summaries.ts";

type Setting = { readonly workload: string; readonly quantile: number };

function row(policy: string, workload: string, quantile: number, seed: number, roundCompliance: number | null) {
  const made = {
    setting: { workload, quantile },
    policy: { name: policy, label: policy },
    seed,
    metrics: { roundCompliance },
  };
  return made as unknown as ScoredRow<Setting>;
}

describe("summaries of runs", () => {
  const rows = [
    row("a", "v", 0.5, 1, 0.2),
    row("b", "v", 0.5, 1, 1),
    row("a", "v", 0.7, 1, 0.6),
    row("a", "w", 0.5, 2, 0.4),
    row("a", "w", 0.5, 3, null),
  ];

  it("group by policy and the named parts of the setting, in the order of their appearance", () => {
    const groups = groupsBy(rows, ["quantile"]);
    expect(groups.map(({ policy, setting, rows: own }) => [policy, setting.quantile, own.length])).toEqual([
      ["a", 0.5, 3],
      ["b", 0.5, 1],
      ["a", 0.7, 1],
    ]);
  });

  it("are means over the runs that have a value, with an interval from five seeds on", () => {
    const [group] = groupsBy(rows, ["quantile"]);
    if (!group) throw new Error("there is a group");
    // (0.2 + 0.4) / 2; the third has none.
    expect(meanEstimate(group, "roundCompliance")).toEqual({
      estimate: expect.closeTo(0.3, 12),
      low: null,
      high: null,
    });
    const five = groupsBy(
      [1, 2, 3, 4, 5].map((seed) => row("a", "v", 0.5, seed, seed / 10)),
      [],
    );
    const found = meanEstimate(five[0] as (typeof five)[0], "roundCompliance");
    expect(found?.estimate).toBeCloseTo(0.3, 12);
    expect([(found?.low ?? 1) < 0.3, (found?.high ?? 0) > 0.3]).toEqual([true, true]);
    expect(meanEstimate({ ...group, rows: [] }, "roundCompliance")).toBeNull();
  });

  it("are lines of the CSV: setting, policy, runs, and three columns a metric", () => {
    const [group] = groupsBy(rows, ["quantile"]);
    if (!group) throw new Error("there is a group");
    expect(summaryRecord(group, ["roundCompliance"])).toEqual({
      ...{ quantile: 0.5, policy: "a", runs: 3 },
      ...{ roundCompliance: expect.closeTo(0.3, 12), roundComplianceLow: null, roundComplianceHigh: null },
    });
  });
});
