// The figures of the study `paper`.

import type { Figure } from "../../report/figures/figure.ts";
import { groupsBy, meanEstimate } from "../common/summaries.ts";
import { type DotRow, dotsFigure } from "../figures/dots-with-intervals.ts";
import { linesFigure } from "../figures/lines-with-intervals.ts";
import type { MetricName } from "../statistics/cell-metrics.ts";
import type { EqualComplianceResult } from "./equal-compliance.ts";
import type { PaperRow } from "./paired-gains.ts";
import type { Gain, Limit, PaperAnalysis } from "./paper-analysis.ts";
import { deadlineQuantiles, labels, USUAL_THRESHOLD } from "./paper-settings.ts";

/** What arXiv 2511.08147 states in its abstract. */
export const CLAIMED_COMPLIANCE = 0.1377;
export const CLAIMED_WASTE = -0.725;

const all = Object.values(labels);
const linkNames: Readonly<Record<string, string>> = {
  "measured-wifi": "measured Wi-Fi lines",
  "office-fibre": "fibre: only computing varies",
};
/** @example linksInWords("office-fibre") // "fibre: only computing varies" */
export function linksInWords(links: string): string {
  return linkNames[links] ?? links;
}

/** A metric of the grid over the deadline, at the usual threshold. */
export function overDeadlines(
  rows: readonly PaperRow[],
  metric: MetricName,
  texts: { readonly name: string; readonly title: string; readonly label: string; readonly truth: string },
): Figure {
  const shown = rows.filter(
    ({ setting }) => setting.part === "grid" && (setting.minimumProbability ?? USUAL_THRESHOLD) === USUAL_THRESHOLD,
  );
  const points = groupsBy(shown, ["links", "deadlineQuantile"]).flatMap((group) => {
    const value = meanEstimate(group, metric);
    const { links = "", deadlineQuantile = 0 } = group.setting;
    return value ? [{ series: group.policy, panel: linksInWords(links), x: deadlineQuantile, ...value }] : [];
  });
  return linesFigure({
    ...{ name: texts.name, title: texts.title, truth: texts.truth, labels: all, rows: points },
    note: `fedlim and "probselect, any" ask 20 clients, "probselect, all" whoever qualifies, quorum as many as its objective needs.`,
    x: {
      label: "deadline, as a quantile of the fleet's median round times (%)",
      isShare: true,
      ticks: [...deadlineQuantiles],
    },
    y: { label: texts.label, isShare: true, domain: [0, 1] },
  });
}

/** Gains over FedLim in every setting, beside what the paper states. */
export function gainsFigure(
  gains: readonly Gain[],
  of: "complianceChange" | "wasteChange",
  texts: { readonly name: string; readonly title: string; readonly label: string; readonly truth: string },
): Figure {
  const rows = gains
    .filter(({ policy }) => policy === labels.probselect)
    .flatMap((gain): DotRow[] => {
      const value = gain[of];
      const { links, deadlineQuantile, minimumProbability } = gain;
      const label = `deadline at ${100 * deadlineQuantile} %, p ≥ ${minimumProbability}`;
      return value ? [{ label, section: linksInWords(links), series: labels.probselect, ...value }] : [];
    });
  const claimed = of === "complianceChange" ? CLAIMED_COMPLIANCE : CLAIMED_WASTE;
  return dotsFigure({
    ...{ name: texts.name, title: texts.title, truth: texts.truth, labels: all, rows },
    note: "20 clients a round each: at random (fedlim), or at random among those with p at or above the threshold.",
    x: { label: texts.label, isShare: true },
    reference: { x: claimed, label: `the paper: ${claimed > 0 ? "+" : "−"}${Math.abs(100 * claimed)} %` },
  });
}

/** Every policy over its budget. */
export function frontierFigure(rows: readonly PaperRow[], truth: string): Figure {
  const points = groupsBy(
    rows.filter(({ setting, policy }) => setting.part === "frontier" && policy.label !== labels.overProvision),
    ["budget"],
  ).flatMap((group) => {
    const y = meanEstimate(group, "roundCompliance");
    const x = meanEstimate(group, "wastedDeviceSecondsPerRound");
    return x && y ? [{ series: group.policy, x: x.estimate, ...y }] : [];
  });
  return linesFigure({
    name: "frontier",
    title: "Rounds with k = 20 updates in time, against waste",
    note: "A point for each budget: clients asked (20 to 50) or, for quorum, the round's probability asked for (0.5 to 0.99).",
    truth,
    rows: points.toSorted((a, b) => a.x - b.x),
    labels: all,
    x: { label: "wasted device-seconds a round (mean, logarithmic)", scale: "log" },
    y: { label: "rounds with 20 updates in time (%)", isShare: true, domain: [0, 1] },
    intervals: "bars",
  });
}

export function equalComplianceFigure(
  { equalCompliance, withoutTurns }: Pick<PaperAnalysis, "equalCompliance" | "withoutTurns">,
  truth: string,
): Figure {
  const rowsOf = (results: readonly EqualComplianceResult[], section: string) =>
    results.flatMap(({ family, difference }) =>
      difference ? [{ label: `against ${family}`, section, series: family, ...difference }] : [],
    );
  return dotsFigure({
    name: "equal-compliance",
    title: "Waste of quorum at equal compliance of rounds",
    note: "Less what each family of policies wastes with the budget at which it complies as often; in units of what fedlim wastes with 20 clients.",
    truth,
    rows: [...rowsOf(equalCompliance, "quorum (p_round = 0.95)"), ...rowsOf(withoutTurns, "quorum, no turns")],
    labels: all,
    x: { label: "difference, in % of the waste of fedlim with 20 clients", isShare: true },
    reference: { x: 0, label: "no difference" },
  });
}

export function limitsFigure(
  limits: readonly Limit[],
  of: "compliancePoints" | "wasteChange" | "roundCompliancePoints",
  texts: { readonly name: string; readonly title: string; readonly label: string; readonly truth: string },
): Figure {
  const rows = limits.flatMap((limit): DotRow[] => {
    const value = limit[of];
    return value ? [{ label: limit.policy, section: limit.condition, series: limit.policy, ...value }] : [];
  });
  return dotsFigure({
    ...{ name: texts.name, title: texts.title, truth: texts.truth, labels: all, rows },
    note: "Against fedlim under the same condition; deadline at 70 %, p ≥ 0.8, Wi-Fi; half of the workloads and seeds.",
    x: { label: texts.label, isShare: true },
    reference: { x: 0, label: "as fedlim" },
  });
}
