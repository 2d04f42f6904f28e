// The candidates of a round as a policy sees them: columns of typed arrays, so that the same policy decides about eight clients in
// an aggregator and about a million in a simulation. What is dear to compute is computed when it is asked for.

import type { ClientWork, ForecastCandidate } from "../types.ts";

/** One entry a candidate; at the mean utilisation (not the mean time: E[1/eta] is not 1/E[eta]). */
export interface RoundTimes {
  /** From dispatch to the first training step, the wait for contact included. */
  readonly downloadSeconds: Float64Array;
  readonly computeSeconds: Float64Array;
  readonly uploadSeconds: Float64Array;
  /** W_i: FLOP of the whole local training. */
  readonly trainingFlop: Float64Array;
  /** P_i; NaN for an unknown device. */
  readonly peakFlopPerSecond: Float64Array;
}

/** The most work with which a client is probable enough to be on time. */
export interface AdaptedWork {
  /** Null: not even one batch. */
  readonly work: ClientWork | null;
  /** Its p_i with that work; 0 without any. */
  readonly probability: number;
}

export interface AdaptedWorkRequest {
  readonly deadlineSeconds: number;
  readonly minimumProbability: number;
  /**
   * What is reduced first: the examples of an epoch or the epochs; where that is not enough the other besides, so that whoever is
   * feasible by `leastWorkProbabilities` has some work here.
   */
  readonly reduces: "examples" | "epochs";
}

/** One entry a candidate in each column. Treat every array as read-only. */
export interface CandidateTable {
  readonly size: number;
  /** Slots are below it; clients that are away today count. */
  readonly fleetSize: number;
  /** The client's number in this run, the same in every round: what a policy remembers is kept under it. */
  readonly slots: Uint32Array;
  /** A hash of the client's identity, which its random draws follow from: they depend on no other client and no order. */
  readonly keys: Uint32Array;
  readonly exampleCounts: Float64Array;
  /** p_i by the objective's deadline. */
  readonly probabilities: Float64Array;
  /** The code of what makes it impossible (memory, energy, transfers), as in `Selection.reasons`; 0 if it is possible. */
  readonly impossibilities: Uint8Array;
  /** Higher goes first, before anything else counts; null if all are alike. */
  readonly priorities: Float64Array | null;
  /** Seconds until it can be reached; null if all can be now. */
  readonly contactSeconds: Float64Array | null;
  readonly times: () => RoundTimes;
  /** p_i by another deadline. @throws {ProbSelectError} selection.invalid-argument in a table without a latency model. */
  readonly probabilitiesBy: (deadlineSeconds: number) => Float64Array;
  /** p_i with a single batch of one epoch: whether a client is feasible at all. @throws {ProbSelectError} as `probabilitiesBy`. */
  readonly leastWorkProbabilities: (deadlineSeconds: number) => Float64Array;
  /** @throws {ProbSelectError} as `probabilitiesBy`. */
  readonly adaptedWork: (index: number, request: AdaptedWorkRequest) => AdaptedWork;
  /**
   * Clients of the same number share a cause of failure: the value of their label of that name, "site:berlin" for "site".
   * NO_GROUP (probability/correlated-tail.ts) is a client without one. Null: nobody has one.
   */
  readonly groupsBy: (labelName: string) => Uint32Array | null;
  /** The candidate as an object; its forecast is made anew in a table of columns. */
  readonly candidateAt: (index: number) => ForecastCandidate;
}
