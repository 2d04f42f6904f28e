// REFL's participant selection (Abdelmoniem et al., "REFL: Resource-Efficient Federated Learning", EuroSys 2023): clients that are
// about to leave go first, and no place is given for which a late update is expected. What is done with late updates, its
// stale-synchronous aggregation, is the aggregation's and no part of this.

import { drawsOf } from "../../policy/draws.ts";
import { codeOf } from "../../policy/impossibility.ts";
import { numberColumn } from "../../policy/number-column.ts";
import type {
  LearningPolicy,
  MonitoredRequest,
  MonitoringPolicy,
  RoundFeedback,
  Selection,
} from "../../policy/policy.ts";
import { firstOf, indicesWhere } from "../../policy/ranking.ts";
import { formatSeconds } from "../../quantities.ts";
import { type SampleOptions, sampleSize } from "../baselines/random.ts";

const NOT_SAMPLED = codeOf("not-sampled");
const NOT_CHOSEN = codeOf("not-chosen");

export interface ReflOptions extends SampleOptions {
  /** "discarded": nothing is expected of a client that missed its round; the target is m in every round. */
  readonly lateUpdates: "expected" | "discarded";
  /** The least target as a share of m, 0 to 1. */
  readonly leastTargetShare: number;
  /** alpha, 0 to 1: how much of the mean round duration is kept in the next. */
  readonly memory: number;
}

/** An update that is awaited. */
interface Awaited {
  readonly slot: number;
  /** Until it should come, from the state's moment on. */
  readonly seconds: number;
}

export interface ReflState {
  /** mu; null before the first round. */
  readonly meanRoundSeconds: number | null;
  /** Those of the round under way, from its start. */
  readonly asked: readonly Awaited[];
  /** Those that missed their round; from the end of the last round. */
  readonly late: readonly Awaited[];
}

/**
 * @example startPolicy(reflPolicy({ cohortSize: 10, share: 0.5, lateUpdates: "expected", leastTargetShare: 0.5, memory: 0.25 }))
 */
export function reflPolicy(
  options: ReflOptions,
): MonitoringPolicy<ReflState> & Pick<LearningPolicy<ReflState>, "learn"> {
  return {
    name: "refl",
    needs: "monitoring",
    begin: () => ({ meanRoundSeconds: null, asked: [], late: [] }),
    select: (request, state) => {
      const { selection, chosen } = choose(request, state, options);
      const asked = options.lateUpdates === "expected" ? awaitedOf(request, chosen) : [];
      return { selection, state: { ...state, asked } };
    },
    learn: (state, feedback) => learnFrom(state, feedback, options.memory),
  };
}

/**
 * How many clients a round selects: max(1, ceil(c m), m - b), b the number of late updates that are expected within the mean
 * duration of a round.
 *
 * @example adaptedTarget({ meanRoundSeconds: 30, asked: [], late: [{ slot: 4, seconds: 12 }] }, 8, 0.5) // 7
 */
export function adaptedTarget(state: ReflState, cohortSize: number, leastShare: number): number {
  const least = Math.max(1, Math.ceil(leastShare * cohortSize));
  return Math.min(cohortSize, Math.max(least, cohortSize - expectedToLand(state)));
}

function expectedToLand({ meanRoundSeconds, late }: ReflState): number {
  return late.filter(({ seconds }) => seconds <= (meanRoundSeconds ?? 0)).length;
}

/** mu' = (1 - alpha) D + alpha mu; what is overdue at the round's end is no longer expected. */
function learnFrom(
  state: ReflState,
  { clients, roundSeconds, deadlineSeconds }: RoundFeedback,
  memory: number,
): ReflState {
  // A round that asked nobody lasted no time and tells nothing.
  if (clients.length === 0) return { ...state, asked: [] };
  const mean = state.meanRoundSeconds ?? roundSeconds;
  // A client that ended before the deadline without an update has failed: nothing more will come.
  const cutOff = new Set(
    clients.filter((client) => !client.onTime && client.latencySeconds >= deadlineSeconds).map(({ slot }) => slot),
  );
  const late = [...state.late, ...state.asked.filter(({ slot }) => cutOff.has(slot))]
    .map(({ slot, seconds }) => ({ slot, seconds: seconds - roundSeconds }))
    .filter(({ seconds }) => seconds > 0);
  return { meanRoundSeconds: (1 - memory) * roundSeconds + memory * mean, asked: [], late };
}

