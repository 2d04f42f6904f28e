// The tables of the study `paper`.

import { NO_VALUE } from "../../../server/reporting/format-quantities.ts";
import { formatEstimate } from "../report/format-estimate.ts";
import type { Estimate, StudyTable } from "../study.ts";
import type { EqualComplianceResult } from "./equal-compliance.ts";
import { contains } from "./paired-gains.ts";
import type { Gain } from "./paper-analysis.ts";
import { CLAIMED_COMPLIANCE, CLAIMED_WASTE, linksInWords } from "./paper-figures.ts";

export function gainsTable(gains: readonly Gain[]): StudyTable {
  const head = [
    ...["policy", "links", "deadline", "p", "points", "relative", "waste an update"],
    ...["the paper's +13.77 %", "its −72.5 %"],
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
  if (found === null || found.low === null) return NO_VALUE;
  if (contains(found, claimed)) return "yes";
  return Math.abs(found.estimate) > Math.abs(claimed) ? "more" : "less";
}

/** @param whose the policy whose compliance the others have to reach. */
export function equalComplianceTable(results: readonly EqualComplianceResult[], whose: string): StudyTable {
  const head = [
    ...["against", "its rounds", `rounds of ${whose}`, "it asks", `${whose} asks`, "its waste a round"],
    ...[`waste of ${whose} a round`, "relative, a round", "its waste an update"],
    ...[`waste of ${whose} an update`, "relative, an update", "workloads"],
  ];
  const plain = (value: number | undefined, unit: "percent" | "count") =>
    formatEstimate(value === undefined ? null : { estimate: value, low: null, high: null }, unit);
  return {
    caption:
      `Where each family brings 20 updates at least as often as ${whose} does (rounds, in %), with as many clients as that takes. Waste in % of ` +
      "what FedLim wastes with 20 clients, a round or an aggregated update.",
    columns: head.map((label, index) => ({ label, align: index === 0 ? "left" : "right" })),
    rows: results.map(({ family, perRound, perUpdate, workloadCount }) => [
      family,
      plain(perRound.family?.roundCompliance, "percent"),
      plain(perRound.reference?.roundCompliance, "percent"),
      plain(perRound.family?.asked, "count"),
      plain(perRound.reference?.asked, "count"),
      ...[perRound, perUpdate].flatMap((basis) => [
        plain(basis.family?.wasteShare, "percent"),
        plain(basis.reference?.wasteShare, "percent"),
        formatEstimate(basis.change, "percent", { signed: true }),
      ]),
      `${perRound.attainedCount} of ${workloadCount}`,
    ]),
  };
}
