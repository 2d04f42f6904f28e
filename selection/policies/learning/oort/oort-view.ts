// What Oort sees of a round's candidates: the scores of those that have reported and the weights of those that have not.

import type { CandidateTable } from "../../../policy/candidate-table.ts";
import { drawsOf } from "../../../policy/draws.ts";
import { numberColumn } from "../../../policy/number-column.ts";
import type { SelectionRequest } from "../../../policy/policy.ts";
import { firstOf, indicesWhere } from "../../../policy/ranking.ts";
import { columnAt } from "../slot-columns.ts";
import type { OortSettings } from "./oort-settings.ts";
import type { OortState } from "./oort-state.ts";
import { oortScores, preferredDuration, slowFactor } from "./scores.ts";

/** By candidate. */
export interface OortView {
  /** Those that may be selected: neither impossible nor on the blacklist. */
  readonly eligible: Uint32Array;
  /** On the blacklist: 1. */
  readonly blacklisted: Uint8Array;
  /** NaN: it has not reported yet, or is not eligible. */
  readonly scores: Float64Array;
  /** Examples, less for the slow; NaN: it has reported. */
  readonly explorationWeights: Float64Array;
  /** U_i; NaN: it has not reported yet. */
  readonly utilities: Float64Array;
  /** Rounds in which it reported; NaN for none. */
  readonly reportCounts: Float64Array;
  /** As measured last; as forecast where it never was. */
  readonly durationSeconds: Float64Array;
  /** T. */
  readonly preferredSeconds: number;
}

export function viewOf(request: SelectionRequest, state: OortState, settings: OortSettings): OortView {
  const { candidates, round } = request;
  const { size, slots, impossibilities, exampleCounts } = candidates;
  const { clipBound, roundPenalty } = settings;
  const utilities = columnAt(state.utilities, slots);
  const reportCounts = columnAt(state.reportCounts, slots);
  const durationSeconds = durationsOf(candidates, state);
  const possible = indicesWhere(size, (index) => impossibilities[index] === 0);
  const preferredSeconds = preferredDuration(
    numberColumn(possible, (index) => durationSeconds[index] as number),
    state.pacer.thresholdPercentile,
  );
  const blacklisted = blacklistOf(request, reportCounts, settings);
  const eligible = possible.filter((index) => blacklisted[index] === 0);
  const eligibleUtilities = new Float64Array(size).fill(Number.NaN);
  for (const index of eligible) eligibleUtilities[index] = utilities[index] as number;
  const scores = oortScores({
    utilities: eligibleUtilities,
    reportRounds: columnAt(state.reportRounds, slots),
    durationSeconds,
    preferredSeconds,
    round,
    clipBound,
    roundPenalty,
  });
  const explorationWeights = exampleCounts.map((count, index) =>
    Number.isNaN(utilities[index])
      ? count * slowFactor(durationSeconds[index] as number, preferredSeconds, roundPenalty)
      : Number.NaN,
  );
  return {
    eligible,
    blacklisted,
    scores,
    explorationWeights,
    utilities,
    reportCounts,
    durationSeconds,
    preferredSeconds,
  };
}

/** The forecast's total at the mean utilisation stands in for what was never measured, as FedScale's device trace does. */
function durationsOf(candidates: CandidateTable, state: OortState): Float64Array {
  const measured = columnAt(state.durationSeconds, candidates.slots);
  if (!measured.some(Number.isNaN)) return measured;
  const { downloadSeconds, computeSeconds, uploadSeconds } = candidates.times();
  return measured.map((seconds, index) =>
    Number.isNaN(seconds)
      ? (downloadSeconds[index] as number) + (computeSeconds[index] as number) + (uploadSeconds[index] as number)
      : seconds,
  );
}

/** Those that reported most often, where that is more than `blacklistRounds` times; ties at the largest share by draw. */
function blacklistOf(
  request: SelectionRequest,
  reportCounts: Float64Array,
  { blacklistRounds, blacklistShare }: OortSettings,
): Uint8Array {
  const { size, keys } = request.candidates;
  const blacklisted = new Uint8Array(size);
  if (blacklistRounds === undefined) return blacklisted;
  const draw = drawsOf(request, "oort blacklist");
  const listed = firstOf(
    {
      eligible: indicesWhere(size, (index) => (reportCounts[index] as number) > blacklistRounds),
      weights: reportCounts,
      drawOf: (index) => draw(keys[index] as number),
      priorities: null,
    },
    Math.floor(blacklistShare * size),
  );
  for (const index of listed) blacklisted[index] = 1;
  return blacklisted;
}
