// What TiFL remembers, and what it makes of a round's feedback (Chai et al., HPDC 2020, algorithm 2).

import type { RoundFeedback } from "../../../policy/policy.ts";
import { copyOfColumn, lengthFor } from "../slot-columns.ts";
import { changedProbabilities, tierEdges, tierLosses } from "./tiers.ts";
import type { TiflSettings } from "./tifl-settings.ts";

/** Arrays have one entry a tier, fastest first. */
export interface Tiers {
  /** One more than tiers (tiers.ts). */
  readonly edges: Float64Array;
  readonly probabilities: Float64Array;
  /** Turns left. */
  readonly credits: readonly number[];
  /** Rounds of tiers so far. */
  readonly turnCount: number;
  /** The tiers' losses `interval` turns ago. */
  readonly lossesBefore: Float64Array;
}

/** Columns are by slot; a client that they do not reach has done nothing yet. */
export interface TiflState {
  /** As profiled, once; infinite: dropped, as it did not report within T_max; NaN: not profiled. */
  readonly latencySeconds: Float64Array;
  /** Mean training loss of the latest report; NaN before. */
  readonly losses: Float64Array;
  /** Rounds of profiling before the tiers. */
  readonly profilingRounds: number;
  /** Null before the tiers are made. */
  readonly tiers: Tiers | null;
  /** The latest round: which tier had its turn, or that it profiled; null if it did neither. */
  readonly latest: number | "profiling" | null;
  /** Clients without a tier have their turn to be profiled. */
  readonly isProfilingDue: boolean;
}

export const initialTiflState: TiflState = {
  latencySeconds: new Float64Array(0),
  losses: new Float64Array(0),
  profilingRounds: 0,
  tiers: null,
  latest: null,
  isProfilingDue: false,
};

/** Tiers of what was profiled so far; null if nobody has a latency. */
export function tiersFrom(state: TiflState, settings: TiflSettings): Tiers | null {
  const edges = tierEdges(state.latencySeconds.filter(Number.isFinite), settings.tiers);
  if (edges.length === 0) return null;
  const count = edges.length - 1;
  return { edges, ...freshTurns(count, settings), turnCount: 0, lossesBefore: tierLosses(state, edges) };
}

/** The tiers with all their credits and, again, equal probabilities. */
export function freshTurns(tierCount: number, { credits }: TiflSettings): Pick<Tiers, "probabilities" | "credits"> {
  return {
    probabilities: new Float64Array(tierCount).fill(1 / tierCount),
    credits: Array.from({ length: tierCount }, (_, tier) =>
      typeof credits === "number" ? credits : (credits[tier] as number),
    ),
  };
}

/** The state after a round: latencies from profiling, losses from every round, and every `interval` turns new probabilities. */
export function learnTifl(state: TiflState, feedback: RoundFeedback, settings: TiflSettings): TiflState {
  const { clients, deadlineSeconds } = feedback;
  const longest = settings.maximumLatencySeconds ?? deadlineSeconds;
  const latencySeconds = copyOfColumn(state.latencySeconds, lengthFor(clients));
  const losses = copyOfColumn(state.losses, lengthFor(clients));
  for (const { slot, onTime, latencySeconds: latency, trainingLoss } of clients) {
    if (state.latest === "profiling") {
      latencySeconds[slot] = onTime && latency <= longest ? latency : Number.POSITIVE_INFINITY;
    }
    if (onTime && trainingLoss !== null) losses[slot] = trainingLoss;
  }
  return afterTurn({ ...state, latencySeconds, losses }, settings);
}

function afterTurn(state: TiflState, { interval }: TiflSettings): TiflState {
  const { tiers, latest } = state;
  if (tiers === null || typeof latest !== "number") return state;
  const turnCount = tiers.turnCount + 1;
  if (turnCount % interval !== 0) return { ...state, tiers: { ...tiers, turnCount } };
  const losses = tierLosses(state, tiers.edges);
  const hasImproved = (losses[latest] as number) < (tiers.lossesBefore[latest] as number);
  const probabilities = hasImproved ? tiers.probabilities : changedProbabilities(losses, tiers.credits);
  return {
    ...state,
    tiers: { ...tiers, turnCount, probabilities, lossesBefore: losses },
    isProfilingDue: true,
  };
}
