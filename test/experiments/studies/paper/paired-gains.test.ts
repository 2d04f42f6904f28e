import { describe, expect, it } from "vitest";
import {
  gainInPoints,
  pairsByWorkload,
  relativeChange,
  sloCompliance,
  wastePerUpdate,
} from "../../../../experiments/studies/paper/paired-gains.ts";
import { paperRow } from "./support.ts";

const row = (policy: string, workload: string, seed: number, sloComplianceMicro: number | null) =>
  paperRow({ policy, workload, seed, metrics: { sloComplianceMicro } });

describe("pairs of runs", () => {
  it("agree in workload and seed, and stand by workload", () => {
    const ours = [row("a", "v", 1, 0.9), row("a", "v", 2, 0.8), row("a", "w", 1, 0.7)];
    const theirs = [row("b", "w", 1, 0.5), row("b", "v", 1, 0.6)];
    expect(pairsByWorkload(ours, theirs, sloCompliance)).toEqual([
      [{ ours: 0.9, theirs: 0.6 }],
      [{ ours: 0.7, theirs: 0.5 }],
    ]);
  });

  it("count a run that asked nobody as one that kept nothing and saved no waste", () => {
    const empty = paperRow({ policy: "a", metrics: { sloComplianceMicro: null, wastedDeviceSecondsPerUpdate: null } });
    const other = paperRow({ policy: "b", metrics: { sloComplianceMicro: 0.5, wastedDeviceSecondsPerUpdate: 7 } });
    expect(pairsByWorkload([empty], [other], sloCompliance)).toEqual([[{ ours: 0, theirs: 0.5 }]]);
    expect(pairsByWorkload([empty], [other], wastePerUpdate)).toEqual([[{ ours: 7, theirs: 7 }]]);
  });
});

describe("gains", () => {
  const pairs = [
    [{ ours: 3, theirs: 2 }],
    [
      { ours: 50, theirs: 100 },
      { ours: 100, theirs: 100 },
    ],
  ];

  it("are in points the mean over workloads of what their means differ by", () => {
    // (3 - 2) and (75 - 100): (1 - 25) / 2.
    expect(gainInPoints(pairs, "x")?.estimate).toBe(-12);
  });

  it("are relative to each workload's own scale", () => {
    // 3/2 - 1 = 0.5 and 75/100 - 1 = -0.25.
    expect(relativeChange(pairs, "x")?.estimate).toBeCloseTo(0.125, 12);
  });

  it("have an interval from five workloads on", () => {
    const five = Array.from({ length: 5 }, (_, index) => [{ ours: index + 2, theirs: index + 1 }]);
    expect(gainInPoints(five, "x")).toEqual({ estimate: 1, low: 1, high: 1 });
    expect(gainInPoints(five.slice(1), "x")).toEqual({ estimate: 1, low: null, high: null });
  });
});
