// TiFL's reasons as sentences, with the numbers that decided.

import { formatProbability, formatSeconds } from "../../../quantities.ts";
import { tierOf } from "./tiers.ts";
import type { TiflSettings } from "./tifl-settings.ts";
import type { TiflRound } from "./tifl-turn.ts";

export interface TiflReasonInputs {
  readonly round: TiflRound;
  /** By candidate, 0 for the selected. */
  readonly reasons: Uint8Array;
  readonly chosenCount: number;
  readonly settings: Pick<TiflSettings, "interval">;
}

/** Completes "Selected: ..." and "Skipped: ...". */
export function tiflReasons(inputs: TiflReasonInputs): (index: number, chance: string) => string {
  const { round, reasons, chosenCount } = inputs;
  const { turn } = round;
  const members = new Set(turn.members);
  const drawn = `${chosenCount} drawn of ${members.size}`;
  const group =
    turn.kind === "profiling" ? "to be profiled" : `in ${tierInWords(turn.tier, round)}, which has its turn`;
  return (index, chance) => {
    if (!members.has(index)) return `${outsideInWords(index, inputs)}; ${chance}`;
    return `${reasons[index] === 0 ? "one" : "not one"} of the ${drawn} ${group}; ${chance}`;
  };
}

/** About a client that could not be drawn in this round. */
function outsideInWords(index: number, { round, settings }: TiflReasonInputs): string {
  const { turn, state, latencySeconds } = round;
  const latency = latencySeconds[index] as number;
  if (latency === Number.POSITIVE_INFINITY) return "it did not report in time when it was profiled, and has no tier";
  if (Number.isNaN(latency)) {
    return `it has no tier as it was never profiled; new clients are, every ${settings.interval} turns of tiers`;
  }
  const profiled = `profiled at ${formatSeconds(latency)}`;
  if (state.tiers === null) return `${profiled}, it waits until the others are`;
  const own = `${profiled}, it is in ${tierInWords(tierOf(latency, state.tiers.edges), round)}`;
  if (turn.kind === "profiling") return `${own}, while this round profiles clients that have no tier`;
  return `${own}, while ${tierInWords(turn.tier, round)} has its turn`;
}

/** About the round as a whole; undefined if nobody can take part. */
export function tiflNote({ round, chosenCount }: Omit<TiflReasonInputs, "settings" | "reasons">): string | undefined {
  const { turn, state } = round;
  const drawn = `${chosenCount} of ${turn.members.length} clients`;
  if (turn.members.length === 0) return undefined;
  if (turn.kind === "profiling") return `TiFL profiles ${drawn} that have no tier.`;
  const left = state.tiers?.credits[turn.tier];
  const chance = `its probability was ${formatProbability(turn.probability)} and it has ${left} turns left`;
  return `TiFL draws ${drawn} of ${tierInWords(turn.tier, round)}; ${chance}.`;
}

/** @example "tier 2 of 5 (3.1 s to 5.8 s)" */
function tierInWords(tier: number, { state }: TiflRound): string {
  const edges = state.tiers?.edges ?? new Float64Array(0);
  const range = `${formatSeconds(edges[tier] as number)} to ${formatSeconds(edges[tier + 1] as number)}`;
  return `tier ${tier + 1} of ${edges.length - 1} (${range})`;
}
