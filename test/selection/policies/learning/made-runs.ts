// Made fleets whose clients always take the same time, and runs of learning policies on them, state by state.

import { expect } from "vitest";
import { ClientSlots } from "../../../../selection/policy/client-slots.ts";
import type { Choice, ClientFeedback, LearningPolicy, SelectionRequest } from "../../../../selection/policy/policy.ts";
import { tableOfCandidates } from "../../../../selection/policy/table-of-candidates.ts";
import type { ForecastCandidate } from "../../../../selection/types.ts";
import { candidate, forecastCandidate } from "../../support.ts";

export interface MadeClient {
  readonly clientId: string;
  readonly exampleCount: number;
  /** What static specs tell. */
  readonly forecastSeconds: number;
  /** What it always takes. */
  readonly latencySeconds: number;
  /** Of its first report. */
  readonly loss: number;
  /** It is not there before; 1 if nothing is said. */
  readonly fromRound?: number;
}

/** 100 examples, 5 s as forecast, and a loss of 1 if nothing else is said. */
export const made = (clientId: string, changes: Partial<MadeClient> = {}): MadeClient => ({
  clientId,
  exampleCount: 100,
  forecastSeconds: 5,
  latencySeconds: 5,
  loss: 1,
  ...changes,
});

/** client-0, client-1, ... */
export const many = (count: number, changes: (index: number) => Partial<MadeClient> = () => ({})) =>
  Array.from({ length: count }, (_, index) => made(`client-${index}`, changes(index)));

export interface MadeRun {
  readonly fleet: readonly MadeClient[];
  readonly rounds: number;
  readonly deadlineSeconds: number;
  readonly seed: number;
  /** A client's loss after so many reports; the same for ever if nothing is said. */
  readonly lossOf?: (client: MadeClient, reportCount: number) => number;
}

export interface PlayedRound<State> extends Choice<State> {
  readonly round: number;
  /** Places in the fleet of those selected, ascending. */
  readonly cohort: readonly number[];
  /** After the feedback. */
  readonly learned: State;
}

export function madeCandidate({ clientId, exampleCount, forecastSeconds }: MadeClient): ForecastCandidate {
  const parts = { downloadSeconds: 0, startSeconds: 0, uploadSeconds: 0 };
  const times = { computeSeconds: forecastSeconds, totalSeconds: forecastSeconds };
  const { forecast } = forecastCandidate(clientId, 0.9, { atMeanUtilisation: { ...parts, ...times } });
  return { candidate: candidate({ clientId, exampleCount }), forecast };
}

/** A request about these clients; slots are the run's. */
export function requestFor(
  fleet: readonly ForecastCandidate[],
  options: {
    readonly round: number;
    readonly seed: number;
    readonly deadlineSeconds: number;
    readonly slots: ClientSlots;
    readonly priorities?: Float64Array;
  },
): SelectionRequest {
  const { round, seed, deadlineSeconds, slots, priorities } = options;
  const slo = { deadlineSeconds, minimumProbability: 0.8 };
  return { round, seed, slo, candidates: tableOfCandidates(fleet, { slo, slots, priorities }) };
}

/** The policy, which fails the test if it changes a state that it is given. */
export function withUnchangedStates<State>(policy: LearningPolicy<State>): LearningPolicy<State> {
  const watch = <Result>(state: State, run: () => Result): Result => {
    const before = structuredClone(state);
    const result = run();
    expect(state).toEqual(before);
    return result;
  };
  return {
    ...policy,
    select: (request, state) => watch(state, () => policy.select(request, state)),
    learn: (state, feedback) => watch(state, () => policy.learn(state, feedback)),
  };
}

/** Plays the rounds one after the other. A client that takes longer than the deadline is late and reports nothing. */
export function play<State>(policy: LearningPolicy<State>, run: MadeRun): readonly PlayedRound<State>[] {
  const { fleet, seed, deadlineSeconds, lossOf = ({ loss }) => loss } = run;
  const slots = new ClientSlots();
  for (const { clientId } of fleet) slots.slotOf(clientId);
  const reportCounts = new Map<number, number>();
  const feedbackOf = (slot: number): ClientFeedback => {
    const client = fleet[slot] as MadeClient;
    if (client.latencySeconds > deadlineSeconds) return late(slot, deadlineSeconds);
    const reportCount = reportCounts.get(slot) ?? 0;
    reportCounts.set(slot, reportCount + 1);
    return onTime({ slot, ...client, loss: lossOf(client, reportCount) });
  };
  const played: PlayedRound<State>[] = [];
  let state = policy.begin();
  for (let round = 1; round <= run.rounds; round++) {
    const here = fleet.filter(({ fromRound = 1 }) => fromRound <= round).map(madeCandidate);
    const request = requestFor(here, { round, seed, deadlineSeconds, slots });
    const choice = policy.select(request, state);
    const cohort = [...request.candidates.slots].filter((_, index) => choice.selection.reasons[index] === 0);
    const clients = cohort.map(feedbackOf);
    const roundSeconds = clients.reduce((longest, { latencySeconds }) => Math.max(longest, latencySeconds), 0);
    state = policy.learn(choice.state, { round, deadlineSeconds, roundSeconds, clients });
    played.push({ ...choice, round, cohort: cohort.toSorted((a, b) => a - b), learned: state });
  }
  return played;
}

export function onTime(client: {
  readonly slot: number;
  readonly latencySeconds: number;
  readonly exampleCount: number;
  readonly loss: number;
}): ClientFeedback {
  const { slot, latencySeconds, exampleCount, loss } = client;
  return { slot, onTime: true, latencySeconds, exampleCount, trainingLoss: loss, rootMeanSquareLoss: null };
}

export function late(slot: number, latencySeconds: number): ClientFeedback {
  return { slot, onTime: false, latencySeconds, exampleCount: 0, trainingLoss: null, rootMeanSquareLoss: null };
}

/** How often each is among the chosen, over seeds from 0. */
export function timesChosen(
  seeds: number,
  chosenWith: (seed: number) => readonly number[],
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (let seed = 0; seed < seeds; seed++) {
    for (const index of chosenWith(seed)) counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return counts;
}

/** A golden file's column: null stands for NaN. */
export function columnOf(values: readonly (number | null)[]): Float64Array {
  return Float64Array.from(values, (value) => value ?? Number.NaN);
}

/** The largest difference of two entries; infinite if one is NaN and the other is not. What an array does not reach is NaN. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let largest = 0;
  for (let index = 0; index < Math.max(actual.length, expected.length); index++) {
    const [a, b] = [actual[index] ?? Number.NaN, expected[index] ?? Number.NaN];
    if (Number.isNaN(a) !== Number.isNaN(b)) return Number.POSITIVE_INFINITY;
    if (!Number.isNaN(a)) largest = Math.max(largest, Math.abs(a - b));
  }
  return largest;
}
