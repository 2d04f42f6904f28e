// Oort's draw of a cohort: most places exploit clients of high score, the others explore clients that never reported (Lai et al.,
// OSDI 2021, algorithm 1). Both draws are weighted and without replacement.

import { drawsOf, exponentialKey } from "../../../policy/draws.ts";
import { numberColumn } from "../../../policy/number-column.ts";
import type { SelectionRequest } from "../../../policy/policy.ts";
import { firstOf } from "../../../policy/ranking.ts";
import type { OortSettings } from "./oort-settings.ts";
import type { OortView } from "./oort-view.ts";
import { cutOffScore } from "./scores.ts";

/** The draw among clients of one priority. */
export interface OortDraw {
  /** Those who could be drawn. */
  readonly members: Uint32Array;
  /** How many were left to fill. */
  readonly places: number;
  /** How many have reported and could be exploited. */
  readonly scoredCount: number;
  /** Those of at least the cut-off's score, from whom the exploited are drawn; empty if no place exploits. */
  readonly pool: Uint32Array;
  readonly cutOff: number;
  readonly exploited: Uint32Array;
  /** How many have never reported. */
  readonly unexploredCount: number;
  /** Those of the highest weight, from whom the explored are drawn. */
  readonly window: Uint32Array;
  readonly explored: Uint32Array;
}

/**
 * Fills `places` from the members: floor(epsilon * places) explore, the others exploit; where there are too few of either, the other
 * kind takes their places.
 */
export function drawCohort(options: {
  readonly request: SelectionRequest;
  readonly view: OortView;
  readonly members: Uint32Array;
  readonly places: number;
  /** epsilon. */
  readonly exploration: number;
  readonly settings: Pick<OortSettings, "cutOffUtility" | "sampleWindow">;
}): OortDraw {
  const { request, view, members, places, exploration, settings } = options;
  const { scores, explorationWeights } = view;
  const scored = members.filter((index) => !Number.isNaN(scores[index]));
  const unexplored = members.filter((index) => Number.isNaN(scores[index]));
  const kept = Math.min(Math.floor(places * exploration), unexplored.length);
  const exploitCount = Math.min(places - kept, scored.length);
  const exploreCount = Math.min(places - exploitCount, unexplored.length);

  const scoresOfAll = numberColumn(scored, (index) => scores[index] as number);
  const cutOff = cutOffScore(scoresOfAll, exploitCount, settings.cutOffUtility);
  const pool = scored.filter((index) => exploitCount > 0 && (scores[index] as number) >= cutOff);
  const windowSize = Math.floor(settings.sampleWindow * exploreCount);
  const order = { weights: explorationWeights, priorities: null, drawOf: drawByCandidate(request, "oort window") };
  const window = windowSize >= unexplored.length ? unexplored : firstOf({ ...order, eligible: unexplored }, windowSize);
  return {
    members,
    places,
    pool,
    cutOff,
    window,
    scoredCount: scored.length,
    unexploredCount: unexplored.length,
    exploited: weightedDraw(request, "oort exploit", pool, scores, exploitCount),
    explored: weightedDraw(request, "oort explore", window, explorationWeights, exploreCount),
  };
}

/** `count` of the members, one after the other, each in proportion to the weights of those that are left. */
function weightedDraw(
  request: SelectionRequest,
  label: string,
  members: Uint32Array,
  weights: Float64Array,
  count: number,
): Uint32Array {
  const drawOf = drawByCandidate(request, label);
  const order = new Float64Array(weights.length);
  for (const index of members) order[index] = -exponentialKey(drawOf(index), weights[index] as number);
  return firstOf({ eligible: members, weights: order, drawOf, priorities: null }, count);
}

function drawByCandidate(request: SelectionRequest, label: string): (index: number) => number {
  const { keys } = request.candidates;
  const draw = drawsOf(request, label);
  return (index) => draw(keys[index] as number);
}
