import { describe, expect, it } from "vitest";
import { meanInWords } from "../../../../experiments/studies/common/comparison-sections.ts";
import type { ScoredRow } from "../../../../experiments/studies/common/measured-rows.ts";
import {
  countInWords,
  groupsBy,
  meanEstimate,
  summaryRecord,
} from "../../../../experiments/studies/common/summaries.ts";
import type { CellMetrics } from "../../../../experiments/studies/statistics/cell-metrics.ts";

type Setting = { readonly workload: string; readonly quantile: number };

const made = (policy: string, setting: Setting, seed: number, metrics: Partial<CellMetrics>) =>
  ({ setting, policy: { name: policy, label: policy }, seed, metrics }) as unknown as ScoredRow<Setting>;

const row = (policy: string, workload: string, quantile: number, seed: number, roundCompliance: number | null) =>
  made(policy, { workload, quantile }, seed, { roundCompliance });

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
      ...{ estimate: expect.closeTo(0.3, 12), low: null, high: null },
      ...{ valueCount: 2, runCount: 3 },
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
      roundComplianceRuns: 2,
    });
  });

  it("take a run that asked nobody as one that kept no promise, and leave it out of its waste, counted", () => {
    const empty = { sloComplianceMicro: null, sloComplianceMacro: null, wasteShareDeviceSeconds: null };
    const other = { sloComplianceMicro: 0.8, sloComplianceMacro: 0.6, wasteShareDeviceSeconds: 0.1 };
    const setting = { workload: "v", quantile: 0.3 };
    const [group] = groupsBy([made("a", setting, 1, empty), made("a", setting, 2, other)], ["quantile"]);
    if (!group) throw new Error("there is a group");
    expect(meanEstimate(group, "sloComplianceMicro")).toMatchObject({ estimate: 0.4, valueCount: 2 });
    expect(meanEstimate(group, "sloComplianceMacro")).toMatchObject({ estimate: 0.3, valueCount: 2 });
    const waste = meanEstimate(group, "wasteShareDeviceSeconds");
    expect(waste).toMatchObject({ estimate: 0.1, valueCount: 1, runCount: 2 });
    expect(waste && countInWords(waste)).toBe(" (1 of 2 runs)");
    expect(meanInWords(group, "wasteShareDeviceSeconds", "percent")).toBe("10.0 % (1 of 2 runs)");
    expect(meanInWords(group, "sloComplianceMicro", "percent")).toBe("40.0 %");
  });

  it("weigh every workload alike, and have the interval of seeds that all workloads share", () => {
    const alike = ["v", "w"].flatMap((workload) =>
      [1, 2, 3, 4, 5].map((seed) => row("a", workload, 0.5, seed, seed / 10)),
    );
    const [two] = groupsBy(alike, []);
    const [one] = groupsBy(alike.slice(0, 5), []);
    if (!two || !one) throw new Error("there are groups");
    // Both workloads say the same of each seed: a second one adds nothing.
    expect(meanEstimate(two, "roundCompliance")).toMatchObject({
      ...meanEstimate(one, "roundCompliance"),
      runCount: 10,
      valueCount: 10,
    });
    // (0.1 + 0.2) / 2 and 0.9: the workload with fewer runs weighs as much.
    const [uneven] = groupsBy([row("a", "v", 0.5, 1, 0.1), row("a", "v", 0.5, 2, 0.2), row("a", "w", 0.5, 1, 0.9)], []);
    expect(uneven && meanEstimate(uneven, "roundCompliance")?.estimate).toBeCloseTo(0.525, 12);
  });
});
