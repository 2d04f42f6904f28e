// Oort (Lai, Zhu, Madhyastha & Chowdhury, "Oort: Efficient federated learning via guided participant selection", OSDI 2021): clients of
// high loss and short rounds go first, while a shrinking share of each cohort explores those that never reported. The rule, its sources
// and where it departs from them: docs/policies-learning.md.

import { codeOf } from "../../../policy/impossibility.ts";
import type { Choice, LearningPolicy, SelectionRequest } from "../../../policy/policy.ts";
import { priorityLevels } from "../../../policy/priority-levels.ts";
import { formatProbability, formatSeconds } from "../../../quantities.ts";
import { sampleSize } from "../../baselines/random.ts";
import { drawCohort, type OortDraw } from "./oort-draw.ts";
import { oortReasons } from "./oort-reasons.ts";
import type { OortSettings } from "./oort-settings.ts";
import { initialOortState, learnOort, type OortState } from "./oort-state.ts";
import { type OortView, viewOf } from "./oort-view.ts";

export interface OortOptions extends OortSettings {
  readonly cohortSize?: number | undefined;
}

const BLACKLISTED = codeOf("participation-cap");
const NOT_CHOSEN = codeOf("not-chosen");
const NOT_SAMPLED = codeOf("not-sampled");
const FULL = codeOf("cohort-full");

/** @example startPolicy(oortPolicy({ ...oortSettings.parse({}), cohortSize: 10 })) */
export function oortPolicy(options: OortOptions): LearningPolicy<OortState> {
  return {
    name: "oort",
    needs: "history",
    begin: () => initialOortState(options),
    select: (request, state) => selectOort(request, state, options),
    learn: (state, feedback) => learnOort(state, feedback, options),
  };
}

function selectOort(request: SelectionRequest, state: OortState, options: OortOptions): Choice<OortState> {
  const { candidates } = request;
  const view = viewOf(request, state, options);
  const exploration = Math.max(state.exploration * options.explorationDecay, options.explorationMinimum);
  const draws: OortDraw[] = [];
  let places = sampleSize(options, candidates.size);
  for (const members of priorityLevels(view.eligible, candidates.priorities)) {
    const draw = drawCohort({ request, view, members, places, exploration, settings: options });
    draws.push(draw);
    places -= draw.exploited.length + draw.explored.length;
  }
  const reasons = reasonsOf(request, view, draws);
  const exploited = draws.flatMap((draw) => [...draw.exploited]);
  const because = oortReasons({ view, draws, reasons, exampleCounts: candidates.exampleCounts, settings: options });
  return {
    selection: { reasons, because, note: noteOf(view, draws, exploration) },
    state: {
      ...state,
      exploration,
      exploitedSlots: Uint32Array.from(exploited, (index) => candidates.slots[index] as number),
    },
  };
}

function reasonsOf(
  { candidates }: SelectionRequest,
  { blacklisted }: OortView,
  draws: readonly OortDraw[],
): Uint8Array {
  const reasons = candidates.impossibilities.map((code, index) =>
    code === 0 && blacklisted[index] === 1 ? BLACKLISTED : code,
  );
  for (const { members, places, pool, window, exploited, explored } of draws) {
    for (const index of members) reasons[index] = places === 0 ? FULL : NOT_CHOSEN;
    for (const drawnFrom of [pool, window]) for (const index of drawnFrom) reasons[index] = NOT_SAMPLED;
    for (const drawn of [exploited, explored]) for (const index of drawn) reasons[index] = 0;
  }
  return reasons;
}

function noteOf({ preferredSeconds }: OortView, draws: readonly OortDraw[], exploration: number): string {
  const sum = (count: (draw: OortDraw) => number) => draws.reduce((total, draw) => total + count(draw), 0);
  const exploited = `${sum((draw) => draw.exploited.length)} of ${sum((draw) => draw.scoredCount)} explored clients`;
  const explored = `${sum((draw) => draw.explored.length)} of ${sum((draw) => draw.unexploredCount)} others`;
  const share = formatProbability(exploration);
  const preferred = Number.isFinite(preferredSeconds)
    ? `rounds of ${formatSeconds(preferredSeconds)} are preferred`
    : "no round is too long";
  return `Oort exploits ${exploited} and explores ${explored} (exploration ${share}); ${preferred}.`;
}
