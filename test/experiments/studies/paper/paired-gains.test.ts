import { describe, expect, it } from "vitest";
import {
  gainInPoints,
  pairedTable,
  relativeChange,
  sloCompliance,
  wastePerUpdate,
} from "../../../../experiments/studies/paper/paired-gains.ts";
import { paperRow } from "./support.ts";

const row = (policy: string, workload: string, seed: number, sloComplianceMicro: number | null) =>
  paperRow({ policy, workload, seed, metrics: { sloComplianceMicro } });

describe("pairs of runs", () => {
  it("agree in workload and seed, and stand by both", () => {
    const ours = [row("a", "v", 1, 0.9), row("a", "v", 2, 0.8), row("a", "w", 1, 0.7), row("a", "w", 2, 0.6)];
    const theirs = [row("b", "w", 1, 0.5), row("b", "v", 1, 0.6), row("b", "w", 2, 0.4)];
    expect(pairedTable(ours, theirs, sloCompliance)).toEqual([
      [{ ours: 0.9, theirs: 0.6 }, null],
      [
        { ours: 0.7, theirs: 0.5 },
        { ours: 0.6, theirs: 0.4 },
      ],
    ]);
  });

  it("of several deadlines become one a workload and seed", () => {
    const at = (policy: string, deadlineQuantile: number, sloComplianceMicro: number) =>
      paperRow({ policy, deadlineQuantile, metrics: { sloComplianceMicro } });
    const [ours, theirs] = [
      [at("a", 0.3, 1), at("a", 0.7, 0.5)],
      [at("b", 0.3, 0.25), at("b", 0.7, 0.75)],
    ];
    // (1 + 0.5) / 2 and (0.25 + 0.75) / 2.
    expect(pairedTable(ours, theirs, sloCompliance)).toEqual([[{ ours: 0.75, theirs: 0.5 }]]);
  });

  it("count a run that asked nobody as one that kept nothing and saved no waste", () => {
    const empty = paperRow({ policy: "a", metrics: { sloComplianceMicro: null, wastedDeviceSecondsPerUpdate: null } });
    const other = paperRow({ policy: "b", metrics: { sloComplianceMicro: 0.5, wastedDeviceSecondsPerUpdate: 7 } });
    expect(pairedTable([empty], [other], sloCompliance)).toEqual([[{ ours: 0, theirs: 0.5 }]]);
    expect(pairedTable([empty], [other], wastePerUpdate)).toEqual([[{ ours: 7, theirs: 7 }]]);
  });
});

describe("gains", () => {
  const pairs = [
    [{ ours: 3, theirs: 2 }, null],
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

  it("have an interval from five workloads and five seeds on", () => {
    const square = Array.from({ length: 5 }, (_, w) =>
      Array.from({ length: 5 }, (_, s) => ({ ours: w + s + 2, theirs: w + s + 1 })),
    );
    expect(gainInPoints(square, "x")).toEqual({ estimate: 1, low: 1, high: 1 });
    expect(gainInPoints(square.slice(1), "x")).toEqual({ estimate: 1, low: null, high: null });
    const fourSeeds = square.map((seeds) => seeds.slice(1));
    expect(gainInPoints(fourSeeds, "x")).toEqual({ estimate: 1, low: null, high: null });
  });
});
