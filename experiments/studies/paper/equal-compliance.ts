// Waste at equal compliance of rounds: what each family of policies has to waste to bring k updates at least as often as quorum does, a
// round and an aggregated update. A family is swept over its budget, so that the others get the budget that hindsight would give them.

import { mean } from "simple-statistics";
import { seededRandom } from "../../../foundation/random-source.ts";
import { crossedBootstrap } from "../statistics/bootstrap.ts";
import { crossedTable } from "../statistics/crossed-table.ts";
import { type FrontierPoint, meanPoints, pointAtCompliance } from "../statistics/frontier.ts";
import type { Estimate } from "../study.ts";
import type { PaperRow } from "./paired-gains.ts";
import { labels } from "./paper-settings.ts";

const RESAMPLES = 2000;

/**
 * Whoever asks fewer clients wastes less a round, however many of them are late; for an aggregated update only the share of the late
 * and their time count.
 */
const bases = {
  perRound: "wastedDeviceSecondsPerRound",
  perUpdate: "wastedDeviceSecondsPerUpdate",
} as const;

export type Basis = keyof typeof bases;

/** A policy at the compared compliance: means over the workloads. */
export interface ComparedPolicy {
  /** Share of rounds with k updates in time. */
  readonly roundCompliance: number;
  /** Clients a round. */
  readonly asked: number;
  /** A share of what FedLim wastes with k clients. */
  readonly wasteShare: number;
}

export interface WasteComparison {
  /** Null where the family attains the compliance at no workload. */
  readonly reference: ComparedPolicy | null;
  readonly family: ComparedPolicy | null;
  /** The reference's share of waste less the family's; null where the family attains the compliance at too few workloads. */
  readonly difference: Estimate | null;
  /** The reference's share / the family's - 1; null as the difference. */
  readonly change: Estimate | null;
  /** Workloads at which the family attains the reference's compliance with some budget. */
  readonly attainedCount: number;
}

/** The least waste of the family, each basis with the budget that is best for it. */
export interface EqualComplianceResult extends Readonly<Record<Basis, WasteComparison>> {
  readonly family: string;
  readonly workloadCount: number;
}

/** Which setting of a family sets the compliance at which all are compared. */
export interface Reference {
  readonly label: string;
  /** Its place among the family's budgets. */
  readonly budgetIndex: number;
}

/** @param rows the cells of the frontier. */
export function wasteAtEqualCompliance(
  rows: readonly PaperRow[],
  reference: Reference,
): readonly EqualComplianceResult[] {
  const families = Object.values(labels).filter(
    (label) => label !== reference.label && rows.some(({ policy }) => policy.label === label),
  );
  const workloadCount = new Set(rows.map(({ setting }) => setting.workload)).size;
  return families.map((family) => ({
    family,
    workloadCount,
    perRound: compare(rows, "perRound", family, reference),
    perUpdate: compare(rows, "perUpdate", family, reference),
  }));
}

/** One seed of a workload: every family's points, in the order of its budgets. */
type SeedPoints = ReadonlyMap<string, readonly FrontierPoint[]>;

function compare(rows: readonly PaperRow[], basis: Basis, family: string, reference: Reference): WasteComparison {
  const place = ({ setting: { workload }, seed }: PaperRow) => ({ workload, seed });
  const table = crossedTable(rows, place, (own) => pointsOf(own, basis));
  const compared = (seeds: readonly SeedPoints[]) => atReference(seeds, family, reference);
  const found = table.map((seeds) => compared(seeds.filter((seed) => seed !== null))).filter((both) => both !== null);
  const estimateOf = (of: (ours: number, theirs: number) => number | null) =>
    crossedBootstrap(table, (drawn) => over(drawn.map(compared), of), {
      random: seededRandom(1, "equal compliance", basis, family, reference.label),
      resamples: RESAMPLES,
    });
  return {
    reference: meanPolicy(found.map(({ ours }) => ours)),
    family: meanPolicy(found.map(({ theirs }) => theirs)),
    difference: estimateOf((ours, theirs) => ours - theirs),
    change: estimateOf((ours, theirs) => (theirs === 0 ? null : ours / theirs - 1)),
    attainedCount: found.length,
  };
}

function pointsOf(rows: readonly PaperRow[], basis: Basis): SeedPoints {
  const points = new Map<string, FrontierPoint[]>();
  for (const { policy, metrics } of rows) {
    const family = points.get(policy.label) ?? [];
    points.set(policy.label, family);
    family.push({
      compliance: metrics.roundCompliance ?? 0,
      waste: metrics[bases[basis]] ?? Number.POSITIVE_INFINITY,
      asked: metrics.meanSelected ?? 0,
    });
  }
  return points;
}

interface Both {
  readonly ours: ComparedPolicy;
  readonly theirs: ComparedPolicy;
}

/** Both at the reference's compliance; null where the family does not attain it. */
function atReference(seeds: readonly SeedPoints[], family: string, { label, budgetIndex }: Reference): Both | null {
  const meansOf = (policy: string) => meanPoints(seeds.map((points) => points.get(policy) ?? []));
  const own = meansOf(label)[budgetIndex];
  const unit = meansOf(labels.fedlim)[0]?.waste;
  if (own === undefined || !Number.isFinite(own.waste) || unit === undefined || unit === 0) return null;
  const points = meansOf(family);
  // Where every budget of the family is more compliant than that, it cannot be had for less than its cheapest.
  const target = Math.max(own.compliance, Math.min(...points.map(({ compliance }) => compliance)));
  const theirs = pointAtCompliance(points, target);
  return theirs && { ours: comparedOf(own, unit), theirs: comparedOf(theirs, unit) };
}

function comparedOf({ compliance, asked, waste }: FrontierPoint, unit: number): ComparedPolicy {
  return { roundCompliance: compliance, asked, wasteShare: waste / unit };
}

function meanPolicy(policies: readonly ComparedPolicy[]): ComparedPolicy | null {
  if (policies.length === 0) return null;
  return {
    roundCompliance: mean(policies.map(({ roundCompliance }) => roundCompliance)),
    asked: mean(policies.map(({ asked }) => asked)),
    wasteShare: mean(policies.map(({ wasteShare }) => wasteShare)),
  };
}

/** Of the mean shares; null where fewer than half of the workloads have one: the mean of a few would compare others. */
function over(found: readonly (Both | null)[], of: (ours: number, theirs: number) => number | null): number | null {
  const both = found.filter((each) => each !== null);
  if (both.length * 2 < found.length) return null;
  return of(mean(both.map(({ ours }) => ours.wasteShare)), mean(both.map(({ theirs }) => theirs.wasteShare)));
}
