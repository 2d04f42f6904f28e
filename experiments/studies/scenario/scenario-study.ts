// What `probselect simulate` makes of a scenario: its policies on its world, over its seeds, with their figures.

import type { Scenario } from "../../simulation/scenario.ts";
import type { TruthLevel } from "../../simulation/types.ts";
import { recordOf, scoredRows } from "../common/measured-rows.ts";
import { runCells, seedsFrom } from "../common/run-cells.ts";
import { groupsBy, meanEstimate, summaryRecord } from "../common/summaries.ts";
import { dotsFigure } from "../figures/dots-with-intervals.ts";
import { formatEstimate } from "../report/format-estimate.ts";
import type { MetricName } from "../statistics/cell-metrics.ts";
import type { Estimate, HeadlineFigure, Study, StudyReport } from "../study.ts";

const summarised: readonly MetricName[] = [
  "sloComplianceMicro",
  "roundCompliance",
  "wasteShareDeviceSeconds",
  "wasteShareFlop",
  "wasteShareJoules",
  "wasteShareBytes",
  "wastedDeviceSecondsPerUpdate",
  "meanSelected",
  "meanCompleted",
  "meanRoundSeconds",
  "jainIndex",
  "coverage",
];

/** The three that every policy is drawn by. */
const drawn = [
  { metric: "sloComplianceMicro", name: "slo-compliance", title: "Clients on time", label: "completed / selected (%)" },
  { metric: "roundCompliance", name: "round-compliance", title: "Rounds with k updates in time", label: "rounds (%)" },
  { metric: "wasteShareDeviceSeconds", name: "waste", title: "Wasted device time", label: "device-seconds (%)" },
] as const;

/** The study of one scenario; its name is that of its files. */
export function scenarioStudy(scenario: Scenario): Study {
  const { name, policies, seed: _seed, seeds: usualSeeds, ...world } = scenario;
  return {
    name,
    summary: "the policies of a scenario",
    run: async (options) => {
      const seeds = seedsFrom(options.seed, options.seeds ?? usualSeeds);
      const cells = seeds.flatMap((seed) => policies.map((policy) => ({ setting: {}, world, policy, seed })));
      const rows = scoredRows(await runCells(cells, options));
      const groups = groupsBy(rows, []);
      const { truthLevel = "L1", truthSources = [] } = rows[0]?.result ?? {};
      const truth = truthInWords(truthLevel, truthSources);
      const estimates = (metric: MetricName) =>
        groups.flatMap((group): (Estimate & { readonly policy: string })[] => {
          const found = meanEstimate(group, metric);
          return found ? [{ policy: group.policy, ...found }] : [];
        });
      const report: StudyReport = {
        title: `Simulation "${name}"`,
        lead: `${policies.length} policies, ${seeds.length} seeds of ${world.rounds} rounds with ${world.fleet.size} clients; the deadline is ${rows[0]?.result.deadlineSeconds ?? 0} s for seed ${seeds[0]}.`,
        truth,
        headline: drawn.flatMap(({ metric, title }) =>
          estimates(metric).map(
            ({ policy, ...value }): HeadlineFigure => ({
              ...value,
              name: `${metric}:${policy}`,
              label: `${title}, ${policy}`,
              unit: "percent",
              note: `mean of ${seeds.length} seeds`,
            }),
          ),
        ),
        sections: [
          {
            title: "Policies",
            paragraphs: truthSources,
            figures: drawn.map(({ metric, name: figure, title, label }) =>
              dotsFigure({
                ...{ name: figure, title, truth, note: `Mean of ${seeds.length} seeds.` },
                rows: estimates(metric).map(({ policy, ...value }) => ({ label: policy, ...value })),
                x: { label, isShare: true, domain: [0, 1] },
              }),
            ),
            tables: [tableOf(groups)],
          },
        ],
        records: rows.map(recordOf),
        summary: groups.map((group) => summaryRecord(group, summarised)),
      };
      return report;
    },
  };
}

/** What the levels rest on; the sources say it in full. */
const levels: Readonly<Record<TruthLevel, string>> = {
  L0: "L0: the forecaster's own law",
  L1: "L1: a layer-wise model that the forecaster does not share",
  L2: "L2: measured training steps, on the links of the fleet",
  L3: "L3: real processes",
};

function truthInWords(level: TruthLevel, sources: readonly string[]): string {
  return sources.some((source) => source.startsWith("Assumed"))
    ? `${levels[level]}; with assumed disturbances`
    : levels[level];
}

function tableOf(groups: ReturnType<typeof groupsBy>) {
  const columns = ["policy", "on time", "rounds with k", "waste", "asked", "round", "Jain", "coverage"];
  return {
    caption: "Means over the seeds, with 95 % intervals where there are five seeds or more.",
    columns: columns.map((label, index) => ({ label, align: index === 0 ? ("left" as const) : ("right" as const) })),
    rows: groups.map((group) => [
      group.policy,
      formatEstimate(meanEstimate(group, "sloComplianceMicro"), "percent"),
      formatEstimate(meanEstimate(group, "roundCompliance"), "percent"),
      formatEstimate(meanEstimate(group, "wasteShareDeviceSeconds"), "percent"),
      formatEstimate(meanEstimate(group, "meanSelected"), "count"),
      formatEstimate(meanEstimate(group, "meanRoundSeconds"), "seconds"),
      formatEstimate(meanEstimate(group, "jainIndex"), "count"),
      formatEstimate(meanEstimate(group, "coverage"), "percent"),
    ]),
  };
}
