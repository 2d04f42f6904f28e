// Power-of-choice (Cho, Wang & Joshi, arXiv 2010.01243): of d clients drawn in proportion to their data, the m with the largest local
// loss. pow-d asks the d for their loss before the round; rpow-d takes the loss that each reported when it last trained.

import { drawsOf, exponentialKey } from "../../policy/draws.ts";
import { codeOf } from "../../policy/impossibility.ts";
import { numberColumn } from "../../policy/number-column.ts";
import type {
  LearningPolicy,
  MonitoringPolicy,
  RoundFeedback,
  Selection,
  SelectionRequest,
} from "../../policy/policy.ts";
import { firstOf, indicesWhere } from "../../policy/ranking.ts";
import { type SampleOptions, sampleSize } from "../baselines/random.ts";

const NOT_SAMPLED = codeOf("not-sampled");
const NOT_CHOSEN = codeOf("not-chosen");
const UNSEEN = Number.POSITIVE_INFINITY;

export interface PowerOfChoiceOptions extends SampleOptions {
  /** d / m, from 1. Larger is more biased towards large losses. */
  readonly candidateFactor: number;
}

/**
 * pow-d. Clients that gave no answer are not chosen, so a round without polling chooses nobody and says so.
 *
 * @example startPolicy(powerOfChoicePolicy({ cohortSize: 10, share: 0.5, candidateFactor: 2 }))
 */
export function powerOfChoicePolicy(options: PowerOfChoiceOptions): MonitoringPolicy<null> {
  return {
    name: "power-of-choice",
    needs: "monitoring",
    begin: () => null,
    asksLossOf: (request) => drawnByData(request, options),
    select: (request) => {
      const { losses } = request.monitoring;
      if (losses === null) return { selection: nobodyAsked(request), state: null };
      const known = {
        of: (slot: number) => losses[slot] ?? Number.NaN,
        inWords: (loss: number) => `a loss of ${formatLoss(loss)}`,
      };
      return { selection: largestLosses(request, options, known), state: null };
    },
  };
}

export interface ReportedLosses {
  /** The last reported mean training loss, by slot; NaN, and beyond the end: none yet. */
  readonly losses: Float64Array;
}

/** rpow-d: nobody is asked. A client that never reported counts as one of infinite loss, so it is tried first. */
export function reportedPowerOfChoicePolicy(options: PowerOfChoiceOptions): LearningPolicy<ReportedLosses> {
  return {
    name: "reported-power-of-choice",
    needs: "history",
    begin: () => ({ losses: new Float64Array(0) }),
    select: (request, state) => {
      const known = {
        of: (slot: number) => {
          const loss = state.losses[slot] ?? Number.NaN;
          return Number.isNaN(loss) ? UNSEEN : loss;
        },
        inWords: (loss: number) =>
          loss === UNSEEN ? "no loss yet (it counts as the largest)" : `a last reported loss of ${formatLoss(loss)}`,
      };
      return { selection: largestLosses(request, options, known), state };
    },
    learn: withReports,
  };
}

function withReports({ losses }: ReportedLosses, { clients }: RoundFeedback): ReportedLosses {
  const size = clients.reduce((largest, { slot }) => Math.max(largest, slot + 1), losses.length);
  const next = new Float64Array(size).fill(Number.NaN);
  next.set(losses);
  for (const { slot, trainingLoss } of clients) {
    if (trainingLoss !== null) next[slot] = trainingLoss;
  }
  return { losses: next };
}

/**
 * The d candidates of a round: whom pow-d has to ask. Drawn one after the other in proportion to their examples, without
 * replacement; by the request's seed, so that whoever asks them and the policy draw the same.
 */
export function drawnByData(request: SelectionRequest, options: PowerOfChoiceOptions): Uint32Array {
  const { keys, exampleCounts, priorities } = request.candidates;
  const eligible = possible(request);
  const cohort = cohortOf(request, options);
  const count = Math.max(cohort, Math.round(options.candidateFactor * cohort));
  const draw = drawsOf(request, "power-of-choice data");
  const weights = numberColumn(keys, (key, index) => -exponentialKey(draw(key), exampleCounts[index] as number));
  const drawOf = (index: number) => draw(keys[index] as number);
  return firstOf({ eligible, weights, priorities, drawOf }, Math.min(count, eligible.length));
}

function possible({ candidates }: SelectionRequest): Uint32Array {
  return indicesWhere(candidates.size, (index) => candidates.impossibilities[index] === 0);
}

/** m: of those that can take part at all. */
function cohortOf(request: SelectionRequest, options: SampleOptions): number {
  return sampleSize(options, possible(request).length);
}

interface Losses {
  /** By slot; NaN for a client that cannot be chosen. */
  readonly of: (slot: number) => number;
  /** Continues "with ...". */
  readonly inWords: (loss: number) => string;
}

function largestLosses(request: SelectionRequest, options: PowerOfChoiceOptions, known: Losses): Selection {
  const { slots, keys, impossibilities, priorities } = request.candidates;
  const losses = numberColumn(slots, known.of);
  const drawn = drawnByData(request, options);
  const count = cohortOf(request, options);
  const draw = drawsOf(request, "power-of-choice ties");
  const chosen = firstOf(
    {
      eligible: drawn.filter((index) => !Number.isNaN(losses[index])),
      weights: losses,
      priorities,
      drawOf: (index) => draw(keys[index] as number),
    },
    count,
  );
  const reasons = impossibilities.map((code) => code || NOT_SAMPLED);
  for (const index of drawn) reasons[index] = NOT_CHOSEN;
  for (const index of chosen) reasons[index] = 0;
  return { reasons, because: wordsFor(request, { reasons, losses, drawn, chosen, inWords: known.inWords }) };
}

function wordsFor(
  { candidates }: SelectionRequest,
  round: {
    readonly reasons: Uint8Array;
    readonly losses: Float64Array;
    readonly drawn: Uint32Array;
    readonly chosen: Uint32Array;
    readonly inWords: Losses["inWords"];
  },
): Selection["because"] {
  const { reasons, losses, drawn, chosen, inWords } = round;
  const { exampleCounts, size, priorities } = candidates;
  const everybody = `the ${drawn.length} of ${size} clients drawn in proportion to their data`;
  const order = priorities === null ? "by loss" : "by rules' priorities and loss";
  const last = chosen[chosen.length - 1];
  return (index, chance) => {
    if (reasons[index] === NOT_SAMPLED) {
      return `with ${exampleCounts[index]} examples it is not among ${everybody}; ${chance}`;
    }
    const loss = losses[index] as number;
    if (Number.isNaN(loss)) return `it is among ${everybody} but gave no loss when asked; ${chance}`;
    const isChosen = reasons[index] === 0;
    const edge = isChosen || last === undefined ? "" : `, the last of which has ${inWords(losses[last] as number)}`;
    const place = `${isChosen ? "is" : "is not"} among the first ${chosen.length} ${order}${edge}`;
    return `with ${inWords(loss)} it ${place}, of ${everybody}; ${chance}`;
  };
}

function nobodyAsked({ candidates }: SelectionRequest): Selection {
  return {
    reasons: candidates.impossibilities.map((code) => code || NOT_CHOSEN),
    because: () => "nobody was asked for its loss; use reported-power-of-choice, which asks for none",
  };
}

/** @example formatLoss(0.123456) // "0.123" */
function formatLoss(loss: number): string {
  return loss === Number.POSITIVE_INFINITY ? "beyond all bounds" : String(Number(loss.toPrecision(3)));
}
