// TiFL (Chai et al., "TiFL: A tier-based federated learning system", HPDC 2020, arXiv 2001.09249): clients are timed once and put into
// tiers of like latency; each round draws its cohort from a single tier. The rule, its sources and where it departs from them:
// docs/policies-learning.md.

import { drawsOf } from "../../../policy/draws.ts";
import { codeOf } from "../../../policy/impossibility.ts";
import type { Choice, LearningPolicy, SelectionRequest } from "../../../policy/policy.ts";
import { firstOf } from "../../../policy/ranking.ts";
import { sampleSize } from "../../baselines/random.ts";
import { tiflNote, tiflReasons } from "./tifl-reasons.ts";
import type { TiflSettings } from "./tifl-settings.ts";
import { initialTiflState, learnTifl, type TiflState } from "./tifl-state.ts";
import { nextTurn, type TiflRound } from "./tifl-turn.ts";

export interface TiflOptions extends TiflSettings {
  readonly cohortSize?: number | undefined;
}

const TOO_SLOW = codeOf("too-slow");
const NOT_CHOSEN = codeOf("not-chosen");
const NOT_SAMPLED = codeOf("not-sampled");

/** @example startPolicy(tiflPolicy({ ...tiflSettings.parse({}), cohortSize: 10 })) */
export function tiflPolicy(options: TiflOptions): LearningPolicy<TiflState> {
  return {
    name: "tifl",
    needs: "history",
    begin: () => initialTiflState,
    select: (request, state) => selectTifl(request, state, options),
    learn: (state, feedback) => learnTifl(state, feedback, options),
  };
}

function selectTifl(request: SelectionRequest, state: TiflState, options: TiflOptions): Choice<TiflState> {
  const round = nextTurn(request, state, options);
  const chosen = uniformlyOf(request, round.turn.members, sampleSize(options, request.candidates.size));
  const reasons = reasonsOf(request, round, chosen);
  const told = { round, reasons, chosenCount: chosen.length, settings: options };
  return {
    selection: { reasons, because: tiflReasons(told), note: tiflNote(told) },
    state: round.state,
  };
}

/** `count` of the members without replacement, each set equally likely; rules' priorities go first. */
function uniformlyOf(request: SelectionRequest, members: Uint32Array, count: number): Uint32Array {
  const { size, keys, priorities } = request.candidates;
  const draw = drawsOf(request, "tifl");
  const weights = new Float64Array(size);
  for (const index of members) weights[index] = -draw(keys[index] as number);
  return firstOf({ eligible: members, weights, priorities, drawOf: () => 0 }, count);
}

function reasonsOf({ candidates }: SelectionRequest, round: TiflRound, chosen: Uint32Array): Uint8Array {
  const { turn, latencySeconds } = round;
  const reasons = candidates.impossibilities.map((code, index) => {
    if (code !== 0) return code;
    return latencySeconds[index] === Number.POSITIVE_INFINITY ? TOO_SLOW : NOT_CHOSEN;
  });
  for (const index of turn.members) reasons[index] = NOT_SAMPLED;
  for (const index of chosen) reasons[index] = 0;
  return reasons;
}
