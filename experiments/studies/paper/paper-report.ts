// The study `paper` in words, figures and tables.

import { formatEstimate } from "../report/format-estimate.ts";
import type { Estimate, HeadlineFigure, StudyReport, StudyTable } from "../study.ts";
import type { EqualComplianceResult } from "./equal-compliance.ts";
import { contains, type PaperRow } from "./paired-gains.ts";
import type { Gain, PaperAnalysis } from "./paper-analysis.ts";
import {
  CLAIMED_COMPLIANCE,
  CLAIMED_WASTE,
  equalComplianceFigure,
  frontierFigure,
  gainsFigure,
  limitsFigure,
  linksInWords,
  overDeadlines,
} from "./paper-figures.ts";
import { labels, USUAL_THRESHOLD } from "./paper-settings.ts";

const TRUTH = "L2: measured training steps of GPUs and measured Wi-Fi lines, none of which the forecaster has seen";

export function paperReport(
  rows: readonly PaperRow[],
  analysis: PaperAnalysis,
): Omit<StudyReport, "records" | "summary"> {
  const truth = TRUTH;
  const { gains, limits } = analysis;
  return {
    title: "The paper's two numbers, on measured times",
    lead: leadOf(analysis),
    truth,
    headline: headlineOf(analysis),
    sections: [
      {
        title: "Against FedLim at an equal budget",
        paragraphs: [
          "Both ask 20 clients a round: FedLim any 20, ProbSelect 20 drawn among those whose p reaches the threshold. Both see the same fleets with the same luck. A run in which ProbSelect asks nobody counts as 0 % compliance and as no waste avoided.",
        ],
        figures: [
          overDeadlines(rows, "sloComplianceMicro", {
            ...{
              name: "slo-compliance",
              title: "Clients on time, over the deadline",
              label: "completed / selected (%)",
              truth,
            },
          }),
          overDeadlines(rows, "wasteShareDeviceSeconds", {
            ...{
              name: "waste-share",
              title: "Wasted device time, over the deadline",
              label: "device-seconds (%)",
              truth,
            },
          }),
          gainsFigure(gains, "complianceChange", {
            ...{ name: "compliance-gains", title: "SLO compliance, relative to FedLim's", label: "change (%)", truth },
          }),
          gainsFigure(gains, "wasteChange", {
            ...{
              name: "waste-gains",
              title: "Wasted device-seconds an update, relative to FedLim's",
              label: "change (%)",
              truth,
            },
          }),
        ],
        tables: [gainsTable(gains)],
      },
      {
        title: "Waste at equal compliance of rounds",
        paragraphs: [
          "A round complies if it brings 20 updates in time. Each family of policies is swept over its budget; what it wastes is read off where it complies as often as quorum does. The others are so given the budget that only hindsight knows.",
        ],
        figures: [frontierFigure(rows, truth), equalComplianceFigure(analysis, truth)],
        tables: [
          equalComplianceTable(analysis.equalCompliance, "quorum"),
          equalComplianceTable(analysis.withoutTurns, "quorum without turns"),
        ],
      },
      {
        title: "Where it breaks",
        paragraphs: ["One thing at a time is not as the forecaster believes, or worse than was measured (assumed)."],
        figures: [
          limitsFigure(limits, "compliancePoints", {
            ...{
              name: "limits-compliance",
              title: "Clients on time, against FedLim",
              label: "points",
              truth: `${truth}; conditions assumed`,
            },
          }),
          limitsFigure(limits, "roundCompliancePoints", {
            ...{
              name: "limits-rounds",
              title: "Rounds with 20 updates in time, against FedLim",
              label: "points",
              truth: `${truth}; conditions assumed`,
            },
          }),
        ],
        tables: [],
      },
    ],
  };
}

function leadOf({ overall, equalCompliance, gains }: PaperAnalysis): string {
  const at = (label: string) => equalCompliance.find(({ family }) => family === label)?.change ?? null;
  const [all, any] = [at(labels.probselectAll), at(labels.probselect)];
  const { compliancePoints, wasteChange } = overall;
  return [
    "With as many clients and p >= 0.8, over all deadlines, ProbSelect against FedLim: SLO compliance",
    `${formatEstimate(compliancePoints, "points")}, waste for an update ${formatEstimate(wasteChange, "percent", { signed: true })}.`,
    crossingInWords(gains),
    "Where both bring 20 updates as often, the waste of quorum against ProbSelect as published is",
    `${formatEstimate(all, "percent", { signed: true })} (${verdict(all)}); against ProbSelect whose number of clients hindsight chose,`,
    `${formatEstimate(any, "percent", { signed: true })} (${verdict(any)}).`,
  ].join(" ");
}

