// TiFL's tiers: how clients are grouped by latency and with which probability a tier has its turn (Chai et al., HPDC 2020, sections 4.2
// to 4.4).

/**
 * The edges of at most `tierCount` tiers of equal size: edge k is the least latency of tier k, the last edge the greatest of all.
 * Where the number of clients is no multiple, the faster tiers have one more. A client belongs to the tier in whose range it lies,
 * so equal latencies share a tier and one that comes later finds its own.
 *
 * @param latencySeconds finite.
 * @returns one more edge than tiers; empty without clients.
 * @example tierEdges(Float64Array.of(5, 1, 2, 4, 3), 2) // [1, 4, 5]: 1, 2, 3 and 4, 5
 */
export function tierEdges(latencySeconds: Float64Array, tierCount: number): Float64Array {
  const ascending = latencySeconds.slice().sort();
  if (ascending.length === 0) return ascending;
  const count = Math.min(tierCount, ascending.length);
  const size = Math.floor(ascending.length / count);
  const larger = ascending.length % count;
  const first = (tier: number) => ascending[tier * size + Math.min(tier, larger)] as number;
  return Float64Array.from({ length: count + 1 }, (_, tier) =>
    tier === count ? (ascending.at(-1) as number) : first(tier),
  );
}

/**
 * The tier of a latency, 0 for the fastest; the outer tiers are open.
 *
 * @example tierOf(3.5, Float64Array.of(1, 4, 5)) // 0
 */
export function tierOf(latencySeconds: number, edges: Float64Array): number {
  let tier = 0;
  while (tier + 2 < edges.length && latencySeconds >= (edges[tier + 1] as number)) tier++;
  return tier;
}

/**
 * The mean of the members' latest losses, a tier; NaN for a tier of which no loss is known.
 *
 * @param columns.latencySeconds NaN or infinite: in no tier.
 */
export function tierLosses(
  columns: { readonly latencySeconds: Float64Array; readonly losses: Float64Array },
  edges: Float64Array,
): Float64Array {
  const { latencySeconds, losses } = columns;
  const sums = new Float64Array(edges.length - 1);
  const counts = new Float64Array(edges.length - 1);
  latencySeconds.forEach((latency, slot) => {
    const loss = losses[slot] as number;
    if (!Number.isFinite(latency) || Number.isNaN(loss)) return;
    const tier = tierOf(latency, edges);
    sums[tier] = (sums[tier] as number) + loss;
    counts[tier] = (counts[tier] as number) + 1;
  });
  return sums.map((sum, tier) => sum / (counts[tier] as number));
}

/**
 * ChangeProbs: of the n tiers that have credits left the one of the greatest loss gets n / D, the next n - 1 / D, ..., with
 * D = n (n + 1) / 2; a tier without credits gets 0. An unknown loss counts as the greatest; of equal losses the faster tier goes first.
 *
 * @returns sums to 1; all 0 if there are no credits.
 * @example changedProbabilities(Float64Array.of(0.2, 0.9, 0.5), [3, 1, 0]) // [1 / 3, 2 / 3, 0]
 */
export function changedProbabilities(losses: Float64Array, credits: readonly number[]): Float64Array {
  const badness = (tier: number) => (Number.isNaN(losses[tier]) ? Number.POSITIVE_INFINITY : (losses[tier] as number));
  const able = credits.flatMap((left, tier) => (left > 0 ? [tier] : []));
  // Infinity - Infinity is NaN, which is "equal" too.
  const worstFirst = able.toSorted((a, b) => badness(b) - badness(a) || a - b);
  const whole = (able.length * (able.length + 1)) / 2;
  const probabilities = new Float64Array(credits.length);
  worstFirst.forEach((tier, rank) => {
    probabilities[tier] = (able.length - rank) / whole;
  });
  return probabilities;
}
