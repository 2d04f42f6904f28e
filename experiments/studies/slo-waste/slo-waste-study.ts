// The study `slo-waste`: who keeps the deadline and what is wasted, per policy, deadline and threshold, on two truths that are never
// mixed.

import { counted } from "../../../foundation/counted.ts";
import type { Figure } from "../../report/figures/figure.ts";
import { comparisonMetrics, comparisonTable } from "../common/comparison-sections.ts";
import { PROBSELECT_ANY } from "../common/contenders.ts";
import { recordOf, type ScoredRow, scoredRows } from "../common/measured-rows.ts";
import { MEASURED_WIFI_TRUTH } from "../common/measured-worlds.ts";
import { runCells, seedCountOf, seedsFrom } from "../common/run-cells.ts";
import { groupsBy, meanEstimate, summaryRecord } from "../common/summaries.ts";
import { linesFigure } from "../figures/lines-with-intervals.ts";
import type { MetricName } from "../statistics/cell-metrics.ts";
import type { HeadlineFigure, Study, StudySection } from "../study.ts";
import { deadlineQuantiles, SEEDS, type SloWasteSetting, sloWasteCells, thresholds } from "./slo-waste-settings.ts";

const truths = {
  L2: `${MEASURED_WIFI_TRUTH}; three workloads`,
  L1: "L1: a layer-wise model on a fleet of all classes, with contention, throttling, lost links and absence (assumed)",
} as const;

type Row = ScoredRow<SloWasteSetting>;

export const sloWasteStudy: Study = {
  name: "slo-waste",
  summary: "SLO compliance of clients and rounds, and waste, per policy, deadline and threshold",
  run: async (options) => {
    const seeds = seedsFrom(options.seed, options.seeds ?? SEEDS);
    const rows = scoredRows(await runCells(sloWasteCells(seeds), options));
    return {
      title: "Who keeps the deadline, and what is wasted",
      lead: `Every policy asks 26 clients for rounds of 20 updates, but for those whose rule sets their number; ${counted(seeds.length, "seed")} of 200 rounds each, the same fleets and the same luck for all.`,
      truth: `${truths.L2}; apart from it ${truths.L1}`,
      headline: headlineOf(rows),
      sections: (["L2", "L1"] as const).map((level) => sectionOf(level, rows)),
      records: rows.map(recordOf),
      summary: groupsBy(rows, ["part", "truth", "deadlineQuantile", "minimumProbability"]).map((group) =>
        summaryRecord(group, comparisonMetrics),
      ),
    };
  },
};

function sectionOf(level: keyof typeof truths, rows: readonly Row[]): StudySection {
  const own = rows.filter(({ setting }) => setting.truth === level);
  const deadlines = own.filter(({ setting }) => setting.part === "deadlines");
  const usual = deadlines.filter(({ setting }) => setting.deadlineQuantile === 0.7);
  const swept = own.filter(({ setting }) => setting.part === "thresholds");
  const figure = over(level);
  return {
    title: `Truth ${level}`,
    paragraphs: [truths[level]],
    figures: [
      figure(deadlines, "deadlineQuantile", "sloComplianceMicro", "Clients on time", "completed / selected (%)"),
      figure(deadlines, "deadlineQuantile", "roundCompliance", "Rounds with 20 updates in time", "rounds (%)"),
      figure(deadlines, "deadlineQuantile", "wasteShareDeviceSeconds", "Wasted device time", "device-seconds (%)"),
      figure(
        swept,
        "minimumProbability",
        "sloComplianceMicro",
        "Clients on time by threshold",
        "completed / selected (%)",
      ),
      figure(swept, "minimumProbability", "emptyRoundShare", "Rounds in which nobody qualifies", "rounds (%)"),
    ],
    tables: [
      comparisonTable(groupsBy(usual, ["deadlineQuantile"]), {
        caption: "At the deadline that 70 % usually keep, p >= 0.8.",
        metrics: [
          { metric: "sloComplianceMicro", label: "on time", unit: "percent" },
          { metric: "roundCompliance", label: "rounds", unit: "percent" },
          { metric: "meanStatedRoundProbability", label: "rounds, said", unit: "percent" },
          { metric: "keptRoundShare", label: "rounds, kept", unit: "percent" },
          { metric: "meanSelected", label: "asked", unit: "count" },
          { metric: "wasteShareDeviceSeconds", label: "device time wasted", unit: "percent" },
          { metric: "wasteShareFlop", label: "FLOP", unit: "percent" },
          { metric: "wasteShareJoules", label: "joules", unit: "percent" },
          { metric: "wasteShareBytes", label: "bytes", unit: "percent" },
          { metric: "jainIndex", label: "Jain", unit: "index" },
        ],
      }),
    ],
  };
}

/** A metric over a part of the setting, a line a policy. */
function over(level: keyof typeof truths) {
  return (
    rows: readonly Row[],
    axis: "deadlineQuantile" | "minimumProbability",
    metric: MetricName,
    title: string,
    label: string,
  ): Figure => {
    const points = groupsBy(rows, [axis]).flatMap((group) => {
      const value = meanEstimate(group, metric);
      return value ? [{ series: group.policy, x: group.setting[axis] ?? 0, ...value }] : [];
    });
    const isDeadline = axis === "deadlineQuantile";
    return linesFigure({
      name: `${level}-${axis}-${metric}`,
      title: `${title}, ${level}`,
      note: "Mean over seeds and workloads.",
      seedCount: seedCountOf(rows),
      truth: truths[level],
      rows: points,
      labels: [...new Set(rows.map(({ policy }) => policy.label))],
      x: {
        label: isDeadline ? "deadline, as a quantile of the fleet's median round times (%)" : "threshold p_slo (%)",
        isShare: true,
        ticks: isDeadline ? [...deadlineQuantiles] : [...thresholds],
      },
      y: { label, isShare: true, domain: [0, 1] },
    });
  };
}

function headlineOf(rows: readonly Row[]): readonly HeadlineFigure[] {
  const usual = rows.filter(
    ({ setting }) => setting.part === "deadlines" && setting.truth === "L2" && setting.deadlineQuantile === 0.7,
  );
  return groupsBy(usual, [])
    .filter(({ policy }) => ["fedlim", PROBSELECT_ANY, "quorum"].includes(policy))
    .flatMap((group) => {
      const figures = [
        { metric: "sloComplianceMicro", what: "clients on time" },
        { metric: "wasteShareDeviceSeconds", what: "device time wasted" },
      ] as const;
      return figures.flatMap(({ metric, what }): HeadlineFigure[] => {
        const found = meanEstimate(group, metric);
        const label = `${group.policy}: ${what}`;
        return found
          ? [
              {
                ...found,
                name: `${metric}:${group.policy}`,
                label,
                unit: "percent",
                note: "L2, deadline at 70 %, p >= 0.8",
              },
            ]
          : [];
      });
    });
}
