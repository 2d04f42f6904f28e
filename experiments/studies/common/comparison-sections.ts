// Sections that several studies have: the policies in one table, and a metric as a forest of dots.

import type { Figure } from "../../report/figures/figure.ts";
import { dotsFigure } from "../figures/dots-with-intervals.ts";
import { formatEstimate, type Unit } from "../report/format-estimate.ts";
import type { MetricName } from "../statistics/cell-metrics.ts";
import type { CellValue, StudyTable } from "../study.ts";
import { countInWords, meanEstimate, type SummaryGroup } from "./summaries.ts";

type AnySetting = Readonly<Record<string, CellValue>>;

/** What the comparisons of policies summarise. */
export const comparisonMetrics: readonly MetricName[] = [
  "sloComplianceMicro",
  "roundCompliance",
  "emptyRoundShare",
  "meanSelected",
  "meanCompleted",
  "meanRoundSeconds",
  "wasteShareDeviceSeconds",
  "wasteShareFlop",
  "wasteShareJoules",
  "wasteShareBytes",
  "wastedDeviceSecondsPerUpdate",
  "wastedDeviceSecondsPerRound",
  "wasteShareDeviceSecondsIfAbandoned",
  "meanStatedRoundProbability",
  "keptRoundShare",
  "jainIndex",
  "coverage",
];

export interface ComparedMetric {
  readonly metric: MetricName;
  readonly label: string;
  readonly unit: Unit;
}

/** One row a group: its name, then the metrics. */
export function comparisonTable<Setting extends AnySetting>(
  groups: readonly SummaryGroup<Setting>[],
  options: {
    readonly caption: string;
    readonly metrics: readonly ComparedMetric[];
    /** Columns before the policy's. */
    readonly settingColumns?: readonly { readonly label: string; readonly of: (setting: Partial<Setting>) => string }[];
  },
): StudyTable {
  const { caption, metrics, settingColumns = [] } = options;
  const left = [...settingColumns.map(({ label }) => label), "policy"];
  return {
    caption,
    columns: [
      ...left.map((label) => ({ label, align: "left" as const })),
      ...metrics.map(({ label }) => ({ label, align: "right" as const })),
    ],
    rows: groups.map((group) => [
      ...settingColumns.map(({ of }) => of(group.setting)),
      group.policy,
      ...metrics.map(({ metric, unit }) => meanInWords(group, metric, unit)),
    ]),
  };
}

/** The mean with its interval, and the number of runs that have a value where others have none. */
export function meanInWords<Setting extends AnySetting>(
  group: SummaryGroup<Setting>,
  metric: MetricName,
  unit: Unit,
): string {
  const found = meanEstimate(group, metric);
  return found === null ? formatEstimate(null, unit) : `${formatEstimate(found, unit)}${countInWords(found)}`;
}

/** A share of each group, as dots with intervals. */
export function shareFigure<Setting extends AnySetting>(
  groups: readonly SummaryGroup<Setting>[],
  options: {
    readonly name: string;
    readonly title: string;
    readonly note: string;
    readonly seedCount: number;
    readonly truth: string;
    readonly label: string;
    readonly metric: MetricName;
    readonly labels: readonly string[];
    readonly sectionOf?: ((setting: Partial<Setting>) => string) | undefined;
  },
): Figure {
  const { metric, label, sectionOf, ...texts } = options;
  const rows = groups.flatMap((group) => {
    const value = meanEstimate(group, metric);
    const section = sectionOf?.(group.setting);
    if (value === null) return [];
    const label = `${group.policy}${countInWords(value)}`;
    return [{ label, series: group.policy, ...(section === undefined ? {} : { section }), ...value }];
  });
  return dotsFigure({ ...texts, rows, x: { label, isShare: true, domain: [0, 1] } });
}
