// The figures of the study `paper`.

import type { Figure } from "../../report/figures/figure.ts";
import { seedCountOf } from "../common/run-cells.ts";
import { countInWords, groupsBy, meanEstimate } from "../common/summaries.ts";
import { type DotRow, dotsFigure } from "../figures/dots-with-intervals.ts";
import { linesFigure } from "../figures/lines-with-intervals.ts";
import type { MetricName } from "../statistics/cell-metrics.ts";
import type { Basis, EqualComplianceResult } from "./equal-compliance.ts";
import type { PaperRow } from "./paired-gains.ts";
import type { Gain, Limit, PaperAnalysis } from "./paper-analysis.ts";
import { ASSUMED_LINKS, deadlineQuantiles, labels, MEASURED_LINKS, USUAL_THRESHOLD } from "./paper-settings.ts";

/** What arXiv 2511.08147 states in its abstract. */
export const CLAIMED_COMPLIANCE = 0.1377;
export const CLAIMED_WASTE = -0.725;

const all = Object.values(labels);
const linkNames: Readonly<Record<string, string>> = {
  [MEASURED_LINKS]: "measured Wi-Fi lines",
  [ASSUMED_LINKS]: "office fibre (assumed)",
};
/** @example linksInWords("office-fibre") // "office fibre (assumed)" */
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
  const fewer: string[] = [];
  const points = groupsBy(shown, ["links", "deadlineQuantile"]).flatMap((group) => {
    const value = meanEstimate(group, metric);
    const { links = "", deadlineQuantile = 0 } = group.setting;
    const count = value === null ? "" : countInWords(value);
    if (count !== "") fewer.push(`${group.policy}, ${linksInWords(links)}, ${100 * deadlineQuantile} %${count}`);
    return value ? [{ series: group.policy, panel: linksInWords(links), x: deadlineQuantile, ...value }] : [];
  });
  return linesFigure({
    ...{ name: texts.name, title: texts.title, truth: texts.truth, labels: all, rows: points },
    seedCount: seedCountOf(shown),
    note:
      `fedlim and "probselect, any" ask 20 clients, "probselect, all" whoever qualifies, quorum as many as its objective needs.` +
      (fewer.length === 0 ? "" : ` Not all runs have a value (nobody was asked): ${fewer.join("; ")}.`),
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
  texts: Readonly<Record<"name" | "title" | "label" | "truth", string>> & { readonly seedCount: number },
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
    seedCount: texts.seedCount,
    note: "20 clients a round each: at random (fedlim), or at random among those with p at or above the threshold.",
    x: { label: texts.label, isShare: true, isChange: true },
    reference: { x: claimed, label: `the paper: ${claimed > 0 ? "+" : "−"}${Math.abs(100 * claimed)} %` },
  });
}

/** What waste is counted by, in words, and the metric of a run. */
const bases = {
  perRound: { unit: "a round", metric: "wastedDeviceSecondsPerRound" },
  perUpdate: { unit: "an update", metric: "wastedDeviceSecondsPerUpdate" },
} as const satisfies Readonly<Record<Basis, { readonly unit: string; readonly metric: MetricName }>>;

/** Every policy over its budget. */
export function frontierFigure(rows: readonly PaperRow[], basis: Basis, truth: string): Figure {
  const { unit, metric } = bases[basis];
  const shown = rows.filter(
    ({ setting, policy }) => setting.part === "frontier" && policy.label !== labels.overProvision,
  );
  const points = groupsBy(shown, ["budget"]).flatMap((group) => {
    const y = meanEstimate(group, "roundCompliance");
    const x = meanEstimate(group, metric);
    return x && y ? [{ series: group.policy, x: x.estimate, ...y }] : [];
  });
  return linesFigure({
    name: basis === "perRound" ? "frontier" : "frontier-update",
    title: `Rounds with k = 20 updates in time, against waste ${unit}`,
    note: "A point for each budget: clients asked (20 to 50) or, for quorum, the round's probability asked for (0.5 to 0.99).",
    truth,
    seedCount: seedCountOf(shown),
    rows: points.toSorted((a, b) => a.x - b.x),
    labels: all,
    x: { label: `wasted device-seconds ${unit} (mean, logarithmic)`, scale: "log" },
    y: { label: "rounds with 20 updates in time (%)", isShare: true, domain: [0, 1] },
    intervals: "bars",
  });
}

