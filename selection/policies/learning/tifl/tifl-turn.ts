// Whose turn it is in TiFL: clients that are profiled, or one tier, by its probability and while it has credits (Chai et al., HPDC
// 2020, algorithm 2).

import { drawsOf } from "../../../policy/draws.ts";
import type { SelectionRequest } from "../../../policy/policy.ts";
import { indicesWhere } from "../../../policy/ranking.ts";
import { columnAt } from "../slot-columns.ts";
import { tierOf } from "./tiers.ts";
import type { TiflSettings } from "./tifl-settings.ts";
import { freshTurns, type Tiers, type TiflState, tiersFrom } from "./tifl-state.ts";

/** Indices of the candidates that may be drawn in this round, and why they. */
export type TiflTurn =
  | { readonly kind: "profiling"; readonly members: Uint32Array }
  | {
      readonly kind: "tier";
      readonly members: Uint32Array;
      readonly tier: number;
      /** With which the tier was drawn, of those that could be. */
      readonly probability: number;
    };

export interface TiflRound {
  readonly turn: TiflTurn;
  /** As profiled, by candidate; infinite: dropped; NaN: not profiled. */
  readonly latencySeconds: Float64Array;
  /** With what the turn took of it. */
  readonly state: TiflState;
}

/** Decides about the round; `members` is empty where nobody can take part. */
export function nextTurn(request: SelectionRequest, state: TiflState, settings: TiflSettings): TiflRound {
  const { size, slots, impossibilities } = request.candidates;
  const latencySeconds = columnAt(state.latencySeconds, slots);
  const possible = indicesWhere(size, (index) => impossibilities[index] === 0);
  const unprofiled = possible.filter((index) => Number.isNaN(latencySeconds[index]));
  const profile = (members: Uint32Array, next: TiflState): TiflRound => ({
    turn: { kind: "profiling", members },
    latencySeconds,
    state: { ...next, latest: members.length === 0 ? null : "profiling", isProfilingDue: false },
  });

  if (state.tiers === null && unprofiled.length > 0 && state.profilingRounds < settings.profilingRounds) {
    return profile(unprofiled, { ...state, profilingRounds: state.profilingRounds + 1 });
  }
  const tiers = state.tiers ?? tiersFrom(state, settings);
  const withTiers = { ...state, tiers };
  const tiered = possible.filter((index) => Number.isFinite(latencySeconds[index]));
  if (tiers !== null && tiered.length > 0 && !(state.isProfilingDue && unprofiled.length > 0)) {
    return { latencySeconds, ...tierTurn({ request, state: withTiers, tiers, tiered, latencySeconds, settings }) };
  }
  // Where nobody has a tier and nobody is new, those that were dropped have another chance.
  return profile(unprofiled.length > 0 ? unprofiled : possible, withTiers);
}

/** The turn of one tier; it costs a credit. If no tier that is here has any, all tiers have theirs anew. */
function tierTurn(options: {
  readonly request: SelectionRequest;
  readonly state: TiflState;
  readonly tiers: Tiers;
  /** Those with a tier; at least one. */
  readonly tiered: Uint32Array;
  readonly latencySeconds: Float64Array;
  readonly settings: TiflSettings;
}): Pick<TiflRound, "turn" | "state"> {
  const { request, state, tiers, tiered, latencySeconds, settings } = options;
  const tierOfCandidate = (index: number) => tierOf(latencySeconds[index] as number, tiers.edges);
  const here = new Set<number>();
  for (const index of tiered) here.add(tierOfCandidate(index));
  const hasCredits = tiers.credits.some((left, tier) => left > 0 && here.has(tier));
  const current = hasCredits ? tiers : { ...tiers, ...freshTurns(tiers.credits.length, settings) };
  const weights = current.probabilities.map((probability, tier) =>
    here.has(tier) && (current.credits[tier] as number) > 0 ? probability : 0,
  );
  // One draw for the round, which belongs to no client.
  const tier = drawTier(weights, drawsOf(request, "tifl tier")(0));
  const credits = current.credits.map((left, other) => (other === tier ? left - 1 : left));
  return {
    turn: {
      kind: "tier",
      tier,
      members: tiered.filter((index) => tierOfCandidate(index) === tier),
      probability: (weights[tier] as number) / sumOf(weights),
    },
    state: { ...state, tiers: { ...current, credits }, latest: tier, isProfilingDue: false },
  };
}

/**
 * The tier in whose part of the weights the draw falls.
 *
 * @param weights at least one is positive.
 * @example drawTier(Float64Array.of(0.2, 0, 0.2), 0.6) // 2
 */
export function drawTier(weights: Float64Array, uniform: number): number {
  let rest = uniform * sumOf(weights);
  let last = 0;
  for (let tier = 0; tier < weights.length; tier++) {
    const weight = weights[tier] as number;
    if (weight === 0) continue;
    last = tier;
    if (rest < weight) return tier;
    rest -= weight;
  }
  return last;
}

function sumOf(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
