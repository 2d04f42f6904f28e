// Waste at equal compliance: a policy whose budget is swept gives points, and what it has to waste for a given compliance is read off
// their frontier, so that no policy wins by promising less.

import { mean } from "simple-statistics";

/** What one setting of a policy attained. */
export interface FrontierPoint {
  /** 0..1. */
  readonly compliance: number;
  /** In any unit; less is better. */
  readonly waste: number;
}

/**
 * The points that no other beats or equals in both, rising in both.
 *
 * @example paretoFrontier([{ compliance: 0.8, waste: 2 }, { compliance: 0.9, waste: 1 }]) // the second alone
 */
export function paretoFrontier(points: readonly FrontierPoint[]): readonly FrontierPoint[] {
  const best = points.toSorted((a, b) => b.compliance - a.compliance || a.waste - b.waste);
  const frontier: FrontierPoint[] = [];
  for (const point of best) {
    if (point.waste < (frontier.at(-1)?.waste ?? Number.POSITIVE_INFINITY)) frontier.push(point);
  }
  return frontier.reverse();
}

/**
 * The least waste at a compliance of at least `target`, linear between neighbours on the frontier: what playing the one setting in some
 * rounds and the other in the rest gives. Null outside of the compliances that were attained: nothing is extrapolated.
 *
 * @example wasteAtCompliance([{ compliance: 0.8, waste: 1 }, { compliance: 0.9, waste: 3 }], 0.85) // 2
 */
export function wasteAtCompliance(points: readonly FrontierPoint[], target: number): number | null {
  if (!points.some(({ compliance }) => compliance <= target)) return null;
  const frontier = paretoFrontier(points);
  const above = frontier.findIndex(({ compliance }) => compliance >= target);
  const right = frontier[above];
  if (right === undefined) return null;
  const left = frontier[above - 1];
  // Below the frontier's start the cheapest setting does more than was asked for.
  if (left === undefined) return right.waste;
  const share = (target - left.compliance) / (right.compliance - left.compliance);
  return left.waste + share * (right.waste - left.waste);
}

/**
 * The mean over seeds of each setting's point. Take the frontier of these: that of a single seed's points follows their noise downwards.
 *
 * @param seeds each with the same settings in the same order.
 */
export function meanPoints(seeds: readonly (readonly FrontierPoint[])[]): readonly FrontierPoint[] {
  return (seeds[0] ?? []).map((_, setting) => {
    const points = seeds.map((seed) => seed[setting] as FrontierPoint);
    return {
      compliance: mean(points.map(({ compliance }) => compliance)),
      waste: mean(points.map(({ waste }) => waste)),
    };
  });
}
