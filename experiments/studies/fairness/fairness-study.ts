// The study `fairness`: who gets to take part under each policy, and what that costs in waste and in missed rounds.

import { counted } from "../../../foundation/counted.ts";
import { seededRandom } from "../../../foundation/random-source.ts";
import { comparisonMetrics, comparisonTable } from "../common/comparison-sections.ts";
import { recordOf, type ScoredRow, scoredRows } from "../common/measured-rows.ts";
import { runCells, seedCountOf, seedsFrom } from "../common/run-cells.ts";
import { groupsBy, meanEstimate, summaryRecord } from "../common/summaries.ts";
import { participationFigure } from "../figures/participation-by-group.ts";
import { scatterFigure } from "../figures/scatter-of-policies.ts";
import type { MetricName } from "../statistics/cell-metrics.ts";
import { groupParticipation } from "../statistics/group-participation.ts";
import type { HeadlineFigure, Study, StudySection } from "../study.ts";
import { type FairnessSetting, fairnessCells, SEEDS } from "./fairness-settings.ts";

const truths = {
  L2: "L2: measured training steps of GPUs that no fit had seen; office fibre as stated (assumed)",
  L1: "L1: a layer-wise model on a fleet of all classes, with contention and throttling (assumed)",
} as const;

type Row = ScoredRow<FairnessSetting>;

export const fairnessStudy: Study = {
  name: "fairness",
  summary: "who gets to take part under each policy, by class of device, and what that costs",
  run: async (options) => {
    const seeds = seedsFrom(options.seed, options.seeds ?? SEEDS);
    const rows = scoredRows(await runCells(fairnessCells(seeds), options));
    return {
      title: "Who gets to take part",
      lead: `Participation counts updates that were aggregated. ${counted(seeds.length, "seed")} of 200 rounds, 20 updates required of 500 clients, the deadline that 60 % usually keep.`,
      truth: `${truths.L2}; apart from it ${truths.L1}`,
      headline: headlineOf(rows.filter(({ setting }) => setting.truth === "L2")),
      sections: (["L2", "L1"] as const).map((level) => sectionOf(level, rows)),
      records: rows.map(recordOf),
      summary: groupsBy(rows, ["truth"]).map((group) => summaryRecord(group, comparisonMetrics)),
    };
  },
};

function sectionOf(level: keyof typeof truths, rows: readonly Row[]): StudySection {
  const truth = truths[level];
  const groups = groupsBy(
    rows.filter(({ setting }) => setting.truth === level),
    [],
  );
  const labels = groups.map(({ policy }) => policy);
  const against = (metric: MetricName, title: string, label: string) =>
    scatterFigure({
      ...{
        name: `${level}-${metric}`,
        title: `${title}, ${level}`,
        note: "Mean over seeds and workloads.",
        seedCount: seedCountOf(rows),
        truth,
        labels,
      },
      rows: groups.flatMap((group) => {
        const x = meanEstimate(group, metric);
        const y = meanEstimate(group, "jainIndex");
        return x && y ? [{ series: group.policy, x, y }] : [];
      }),
      x: { label, isShare: true },
      y: { label: "Jain's index of participation", domain: [0, 1] },
    });
  const classes = level === "L1" ? [classFigure(groups, truth, labels)] : [];
  return {
    title: `Truth ${level}`,
    paragraphs: [truth],
    figures: [
      against("wasteShareDeviceSeconds", "Fairness against waste", "wasted share of device-seconds (%)"),
      against("roundCompliance", "Fairness against compliance of rounds", "rounds with 20 updates in time (%)"),
      ...classes,
    ],
    tables: [
      comparisonTable(groups, {
        caption: "Means over seeds and workloads.",
        metrics: [
          { metric: "jainIndex", label: "Jain", unit: "index" },
          { metric: "giniCoefficient", label: "Gini", unit: "index" },
          { metric: "coverage", label: "coverage", unit: "percent" },
          { metric: "roundCompliance", label: "rounds", unit: "percent" },
          { metric: "wasteShareDeviceSeconds", label: "waste", unit: "percent" },
          { metric: "meanSelected", label: "asked", unit: "count" },
        ],
      }),
    ],
  };
}

/** Coverage of each class of devices, mean over seeds. */
function classFigure(groups: ReturnType<typeof groupsBy<FairnessSetting>>, truth: string, labels: readonly string[]) {
  const rows = groups.flatMap(({ policy, rows: runs }) =>
    groupParticipation(
      runs.map(({ result }) => result),
      "coverage",
      seededRandom(1, "coverage by class", policy),
    ).map((estimate) => ({ series: policy, ...estimate })),
  );
  return participationFigure({
    ...{
      name: "coverage-by-class",
      title: "Clients that ever took part, by class",
      note: "Mean over seeds.",
      seedCount: seedCountOf(groups.flatMap(({ rows: runs }) => runs)),
      truth,
      labels,
    },
    rows,
    measure: "coverage",
  });
}

function headlineOf(rows: readonly Row[]): readonly HeadlineFigure[] {
  return groupsBy(rows, []).flatMap((group): HeadlineFigure[] => {
    const found = meanEstimate(group, "jainIndex");
    const label = `${group.policy}: Jain's index`;
    return found ? [{ ...found, name: `jainIndex:${group.policy}`, label, unit: "index", note: "L2" }] : [];
  });
}