function choose(
  request: MonitoredRequest,
  state: ReflState,
  options: ReflOptions,
): { readonly selection: Selection; readonly chosen: Uint32Array } {
  const { slots, keys, size, impossibilities, priorities } = request.candidates;
  const { staysNextRound } = request.monitoring;
  const awaited = new Map(state.late.map(({ slot, seconds }) => [slot, seconds]));
  const isLeaving = (index: number) => staysNextRound?.[slots[index] as number] === 0;
  const possible = indicesWhere(size, (index) => impossibilities[index] === 0);
  const eligible = possible.filter((index) => !awaited.has(slots[index] as number));
  const cohortSize = sampleSize(options, possible.length);
  const target = adaptedTarget(state, cohortSize, options.leastTargetShare);
  const draw = drawsOf(request, "refl");
  const chosen = firstOf(
    {
      eligible,
      weights: numberColumn(slots, (_, index) => (isLeaving(index) ? 1 : 0)),
      priorities,
      drawOf: (index) => draw(keys[index] as number),
    },
    target,
  );
  const reasons = Uint8Array.from(impossibilities);
  for (const index of possible) reasons[index] = NOT_CHOSEN;
  for (const index of eligible) reasons[index] = NOT_SAMPLED;
  for (const index of chosen) reasons[index] = 0;
  const leaving = eligible.filter(isLeaving).length;
  const because = wordsFor(request, { reasons, chosen, eligible, leaving, awaited });
  const note = target < cohortSize ? noteOf(state, cohortSize, target) : undefined;
  return { selection: { reasons, because, note }, chosen };
}

/** By the forecasts at mean utilisation. */
function awaitedOf({ candidates }: MonitoredRequest, chosen: Uint32Array): Awaited[] {
  const { downloadSeconds, computeSeconds, uploadSeconds } = candidates.times();
  return Array.from(chosen, (index) => ({
    slot: candidates.slots[index] as number,
    seconds: (downloadSeconds[index] as number) + (computeSeconds[index] as number) + (uploadSeconds[index] as number),
  }));
}

function wordsFor(
  { candidates, monitoring }: MonitoredRequest,
  round: {
    readonly reasons: Uint8Array;
    readonly chosen: Uint32Array;
    readonly eligible: Uint32Array;
    readonly leaving: number;
    readonly awaited: ReadonlyMap<number, number>;
  },
): Selection["because"] {
  const { reasons, chosen, eligible, leaving, awaited } = round;
  const { slots } = candidates;
  const { staysNextRound } = monitoring;
  const stay = (slot: number) => {
    if (staysNextRound === null) return "nobody was asked how long it stays, so everybody is taken to stay";
    if (staysNextRound[slot] === 0) return "it says that it will be gone in the next round, and such clients go first";
    return `it ${staysNextRound[slot] === 1 ? "says that it stays" : "did not say how long it stays and is taken to stay"}`;
  };
  const draw = `in drawing ${chosen.length} of ${eligible.length} clients at random, ${leaving} about to leave before the others`;
  return (index, chance) => {
    const slot = slots[index] as number;
    const seconds = awaited.get(slot);
    if (seconds !== undefined) {
      return `its late update of an earlier round is expected in ${formatSeconds(seconds)}; ${chance}`;
    }
    return `${stay(slot)}; ${reasons[index] === 0 ? "chosen" : "not chosen"} ${draw}; ${chance}`;
  };
}

function noteOf(state: ReflState, cohortSize: number, target: number): string {
  const landing = expectedToLand(state);
  const updates = landing === 1 ? "one late update is" : `${landing} late updates are`;
  const mean = formatSeconds(state.meanRoundSeconds ?? 0);
  return `${target} instead of ${cohortSize} clients, because ${updates} expected within ${mean}, the mean duration of a round.`;
}
