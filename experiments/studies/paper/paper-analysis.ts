// What the runs of the study `paper` say: gains over FedLim at every setting, waste at equal compliance, and both where something is not as
// believed. Numbers only; paper-report.ts words and draws them.

import type { Estimate } from "../study.ts";
import { type EqualComplianceResult, wasteAtEqualCompliance } from "./equal-compliance.ts";
import {
  gainInPoints,
  type PaperRow,
  pairedTable,
  relativeChange,
  sloCompliance,
  wastePerUpdate,
} from "./paired-gains.ts";
import {
  ASSUMED_LINKS,
  deadlineQuantiles,
  labels,
  MEASURED_LINKS,
  thresholds,
  USUAL_THRESHOLD,
} from "./paper-settings.ts";

/** What a policy gains over FedLim in one setting. */
export interface Gain {
  readonly policy: string;
  readonly links: string;
  readonly deadlineQuantile: number;
  readonly minimumProbability: number;
  /** SLO compliance of clients: difference, and relative to FedLim's. */
  readonly compliancePoints: Estimate | null;
  readonly complianceChange: Estimate | null;
  /** Wasted device-seconds for an aggregated update, relative to FedLim's. */
  readonly wasteChange: Estimate | null;
}

/** One policy under one condition: SLO compliance of clients less FedLim's. */
export interface Limit {
  readonly policy: string;
  readonly condition: string;
  readonly compliancePoints: Estimate | null;
}

export interface PaperAnalysis {
  readonly gains: readonly Gain[];
  /** Over all deadlines at the usual threshold, on the measured links alone: "probselect, any" against FedLim. */
  readonly overall: Pick<Gain, "compliancePoints" | "complianceChange" | "wasteChange">;
  /** quorum at p_round = 0.95 against each family at its compliance. */
  readonly equalCompliance: readonly EqualComplianceResult[];
  /** The same of quorum without turns, which asks the most probable as long as they last. */
  readonly withoutTurns: readonly EqualComplianceResult[];
  readonly limits: readonly Limit[];
}

/** Place of p_round = 0.95 among those that quorum is swept over. */
const USUAL_ROUND_PROBABILITY = 3;

export function analysePaper(rows: readonly PaperRow[]): PaperAnalysis {
  const ofPart = (part: string) => rows.filter(({ setting }) => setting.part === part);
  const grid = ofPart("grid");
  const measured = grid.filter(({ setting }) => setting.links === MEASURED_LINKS);
  const usual = ofPolicy(measured, labels.probselect).filter(
    ({ setting }) => setting.minimumProbability === USUAL_THRESHOLD,
  );
  return {
    gains: gainsOf(grid),
    overall: gainOver(usual, ofPolicy(measured, labels.fedlim), "overall"),
    equalCompliance: wasteAtEqualCompliance(ofPart("frontier"), {
      label: labels.quorum,
      budgetIndex: USUAL_ROUND_PROBABILITY,
    }),
    withoutTurns: wasteAtEqualCompliance(ofPart("frontier"), {
      label: labels.quorumByProbability,
      budgetIndex: USUAL_ROUND_PROBABILITY,
    }),
    limits: limitsOf(ofPart("limits")),
  };
}

function gainsOf(grid: readonly PaperRow[]): readonly Gain[] {
  return [labels.probselect, labels.probselectAll, labels.quorum].flatMap((policy) =>
    [MEASURED_LINKS, ASSUMED_LINKS].flatMap((links) =>
      deadlineQuantiles.flatMap((deadlineQuantile) =>
        thresholds.flatMap((minimumProbability): Gain[] => {
          const here = grid.filter(
            ({ setting }) => setting.links === links && setting.deadlineQuantile === deadlineQuantile,
          );
          const ours = ofPolicy(here, policy).filter(
            ({ setting }) => setting.minimumProbability === minimumProbability,
          );
          if (ours.length === 0) return [];
          const name = `${policy} ${links} ${deadlineQuantile} ${minimumProbability}`;
          const gain = gainOver(ours, ofPolicy(here, labels.fedlim), name);
          return [{ policy, links, deadlineQuantile, minimumProbability, ...gain }];
        }),
      ),
    ),
  );
}

function gainOver(ours: readonly PaperRow[], theirs: readonly PaperRow[], name: string) {
  const compliance = pairedTable(ours, theirs, sloCompliance);
  return {
    compliancePoints: gainInPoints(compliance, name),
    complianceChange: relativeChange(compliance, name),
    wasteChange: relativeChange(pairedTable(ours, theirs, wastePerUpdate), name),
  };
}

function limitsOf(rows: readonly PaperRow[]): readonly Limit[] {
  const conditions = [...new Set(rows.map(({ setting }) => setting.condition))];
  const policies = [labels.probselect, labels.probselectAll, labels.quorum, labels.quorumCalibrated];
  return conditions.flatMap((condition) => {
    const here = rows.filter(({ setting }) => setting.condition === condition);
    const fedlim = ofPolicy(here, labels.fedlim);
    return policies.map((policy) => {
      const ours = ofPolicy(here, policy);
      const compliance = pairedTable(ours, fedlim, sloCompliance);
      return { policy, condition, compliancePoints: gainInPoints(compliance, `${condition} ${policy}`) };
    });
  });
}

function ofPolicy(rows: readonly PaperRow[], label: string): readonly PaperRow[] {
  return rows.filter(({ policy }) => policy.label === label);
}
