// Waste at equal compliance: a policy whose budget is swept gives points, and what it has to waste for a given compliance is read off
// their frontier, so that no policy wins by promising less.

/** What one setting of a policy attained. */
export interface FrontierPoint {
  /** 0..1. */
  readonly compliance: number;
  /** In any unit; less is better. Infinite where there is none to speak of: no frontier has such a point. */
  readonly waste: number;
  /** Clients asked a round. */
  readonly asked: number;
}

/**
 * The points that no other beats or equals in both, rising in both.
 *
 * @example paretoFrontier([{ compliance: 0.8, waste: 2, asked: 9 }, { compliance: 0.9, waste: 1, asked: 8 }]) // the second alone
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
 * What a policy is at, at a compliance of at least `target` with the least waste: linear between neighbours on the frontier, which is what
 * playing the one setting in some rounds and the other in the rest gives (of a waste for an update, nearly: rounds with more updates weigh
 * more). Its compliance is above the target where the cheapest setting does more than was asked for. Null outside of the compliances that
 * were attained: nothing is extrapolated.
 *
 * @example pointAtCompliance([{ compliance: 0.8, waste: 1, asked: 20 }, { compliance: 0.9, waste: 3, asked: 30 }], 0.85)
 * // { compliance: 0.85, waste: 2, asked: 25 }
 */
export function pointAtCompliance(points: readonly FrontierPoint[], target: number): FrontierPoint | null {
  if (!points.some(({ compliance }) => compliance <= target)) return null;
  const frontier = paretoFrontier(points);
  const above = frontier.findIndex(({ compliance }) => compliance >= target);
  const right = frontier[above];
  if (right === undefined) return null;
  const left = frontier[above - 1];
  // Below the frontier's start the cheapest setting does more than was asked for.
  if (left === undefined) return right;
  const share = (target - left.compliance) / (right.compliance - left.compliance);
  return {
    compliance: target,
    waste: left.waste + share * (right.waste - left.waste),
    asked: left.asked + share * (right.asked - left.asked),
  };
}

/**
 * The mean over seeds of each setting's point, of waste over the seeds that have one. Take the frontier of these: that of a single seed's points follows their noise downwards.
 *
 * @param seeds each with the same settings in the same order.
 */
export function meanPoints(seeds: readonly (readonly FrontierPoint[])[]): readonly FrontierPoint[] {
  // A loop: a bootstrap comes by here millions of times.
  return (seeds[0] ?? []).map((_, setting) => {
    const sums = { compliance: 0, asked: 0, waste: 0 };
    let wasteCount = 0;
    for (const seed of seeds) {
      const { compliance, asked, waste } = seed[setting] as FrontierPoint;
      sums.compliance += compliance;
      sums.asked += asked;
      if (waste === Number.POSITIVE_INFINITY) continue;
      sums.waste += waste;
      wasteCount += 1;
    }
    return {
      compliance: sums.compliance / seeds.length,
      waste: wasteCount === 0 ? Number.POSITIVE_INFINITY : sums.waste / wasteCount,
      asked: sums.asked / seeds.length,
    };
  });
}
