// A policy of the user's own: one function over plain objects, fitted to the seam of policy/policy.ts. Candidates come in the order
// of their ids and random numbers from the seed and the round, so that the same round gives the same cohort wherever it is run.

import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { type RandomSource, seededRandom } from "../../foundation/random-source.ts";
import { codeOf } from "../policy/impossibility.ts";
import {
  type ClientFeedback,
  type RoundFeedback,
  type Selection,
  type SelectionPolicy,
  type SelectionRequest,
  startPolicy,
} from "../policy/policy.ts";
import type { LatencyForecast, ResolvedDevice, ServiceLevelObjective, UncertaintyTier } from "../types.ts";
import type { PolicyOptions } from "./find-policy.ts";
import { type OwnChoice, readChoices, refusal } from "./own-choices.ts";

/** A candidate as the user's function sees it. Read-only: its forecast is the one that the journal keeps. */
export interface OwnCandidate {
  readonly clientId: string;
  readonly labels: readonly string[];
  readonly exampleCount: number;
  /** p_i: that it is done by the deadline. */
  readonly deadlineProbability: number;
  /** Of its whole round at the mean utilisation; the next three are its parts. */
  readonly expectedSeconds: number;
  readonly downloadSeconds: number;
  readonly computeSeconds: number;
  readonly uploadSeconds: number;
  /** False: it lacks the memory or the energy, or its transfers alone pass the deadline. */
  readonly isPossible: boolean;
  readonly device: ResolvedDevice;
  readonly tier: UncertaintyTier;
  readonly forecast: LatencyForecast;
}

export interface OwnRequest {
  /** 1 for the first round. */
  readonly round: number;
  readonly slo: ServiceLevelObjective;
  /** By their ids, ascending. */
  readonly candidates: readonly OwnCandidate[];
  /** The only source of randomness: seeded by the run's seed and the round. */
  readonly random: RandomSource;
  /** As the run was told; undefined and {} if it was told nothing. */
  readonly cohortSize: number | undefined;
  readonly settings: unknown;
}

/** How the selected clients of a round fared, by their ids. */
export interface OwnFeedback extends Omit<RoundFeedback, "clients"> {
  readonly clients: readonly (Omit<ClientFeedback, "slot"> & { readonly clientId: string })[];
}

/** What a module exports as `select`; whom it does not return is not asked. */
export type OwnSelect = (request: OwnRequest) => readonly OwnChoice[];
/** What a module may export as `learn`: it is called after every round, so that the policy needs history. */
export type OwnLearn = (feedback: OwnFeedback) => void;

/** The functions as a module gave them: nobody has checked what they return. */
export interface OwnFunctions {
  readonly select: (request: OwnRequest) => unknown;
  readonly learn?: ((feedback: OwnFeedback) => unknown) | undefined;
}

const NOT_CHOSEN = codeOf("not-chosen");

/** Whom the last round asked, as slots and ids, and what went wrong when its outcome was told. */
interface OwnState {
  readonly clientIds: ReadonlyMap<number, string>;
  readonly failure: ProbSelectError | null;
}

/**
 * A run of the user's policy. Its `select` throws ProbSelectError selection.invalid-argument, with the module and the offending
 * value, for whatever the user's function does wrong; what `learn` throws fails the `select` after it.
 *
 * @param name of the module, for reasons and errors.
 * @example ownPolicy("all", { select: ({ candidates }) => candidates.map(({ clientId }) => clientId) })
 */
export function ownPolicy(name: string, functions: OwnFunctions, options: PolicyOptions = {}): SelectionPolicy {
  const { learn } = functions;
  if (learn === undefined) {
    const select = (request: SelectionRequest) => ({
      selection: choose(name, functions, request, options),
      state: null,
    });
    return startPolicy<null>({ name, needs: "static-specs", begin: () => null, select });
  }
  return startPolicy<OwnState>({
    name,
    needs: "history",
    begin: () => ({ clientIds: new Map(), failure: null }),
    select: (request, { failure }) => {
      if (failure) throw failure;
      const selection = choose(name, functions, request, options);
      return { selection, state: { clientIds: selectedIds(request, selection), failure: null } };
    },
    learn: (state, feedback) => ({
      ...state,
      failure: failureOf(name, () => learn(withIds(feedback, state.clientIds))),
    }),
  });
}

