// E3CS (Huang et al. 2020, "Stochastic client selection for federated learning with volatile clients", arXiv 2011.08756): an
// adversarial bandit (Exp3) learns which clients deliver, and a quota keeps a place for those that rarely do.

import { drawsOf } from "../../../policy/draws.ts";
import { codeOf } from "../../../policy/impossibility.ts";
import { numberColumn } from "../../../policy/number-column.ts";
import type { LearningPolicy, RoundFeedback, Selection, SelectionRequest } from "../../../policy/policy.ts";
import { priorityLevels } from "../../../policy/priority-levels.ts";
import { indicesWhere } from "../../../policy/ranking.ts";
import { formatProbability } from "../../../quantities.ts";
import { type SampleOptions, sampleSize } from "../../baselines/random.ts";
import { allocateProbabilities } from "./allocate-probabilities.ts";
import { systematicSample } from "./systematic-sample.ts";

const NOT_SAMPLED = codeOf("not-sampled");

export const e3csQuotas = ["none", "half", "most", "increasing"] as const;

export interface E3csOptions extends SampleOptions {
  /** What everybody is sure of: 0, 0.5 k/K, 0.8 k/K, or 0 in the first quarter of the horizon and k/K after it. */
  readonly quota: (typeof e3csQuotas)[number];
  /** eta, > 0. */
  readonly learningRate: number;
  /** How many rounds the run has, for the quota "increasing". */
  readonly horizonRounds?: number | undefined;
}

/** A client whose outcome is to be learnt from. */
interface Asked {
  readonly slot: number;
  /** p_i of its round. */
  readonly probability: number;
}

export interface E3csState {
  /** ln w_i by slot; 0 beyond the end. */
  readonly logWeights: Float64Array;
  /** Those of the last round that were drawn and not capped. */
  readonly asked: readonly Asked[];
  /** (k - K sigma) / K of the last round. */
  readonly gain: number;
}

/** What is less cannot be drawn but by rounding, and would be divided by. */
const LEAST_PROBABILITY = 2 ** -53;

/** @example startPolicy(e3csPolicy({ cohortSize: 20, share: 0.5, quota: "half", learningRate: 0.5 })) */
export function e3csPolicy(options: E3csOptions): LearningPolicy<E3csState> {
  return {
    name: "e3cs",
    needs: "history",
    begin: () => ({ logWeights: new Float64Array(0), asked: [], gain: 0 }),
    select: (request, { logWeights }) => {
      const { slots, impossibilities } = request.candidates;
      const contest = contestOf(request, options);
      const drawn = drawLots(request, contest, logWeights, options);
      const chosen = new Set([...contest.outright, ...drawn.winners]);
      const reasons = impossibilities.map((code) => code || NOT_SAMPLED);
      for (const index of chosen) reasons[index] = 0;
      const because = wordsFor(contest, drawn, chosen);
      const asked = drawn.winners
        .filter((index) => !drawn.capped.has(index))
        .map((index) => ({ slot: slots[index] as number, probability: drawn.probabilities[index] as number }));
      return { selection: { reasons, because }, state: { logWeights, asked, gain: drawn.gain } };
    },
    learn: (state, feedback) => learnFrom(state, feedback, options.learningRate),
  };
}

/** w_i is multiplied by exp(eta (k - K sigma) / K * x_i / p_i), x_i = 1 for an update in time, else 0. */
function learnFrom(state: E3csState, { clients }: RoundFeedback, learningRate: number): E3csState {
  const delivered = new Set(clients.filter(({ onTime }) => onTime).map(({ slot }) => slot));
  const rewarded = state.asked.filter(({ slot }) => delivered.has(slot));
  const size = rewarded.reduce((largest, { slot }) => Math.max(largest, slot + 1), state.logWeights.length);
  const logWeights = new Float64Array(size);
  logWeights.set(state.logWeights);
  for (const { slot, probability } of rewarded) {
    const estimate = 1 / Math.max(probability, LEAST_PROBABILITY);
    logWeights[slot] = (logWeights[slot] as number) + learningRate * state.gain * estimate;
  }
  return { logWeights, asked: [], gain: 0 };
}

