// What `probselect simulate` makes of a scenario: its policies on its world, over its seeds, with their figures.

import { counted } from "../../../foundation/counted.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import type { TruthLevel } from "../../simulation/types.ts";
import { meanInWords } from "../common/comparison-sections.ts";
import { finalAccuracy, finalAccuracyRecord } from "../common/final-accuracy.ts";
import { recordOf, type ScoredRow, scoredRows } from "../common/measured-rows.ts";
import { runCells, seedsFrom } from "../common/run-cells.ts";
import { countInWords, groupsBy, type MeanEstimate, meanEstimate, summaryRecord } from "../common/summaries.ts";
import { dotsFigure } from "../figures/dots-with-intervals.ts";
import type { MetricName } from "../statistics/cell-metrics.ts";
import type { CellValue, HeadlineFigure, Study, StudyReport, StudyTable } from "../study.ts";
import { accuracyFigures, accuracyHeadline, accuracyInWords } from "./scenario-learning.ts";

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
  "meanStatedRoundProbability",
  "keptRoundShare",
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
    input: scenario,
    run: async (options) => {
      const seeds = seedsFrom(options.seed, options.seeds ?? usualSeeds);
      const cells = seeds.flatMap((seed) => policies.map((policy) => ({ setting: {}, world, policy, seed })));
      const rows = scoredRows(await runCells(cells, options));
      const groups = groupsBy(rows, []);
      const trains = world.learning !== undefined;
      const { truthLevel = "L1", truthSources = [] } = rows[0]?.result ?? {};
      const truth = truthInWords(truthLevel, truthSources);
      const estimates = (metric: MetricName) =>
        groups.flatMap((group): (MeanEstimate & { readonly policy: string })[] => {
          const found = meanEstimate(group, metric);
          return found ? [{ policy: group.policy, ...found }] : [];
        });
      const report: StudyReport = {
        title: `Simulation "${name}"`,
        lead: `${counted(policies.length, "policy", "policies")}, ${counted(seeds.length, "seed")} of ${counted(world.rounds, "round")} with ${counted(world.fleet.size, "client")}; the deadline is ${rows[0]?.result.deadlineSeconds ?? 0} s for seed ${seeds[0]}.${impossibilities(scenario, rows)}`,
        truth,
        headline: [
          ...accuracyHeadline(groups, `mean of ${counted(seeds.length, "seed")}`),
          ...drawn.flatMap(({ metric, title }) =>
            estimates(metric).map(
              ({ policy, ...value }): HeadlineFigure => ({
                ...value,
                name: `${metric}:${policy}`,
                label: `${title}, ${policy}`,
                unit: "percent",
                note: `mean of ${counted(seeds.length, "seed")}${countInWords(value)}`,
              }),
            ),
          ),
        ],
        sections: [
          {
            title: "Policies",
            paragraphs: truthSources,
            figures: [
              ...drawn.map(({ metric, name: figure, title, label }) =>
                dotsFigure({
                  ...{ name: figure, title, truth, note: "Mean over seeds.", seedCount: seeds.length },
                  rows: estimates(metric).map(({ policy, ...value }) => ({
                    ...{ label: `${policy}${countInWords(value)}`, series: policy },
                    ...value,
                  })),
                  x: { label, isShare: true, domain: [0, 1] },
                }),
              ),
              ...accuracyFigures(groups, world, { truth, note: "Mean over seeds.", seedCount: seeds.length }),
            ],
            tables: [tableOf(groups, trains)],
          },
        ],
        records: rows.map((row) => ({ ...recordOf(row), ...(trains && { finalAccuracy: finalAccuracy(row) }) })),
        summary: groups.map((group) => ({
          ...summaryRecord(group, summarised),
          ...(trains && finalAccuracyRecord(group)),
        })),
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

type Groups = ReturnType<typeof groupsBy>;
type Column = readonly [label: string, of: (group: Groups[number]) => string];

/** What a policy said of its rounds and what it kept; only where one says something. */
const promise: readonly Column[] = [
  ["rounds, said", (group) => meanInWords(group, "meanStatedRoundProbability", "percent")],
  ["rounds, kept", (group) => meanInWords(group, "keptRoundShare", "percent")],
];

function tableOf(groups: Groups, trains: boolean): StudyTable {
  const states = groups.some((group) => meanEstimate(group, "meanStatedRoundProbability") !== null);
  const columns: readonly Column[] = [
    ["policy", ({ policy }) => policy],
    ["on time", (group) => meanInWords(group, "sloComplianceMicro", "percent")],
    ["rounds with k", (group) => meanInWords(group, "roundCompliance", "percent")],
    ["waste", (group) => meanInWords(group, "wasteShareDeviceSeconds", "percent")],
    ["asked", (group) => meanInWords(group, "meanSelected", "count")],
    ["round", (group) => meanInWords(group, "meanRoundSeconds", "seconds")],
    ["Jain", (group) => meanInWords(group, "jainIndex", "index")],
    ["coverage", (group) => meanInWords(group, "coverage", "percent")],
    ...(states ? promise : []),
    ...(trains ? [["final accuracy", accuracyInWords] as const] : []),
  ];
  return {
    caption: "Means over the seeds, with 95 % intervals where there are five seeds or more.",
    columns: columns.map(([label], index) => ({ label, align: index === 0 ? "left" : "right" })),
    rows: groups.map((group) => columns.map(([, of]) => of(group))),
  };
}

/** What no result can be expected of, said instead of shown as zeros. */
function impossibilities(
  { fleet, requiredUpdates }: Scenario,
  rows: readonly ScoredRow<Readonly<Record<string, CellValue>>>[],
): string {
  const labels = [...new Set(rows.map(({ policy }) => policy.label))];
  const idle = labels.filter((label) =>
    rows.every(({ policy, metrics }) => policy.label !== label || metrics.emptyRoundShare === 1),
  );
  const many =
    requiredUpdates > fleet.size
      ? ` A round needs ${requiredUpdates} updates, more than the ${fleet.size} clients.`
      : "";
  const nobody =
    idle.length === 0
      ? ""
      : ` In no round did ${idle.join(", ")} ask anybody: the deadline or the probability is out of reach.`;
  return many + nobody;
}
