// Waste at equal compliance of rounds: what each family of policies has to waste to bring k updates as often as quorum does. A family is
// swept over its budget, so that the others get the budget that hindsight would give them.

import { mean } from "simple-statistics";
import { seededRandom } from "../../../foundation/random-source.ts";
import { nestedBootstrap } from "../statistics/bootstrap.ts";
import { type FrontierPoint, meanPoints, wasteAtCompliance } from "../statistics/frontier.ts";
import type { Pair } from "../statistics/paired.ts";
import type { Estimate } from "../study.ts";
import type { PaperRow } from "./paired-gains.ts";
import { labels } from "./paper-settings.ts";

const RESAMPLES = 2000;

/** One seed of a workload: every family's points, in the order of its budgets. */
interface SeedPoints {
  readonly seed: number;
  readonly points: ReadonlyMap<string, readonly FrontierPoint[]>;
}

/** Waste is in device-seconds a round. */
function pointOf({ metrics }: PaperRow): FrontierPoint {
  return { compliance: metrics.roundCompliance ?? 0, waste: metrics.wastedDeviceSecondsPerRound ?? 0 };
}

function seedsByWorkload(rows: readonly PaperRow[]): readonly (readonly SeedPoints[])[] {
  const workloads = [...new Set(rows.map(({ setting }) => setting.workload))];
  return workloads.map((workload) => {
    const own = rows.filter(({ setting }) => setting.workload === workload);
    return [...new Set(own.map(({ seed }) => seed))].map((seed) => {
      const points = new Map<string, FrontierPoint[]>();
      for (const row of own) {
        if (row.seed !== seed) continue;
        const family = points.get(row.policy.label) ?? [];
        family.push(pointOf(row));
        points.set(row.policy.label, family);
      }
      return { seed, points };
    });
  });
}

export interface EqualComplianceResult {
  readonly family: string;
  /** Waste as a share of what FedLim wastes with k clients, mean over the workloads: the reference's and the family's. */
  readonly referenceShare: number | null;
  readonly familyShare: number | null;
  /** referenceShare - familyShare; null where the family attains the compliance at too few workloads. */
  readonly difference: Estimate | null;
  /** referenceShare / familyShare - 1; null as the difference. */
  readonly change: Estimate | null;
  /** Workloads at which the family attains the reference's compliance with some budget. */
  readonly attainedCount: number;
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
  const groups = seedsByWorkload(rows);
  const families = Object.values(labels).filter(
    (label) => label !== reference.label && rows.some(({ policy }) => policy.label === label),
  );
  return families.map((family) => {
    const sharesOf = (seeds: readonly SeedPoints[]) => wasteShares(seeds, family, reference);
    const shares = groups.map(sharesOf).filter((found) => found !== null);
    const estimateOf = (of: (ours: number, theirs: number) => number | null) => {
      const found = nestedBootstrap(groups, (drawn) => over(drawn.map(sharesOf), of), {
        random: seededRandom(1, "equal compliance", family, reference.label),
        resamples: RESAMPLES,
      });
      return found && { estimate: found.estimate, low: found.low, high: found.high };
    };
    return {
      family,
      referenceShare: shares.length === 0 ? null : mean(shares.map(({ ours }) => ours)),
      familyShare: shares.length === 0 ? null : mean(shares.map(({ theirs }) => theirs)),
      difference: estimateOf((ours, theirs) => ours - theirs),
      change: estimateOf((ours, theirs) => (theirs === 0 ? null : ours / theirs - 1)),
      attainedCount: shares.length,
      workloadCount: groups.length,
    };
  });
}

/** Of the mean shares; null where fewer than half of the workloads have one: the mean of a few would compare others. */
function over(shares: readonly (Pair | null)[], of: (ours: number, theirs: number) => number | null): number | null {
  const found = shares.filter((share) => share !== null);
  if (found.length * 2 < shares.length) return null;
  return of(mean(found.map(({ ours }) => ours)), mean(found.map(({ theirs }) => theirs)));
}

/** The wastes at the reference's compliance, in units of FedLim's with its least budget; null where the family does not attain it. */
function wasteShares(seeds: readonly SeedPoints[], family: string, { label, budgetIndex }: Reference): Pair | null {
  const pointsOf = (policy: string) => meanPoints(seeds.map(({ points }) => points.get(policy) ?? []));
  const own = pointsOf(label)[budgetIndex];
  const unit = pointsOf(labels.fedlim)[0]?.waste;
  if (own === undefined || unit === undefined || unit === 0) return null;
  const theirs = pointsOf(family);
  // Where every budget of the family is more compliant than that, it cannot be had for less than its cheapest.
  const target = Math.max(own.compliance, Math.min(...theirs.map(({ compliance }) => compliance)));
  const waste = wasteAtCompliance(theirs, target);
  return waste === null ? null : { ours: own.waste / unit, theirs: waste / unit };
}