export function equalComplianceFigure(
  { equalCompliance, withoutTurns }: Pick<PaperAnalysis, "equalCompliance" | "withoutTurns">,
  { truth, seedCount }: { readonly truth: string; readonly seedCount: number },
): Figure {
  const rowsOf = (results: readonly EqualComplianceResult[], who: string, basis: Basis) =>
    results.flatMap((result) => {
      const { difference } = result[basis];
      const place = { section: `${who}, waste ${bases[basis].unit}`, series: result.family };
      return difference ? [{ label: `against ${result.family}`, ...place, ...difference }] : [];
    });
  return dotsFigure({
    name: "equal-compliance",
    title: "Waste of quorum where the others comply at least as often",
    note: "Less what each family of policies wastes with the budget at which as many rounds have their 20 updates, or more; in units of what fedlim wastes with 20 clients, a round or an update. Who asks fewer clients wastes less a round, whoever they are.",
    truth,
    seedCount,
    rows: [
      ...rowsOf(equalCompliance, "quorum (p_round = 0.95)", "perRound"),
      ...rowsOf(equalCompliance, "quorum (p_round = 0.95)", "perUpdate"),
      ...rowsOf(withoutTurns, "quorum, no turns", "perRound"),
      ...rowsOf(withoutTurns, "quorum, no turns", "perUpdate"),
    ],
    labels: all,
    x: { label: "difference, in % of the waste of fedlim with 20 clients", isShare: true, isChange: true },
    reference: { x: 0, label: "no difference" },
  });
}

const whoAsks = `fedlim and "probselect, any" ask 26 clients (1.3 k)`;
const where = "deadline at 70 %, p ≥ 0.8; half of the workloads and seeds";

export function limitsFigure(
  limits: readonly Limit[],
  { truth, seedCount }: { readonly truth: string; readonly seedCount: number },
): Figure {
  return dotsFigure({
    ...{ name: "limits-compliance", title: "Clients on time, against FedLim", truth, seedCount, labels: all },
    rows: limits.flatMap(({ policy, condition, compliancePoints }): DotRow[] =>
      compliancePoints ? [{ label: policy, section: condition, series: policy, ...compliancePoints }] : [],
    ),
    note: `Against fedlim under the same condition; ${whoAsks}; ${where}.`,
    x: { label: "difference (points)", isShare: true, isPoints: true },
    reference: { x: 0, label: "as fedlim" },
  });
}

/** A panel a policy, a row a condition: how often a round has what it needs. */
export function limitsRoundsFigure(rows: readonly PaperRow[], truth: string): Figure {
  const limits = rows.filter(({ setting }) => setting.part === "limits");
  return dotsFigure({
    ...{ name: "limits-rounds", title: "Rounds with their 20 updates in time", truth, labels: all },
    rows: groupsBy(limits, ["condition"]).flatMap((group): DotRow[] => {
      const value = meanEstimate(group, "roundCompliance");
      const { policy, setting } = group;
      return value ? [{ label: setting.condition ?? "", panel: policy, series: policy, ...value }] : [];
    }),
    seedCount: seedCountOf(limits),
    note: `Of all rounds; ${whoAsks}, the others whom their rule asks; ${where}.`,
    x: { label: "rounds (%)", isShare: true, domain: [0, 1], ticks: [0, 0.5, 1] },
    reference: { x: 0.95, label: "what quorum is asked for, 95 %" },
  });
}