function choose(name: string, { select }: OwnFunctions, request: SelectionRequest, options: PolicyOptions): Selection {
  const { round, slo, seed, candidates } = request;
  const { cohortSize, settings = {} } = options;
  const random = seededRandom(seed, "own-policy", round);
  const answer = called(name, `select (round ${round})`, () =>
    select({ round, slo, candidates: candidatesOf(request), random, cohortSize, settings }),
  );
  const choices = readChoices(name, answer, request);
  const impossibilities = candidates.impossibilities;
  const reasons = Uint8Array.from(impossibilities, (code, index) => (choices.has(index) ? 0 : code || NOT_CHOSEN));
  const work = new Map([...choices].flatMap(([index, choice]) => (choice.work ? [[index, choice.work] as const] : [])));
  const because = (index: number, chance: string) => {
    const choice = choices.get(index);
    return choice ? (choice.reason ?? `${name} chose it; ${chance}`) : `${name} did not choose it; ${chance}`;
  };
  return { reasons, because, work };
}

function candidatesOf({ candidates }: SelectionRequest): readonly OwnCandidate[] {
  const own = Array.from({ length: candidates.size }, (_, index): OwnCandidate => {
    const { candidate, forecast } = candidates.candidateAt(index);
    const { downloadSeconds, computeSeconds, uploadSeconds, totalSeconds } = forecast.atMeanUtilisation;
    return {
      clientId: candidate.clientId,
      labels: candidate.labels ?? [],
      exampleCount: candidate.exampleCount,
      deadlineProbability: forecast.deadlineProbability,
      expectedSeconds: totalSeconds,
      downloadSeconds,
      computeSeconds,
      uploadSeconds,
      isPossible: candidates.impossibilities[index] === 0,
      device: candidate.device,
      tier: forecast.tier,
      forecast,
    };
  });
  return own.sort((one, other) => (one.clientId < other.clientId ? -1 : 1));
}

function selectedIds({ candidates }: SelectionRequest, { reasons }: Selection): ReadonlyMap<number, string> {
  const ids = new Map<number, string>();
  reasons.forEach((reason, index) => {
    if (reason === 0) ids.set(candidates.slots[index] as number, candidates.candidateAt(index).candidate.clientId);
  });
  return ids;
}

function withIds(feedback: RoundFeedback, clientIds: ReadonlyMap<number, string>): OwnFeedback {
  const clients = feedback.clients.flatMap(({ slot, ...fared }) => {
    const clientId = clientIds.get(slot);
    return clientId === undefined ? [] : [{ clientId, ...fared }];
  });
  return { ...feedback, clients };
}

/** A round that is over cannot fail any more, so what went wrong is kept for the next one. */
function failureOf(name: string, learn: () => unknown): ProbSelectError | null {
  try {
    called(name, "learn", learn);
    return null;
  } catch (thrown) {
    if (thrown instanceof ProbSelectError) return thrown;
    throw thrown;
  }
}

/** What the user's function returns. @throws {ProbSelectError} selection.invalid-argument if it throws, or is asynchronous. */
function called(name: string, what: string, call: () => unknown): unknown {
  let answer: unknown;
  try {
    answer = call();
  } catch (cause) {
    const place = cause instanceof Error ? /\n\s+at ([^\n]+)/.exec(cause.stack ?? "")?.[1] : undefined;
    const problem = `${messageOf(cause)}${place === undefined ? "" : ` (at ${place})`}`;
    throw refusal(name, `threw an error in ${what}: ${problem}.`, cause);
  }
  if (!(answer instanceof Promise)) return answer;
  // Nobody waits for it: its rejection is not another error.
  answer.catch(() => {});
  throw refusal(
    name,
    `returned a promise from ${what}. A policy decides at once: load what it needs when the module loads.`,
  );
}