/** Who draws lots, and for how many places. */
interface Contest {
  /** Of them a rule's priority already chose everybody. */
  readonly outright: Uint32Array;
  /** In an order that depends on the draws alone, so that sums are the same whatever the candidates' order. */
  readonly members: Uint32Array;
  readonly places: number;
}

function contestOf({ candidates, ...request }: SelectionRequest, options: SampleOptions): Contest {
  const { size, keys, impossibilities, priorities } = candidates;
  const order = drawsOf(request, "e3cs order");
  const draws = numberColumn(keys, order);
  const eligible = indicesWhere(size, (index) => impossibilities[index] === 0);
  const outright: number[] = [];
  const count = sampleSize(options, eligible.length);
  for (const members of priorityLevels(eligible, priorities)) {
    const places = count - outright.length;
    if (members.length >= places) {
      members.sort((a, b) => (draws[a] as number) - (draws[b] as number) || a - b);
      return { outright: Uint32Array.from(outright), members, places };
    }
    for (const index of members) outright.push(index);
  }
  return { outright: Uint32Array.from(outright), members: new Uint32Array(0), places: 0 };
}

interface Lots {
  readonly winners: readonly number[];
  readonly capped: ReadonlySet<number>;
  /** By candidate; NaN for those that took no part. */
  readonly probabilities: Float64Array;
  readonly quota: number;
  readonly gain: number;
}

function drawLots(
  { candidates, ...request }: SelectionRequest,
  { members, places }: Contest,
  logWeights: Float64Array,
  options: E3csOptions,
): Lots {
  const quota = quotaOf(options, request.round, members.length === 0 ? 0 : places / members.length);
  const known = numberColumn(members, (index) => logWeights[candidates.slots[index] as number] ?? 0);
  const allocation = allocateProbabilities({ logWeights: known, count: places, quota });
  const start = drawsOf(request, "e3cs start")(0);
  const sample = systematicSample({ probabilities: allocation.probabilities, count: places, start });
  const probabilities = new Float64Array(candidates.size).fill(Number.NaN);
  members.forEach((index, at) => {
    probabilities[index] = allocation.probabilities[at] as number;
  });
  return {
    winners: Array.from(sample, (at) => members[at] as number),
    capped: new Set(members.filter((_, at) => allocation.isCapped[at] === 1)),
    probabilities,
    quota,
    gain: members.length === 0 ? 0 : Math.max(0, places - members.length * quota) / members.length,
  };
}

/** sigma, where everybody's fair share is k / K. */
function quotaOf({ quota, horizonRounds = 0 }: E3csOptions, round: number, fairShare: number): number {
  switch (quota) {
    case "none":
      return 0;
    case "half":
      return 0.5 * fairShare;
    case "most":
      return 0.8 * fairShare;
    case "increasing":
      return round <= horizonRounds / 4 ? 0 : fairShare;
  }
}

function wordsFor({ members, places }: Contest, lots: Lots, chosen: ReadonlySet<number>): Selection["because"] {
  const won = new Set(lots.winners);
  const prize = `${places === 1 ? "the one place" : `one of ${places} places`} among ${members.length} clients`;
  return (index, chance) => {
    if (chosen.has(index) && !won.has(index)) return `a rule puts it first, before lots are drawn; ${chance}`;
    const probability = lots.probabilities[index] as number;
    if (Number.isNaN(probability)) {
      return `the ${chosen.size} places went to clients that a rule puts first; ${chance}`;
    }
    const odds = `${formatProbability(probability)} probability (${formatProbability(lots.quota)} is everybody's quota)`;
    const lot = won.has(index) ? "drawn" : "not drawn";
    return `it had ${odds} for ${prize}, by how often it delivered, and was ${lot}; ${chance}`;
  };
}
