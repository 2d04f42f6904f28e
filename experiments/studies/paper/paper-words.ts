// What the study `paper` says in words: its lead and its headline.

import { formatEstimate } from "../report/format-estimate.ts";
import type { Estimate, HeadlineFigure } from "../study.ts";
import type { ComparedPolicy, EqualComplianceResult } from "./equal-compliance.ts";
import { contains } from "./paired-gains.ts";
import type { Gain, PaperAnalysis } from "./paper-analysis.ts";
import { CLAIMED_COMPLIANCE, CLAIMED_WASTE } from "./paper-figures.ts";
import { labels, MEASURED_LINKS, USUAL_THRESHOLD } from "./paper-settings.ts";

export function leadOf({ overall, equalCompliance, gains }: PaperAnalysis): string {
  const at = (label: string) => equalCompliance.find(({ family }) => family === label);
  const { compliancePoints, wasteChange } = overall;
  return [
    "With as many clients and p >= 0.8, over all deadlines on measured Wi-Fi, ProbSelect against FedLim: SLO compliance",
    `${formatEstimate(compliancePoints, "points")}, waste for an update ${formatEstimate(wasteChange, "percent", { signed: true })}.`,
    crossingInWords(gains),
    ...comparisonInWords(at(labels.probselectAll), "ProbSelect as published"),
    ...comparisonInWords(at(labels.probselect), "ProbSelect whose number of clients hindsight chose"),
  ].join(" ");
}

/** One sentence on both bases, each with what its interval allows to say. */
function comparisonInWords(result: EqualComplianceResult | undefined, whom: string): readonly string[] {
  const family = result?.perRound.family;
  const reference = result?.perRound.reference;
  if (!result || !family || !reference) return [`Against ${whom} quorum cannot be compared: it is never as compliant.`];
  const change = (found: Estimate | null) =>
    `${formatEstimate(found, "percent", { signed: true })} (${verdict(found)})`;
  return [
    `Quorum asks ${askedInWords(reference)} clients a round; ${whom} asks ${askedInWords(family)} and is at least as compliant`,
    `(${percentOf(family)} of rounds with 20 updates, quorum ${percentOf(reference)}). Against it the waste of quorum a round is`,
    `${change(result.perRound.change)}, for an aggregated update ${change(result.perUpdate.change)}.`,
  ];
}

/** Between which deadlines the paper's relative gain lies, and in how many settings of its own policy its waste. */
export function crossingInWords(gains: readonly Gain[]): string {
  const own = gains.filter(({ policy }) => policy === labels.probselect);
  const curve = own.filter(
    ({ links, minimumProbability }) => links === MEASURED_LINKS && minimumProbability === USUAL_THRESHOLD,
  );
  const above = curve.filter(({ complianceChange }) => (complianceChange?.estimate ?? 0) >= CLAIMED_COMPLIANCE).at(-1);
  const below = curve.find(({ complianceChange }) => (complianceChange?.estimate ?? 1) < CLAIMED_COMPLIANCE);
  if (!above || !below) return "The paper's +13.77 % appears at none of the deadlines.";
  const appears =
    "The gain depends on the deadline: the paper's +13.77 % (relative) appears between deadlines that " +
    `${percent(above)} and ${percent(below)} of the fleet usually keep.`;
  const bounded = own.flatMap(({ wasteChange }) =>
    wasteChange === null || wasteChange.low === null ? [] : [wasteChange],
  );
  if (bounded.length === 0) return appears;
  const withPaper = bounded.filter((change) => contains(change, CLAIMED_WASTE));
  const better = bounded.filter(({ high }) => high !== null && high < CLAIMED_WASTE);
  return (
    `${appears} Its -72.5 % of waste lies in the interval in ${withPaper.length} of ` +
    `${own.length} settings of ProbSelect with 20 clients; in ${better.length} more is saved.`
  );
}

const percent = ({ deadlineQuantile }: Gain) => `${Math.round(100 * deadlineQuantile)} %`;
const percentOf = ({ roundCompliance }: ComparedPolicy) => `${(100 * roundCompliance).toFixed(1)} %`;
const askedInWords = ({ asked }: ComparedPolicy) => String(Math.round(asked));

/** @example verdict({ estimate: -0.04, low: -0.15, high: 0.07 }) // "no difference can be told" */
export function verdict(change: Estimate | null): string {
  if (change === null || change.low === null || change.high === null) return "no interval";
  if (change.high < 0) return "less, the interval excludes zero";
  return change.low > 0 ? "more, the interval excludes zero" : "no difference can be told";
}

export function headlineOf({ overall, equalCompliance }: PaperAnalysis): readonly HeadlineFigure[] {
  const paperSays = { compliance: "the paper states +13.77 %", waste: "the paper states -72.5 %" };
  return [
    ...shown(overall.compliancePoints, {
      ...{ name: "sloComplianceGain", label: "SLO compliance against FedLim, Wi-Fi" },
      ...{ unit: "points", note: paperSays.compliance },
    }),
    ...shown(overall.complianceChange, {
      ...{ name: "sloComplianceChange", label: "The same, relative" },
      ...{ unit: "percent", note: paperSays.compliance },
    }),
    ...shown(overall.wasteChange, {
      ...{ name: "wasteChange", label: "Waste for an update against FedLim, Wi-Fi" },
      ...{ unit: "percent", note: paperSays.waste },
    }),
    ...compared.flatMap((words) => {
      const result = equalCompliance.find(({ family }) => family === words.family);
      return result ? wasteFigures(result, words) : [];
    }),
  ];
}

interface Compared {
  readonly family: string;
  /** In the figure's key. */
  readonly key: string;
  readonly whom: string;
}

const compared: readonly Compared[] = [
  { family: labels.probselectAll, key: "Probselect", whom: "ProbSelect as published" },
  { family: labels.probselect, key: "BudgetedProbselect", whom: "ProbSelect with hindsight's budget" },
  { family: labels.fedlim, key: "Fedlim", whom: "FedLim with hindsight's budget" },
];

function wasteFigures({ perRound, perUpdate }: EqualComplianceResult, { key, whom }: Compared): HeadlineFigure[] {
  const { reference, family } = perRound;
  const asks =
    reference && family ? ` (asks ${askedInWords(reference)} instead of ${askedInWords(family)} clients)` : "";
  const note = (change: Estimate | null) => `${verdict(change)}; where the other is at least as compliant in rounds`;
  return [
    ...shown(perRound.change, {
      name: `quorumWasteAgainst${key}PerRound`,
      label: `Quorum against ${whom}: wasted device-seconds a round${asks}`,
      ...{ unit: "percent", note: note(perRound.change) },
    }),
    ...shown(perUpdate.change, {
      name: `quorumWasteAgainst${key}PerUpdate`,
      label: `Quorum against ${whom}: the same for an aggregated update`,
      ...{ unit: "percent", note: note(perUpdate.change) },
    }),
  ];
}

function shown(found: Estimate | null, rest: Omit<HeadlineFigure, keyof Estimate>): HeadlineFigure[] {
  return found === null ? [] : [{ ...found, ...rest }];
}