/** Between which deadlines the paper's relative gain lies. */
function crossingInWords(gains: readonly Gain[]): string {
  const curve = gains.filter(
    ({ policy, links, minimumProbability }) =>
      policy === labels.probselect && links === "measured-wifi" && minimumProbability === USUAL_THRESHOLD,
  );
  const above = curve.filter(({ complianceChange }) => (complianceChange?.estimate ?? 0) >= CLAIMED_COMPLIANCE).at(-1);
  const below = curve.find(({ complianceChange }) => (complianceChange?.estimate ?? 1) < CLAIMED_COMPLIANCE);
  if (!above || !below) return "The paper's +13.77 % appears at none of the deadlines.";
  const withPaper = gains.filter(({ wasteChange }) => wasteChange !== null && contains(wasteChange, CLAIMED_WASTE));
  const better = gains.filter(({ wasteChange }) => (wasteChange?.high ?? 0) < CLAIMED_WASTE);
  return (
    `The gain depends on the deadline: the paper's +13.77 % (relative) appears between deadlines that ` +
    `${percent(above)} and ${percent(below)} of the fleet usually keep. Its -72.5 % of waste lies in the interval in ${withPaper.length} of ` +
    `${gains.length} settings; in ${better.length} more is saved.`
  );
}

const percent = ({ deadlineQuantile }: Gain) => `${Math.round(100 * deadlineQuantile)} %`;

function verdict(change: Estimate | null): string {
  if (change === null || change.low === null || change.high === null) return "no interval";
  if (change.high < 0) return "better, the interval excludes zero";
  return change.low > 0 ? "worse, the interval excludes zero" : "no difference can be told";
}

function headlineOf({ overall, equalCompliance }: PaperAnalysis): readonly HeadlineFigure[] {
  const figure = (
    found: Estimate | null,
    rest: Pick<HeadlineFigure, "name" | "label" | "unit" | "note">,
  ): readonly HeadlineFigure[] => (found === null ? [] : [{ ...found, ...rest }]);
  const at = (label: string) => equalCompliance.find(({ family }) => family === label)?.change ?? null;
  const claim = (value: number) => `the paper states ${value > 0 ? "+13.77 %" : "-72.5 %"}`;
  return [
    ...figure(overall.compliancePoints, {
      ...{
        name: "sloComplianceGain",
        label: "SLO compliance against FedLim",
        unit: "points",
        note: claim(CLAIMED_COMPLIANCE),
      },
    }),
    ...figure(overall.complianceChange, {
      ...{ name: "sloComplianceChange", label: "The same, relative", unit: "percent", note: claim(CLAIMED_COMPLIANCE) },
    }),
    ...figure(overall.wasteChange, {
      ...{
        name: "wasteChange",
        label: "Waste for an update against FedLim",
        unit: "percent",
        note: claim(CLAIMED_WASTE),
      },
    }),
    ...figure(at(labels.probselectAll), {
      name: "quorumWasteAgainstProbselect",
      label: "Waste of quorum against ProbSelect as published",
      ...{ unit: "percent", note: "at equal compliance of rounds" },
    }),
    ...figure(at(labels.probselect), {
      name: "quorumWasteAgainstBudgetedProbselect",
      label: "Waste of quorum against ProbSelect with hindsight's budget",
      ...{ unit: "percent", note: "at equal compliance of rounds" },
    }),
    ...figure(at(labels.fedlim), {
      name: "quorumWasteAgainstFedlim",
      label: "Waste of quorum against FedLim with hindsight's budget",
      ...{ unit: "percent", note: "at equal compliance of rounds" },
    }),
  ];
}

function gainsTable(gains: readonly Gain[]): StudyTable {
  const head = [
    "policy",
    "links",
    "deadline",
    "p",
    "points",
    "relative",
    "waste",
    "the paper's +13.77 %",
    "its −72.5 %",
  ];
  return {
    caption: "Gains over FedLim. The last two columns say whether the interval contains the paper's number.",
    columns: head.map((label, index) => ({ label, align: index < 2 ? "left" : "right" })),
    rows: gains.map((gain) => [
      gain.policy,
      linksInWords(gain.links),
      `${100 * gain.deadlineQuantile} %`,
      String(gain.minimumProbability),
      formatEstimate(gain.compliancePoints, "points"),
      formatEstimate(gain.complianceChange, "percent", { signed: true }),
      formatEstimate(gain.wasteChange, "percent", { signed: true }),
      where(gain.complianceChange, CLAIMED_COMPLIANCE),
      where(gain.wasteChange, CLAIMED_WASTE),
    ]),
  };
}

function where(found: Estimate | null, claimed: number): string {
  if (found === null) return "–";
  if (contains(found, claimed)) return "yes";
  return Math.abs(found.estimate) > Math.abs(claimed) ? "more" : "less";
}

function equalComplianceTable(results: readonly EqualComplianceResult[], whose: string): StudyTable {
  const head = ["against", "its waste", `waste of ${whose}`, "difference", "relative", "workloads"];
  const share = (value: number | null) =>
    formatEstimate(value === null ? null : { estimate: value, low: null, high: null }, "percent");
  return {
    caption: `Waste in % of what FedLim wastes with 20 clients, where both bring 20 updates as often as ${whose} does.`,
    columns: head.map((label, index) => ({ label, align: index === 0 ? "left" : "right" })),
    rows: results.map(({ family, familyShare, referenceShare, difference, change, attainedCount, workloadCount }) => [
      family,
      share(familyShare),
      share(referenceShare),
      formatEstimate(difference, "points"),
      formatEstimate(change, "percent", { signed: true }),
      `${attainedCount} of ${workloadCount}`,
    ]),
  };
}
