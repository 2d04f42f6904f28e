// The seam of selection: what a policy is, what it is shown and what it answers. A policy is a pure reducer: its state goes in and
// comes out, every random draw follows from the request's seed. What it must be told is part of its type: a policy that needs
// static specs alone has no function through which a measured time could reach it.

import type { ServiceLevelObjective } from "../types.ts";
import type { CandidateTable } from "./candidate-table.ts";

/**
 * What a policy must be told besides the candidates.
 *
 * - "static-specs": nothing. Forecasts, labels, and its own past choices.
 * - "history": how the clients that it selected fared: times, losses, failures.
 * - "monitoring": what clients are asked before every round: their loss, whether they will stay.
 * - "truth": how long everybody will take. Only a simulation knows.
 */
export type PolicyNeed = "static-specs" | "history" | "monitoring" | "truth";

/** One round's question. */
export interface SelectionRequest {
  /** 1 for the first round. */
  readonly round: number;
  /** The run's. Draws follow from it, the round and the client (draws.ts). */
  readonly seed: number;
  readonly slo: ServiceLevelObjective;
  readonly candidates: CandidateTable;
  /** So many clients can be given work at most; absent: any number. Only `withinPlaces` looks at it. */
  readonly places?: number | undefined;
}

/** How a round ends; at its deadline at the latest, where there is one. */
export type RoundEnd =
  | { readonly kind: "deadline" }
  /** The first `updates` count, the rest is cut off. */
  | { readonly kind: "first"; readonly updates: number }
  /** However long they take. An aggregator keeps its deadline all the same, so that no round waits for ever. */
  | { readonly kind: "all" };

/** The objective of a round: at least so many updates on time, with this probability or more. */
export interface RoundObjective {
  readonly updates: number;
  readonly probability: number;
}

/** One round's answer, in columns: entry i is about candidate i of the request. */
export interface Selection {
  /** Index into `selectionReasonCodes`; 0 is selected. */
  readonly reasons: Uint8Array;
  /**
   * Completes "Selected: ..." or "Skipped: ...", computed only for those whose reason is read.
   *
   * @param chance "it should take about 3.1 s and meets the deadline of 30 s with 62.0 % probability", of the final forecast.
   */
  readonly because: (index: number, chance: string) => string;
  /** Absent: the round ends at its deadline. */
  readonly roundEnd?: RoundEnd | undefined;
  /** The deadline that the policy sets, where it is not the objective's. */
  readonly deadlineSeconds?: number | undefined;
  /** Work that is less than the run's settings, for those of whom less is asked. */
  readonly work?: ReadonlyMap<number, { readonly exampleCount: number; readonly epochs: number }> | undefined;
  /** What the round is to reach and the probability with which it does, for a policy that looks at the round as a whole. */
  readonly objective?: (RoundObjective & { readonly reached: number }) | undefined;
  /** A sentence about the round as a whole, for people. */
  readonly note?: string | undefined;
}

/** How one selected client fared. Only policies that need history see it. */
export interface ClientFeedback {
  /** The client's, as in the candidates' `slots`. */
  readonly slot: number;
  /** Whether its update came by the deadline and was used. */
  readonly onTime: boolean;
  /** From dispatch to its end, at the deadline at the latest. */
  readonly latencySeconds: number;
  readonly exampleCount: number;
  /** Mean loss of its training; null if it did not report. */
  readonly trainingLoss: number | null;
  /** sqrt(mean of the examples' squared losses); null where it is not measured. */
  readonly rootMeanSquareLoss: number | null;
}

export interface RoundFeedback {
  readonly round: number;
  readonly deadlineSeconds: number;
  /** On the round's clock, from dispatch to its end. */
  readonly roundSeconds: number;
  /** One for each selected client. */
  readonly clients: readonly ClientFeedback[];
}

/** What clients answer before a round; entries by slot. NaN or 255: not asked or not answered. */
export interface Monitoring {
  /** Loss of the current global model on the client's own data. */
  readonly losses: Float64Array | null;
  /** 1 if the client says that it will still be there in the next round, 0 if not. */
  readonly staysNextRound: Uint8Array | null;
}

/** How long the round would take each client; entries by slot. Infinity: it never reports. */
export interface Truth {
  readonly roundSeconds: Float64Array;
}

export interface MonitoredRequest extends SelectionRequest {
  readonly monitoring: Monitoring;
}

export interface TrueRequest extends SelectionRequest {
  readonly truth: Truth;
}

/** A choice and the state after it. */
export interface Choice<State> {
  readonly selection: Selection;
  readonly state: State;
}

interface PolicyBase<State> {
  readonly name: string;
  /** The state before the first round: plain data, so that it can be written down. */
  readonly begin: () => State;
}

export interface StaticPolicy<State> extends PolicyBase<State> {
  readonly needs: "static-specs";
  readonly select: (request: SelectionRequest, state: State) => Choice<State>;
}

export interface LearningPolicy<State> extends PolicyBase<State> {
  readonly needs: "history";
  readonly select: (request: SelectionRequest, state: State) => Choice<State>;
  readonly learn: (state: State, feedback: RoundFeedback) => State;
}

export interface MonitoringPolicy<State> extends PolicyBase<State> {
  readonly needs: "monitoring";
  /** Places of the candidates whose loss it wants to know; absent: nobody's. Whoever asks clients spares the others. */
  readonly asksLossOf?: ((request: SelectionRequest, state: State) => Uint32Array) | undefined;
  readonly select: (request: MonitoredRequest, state: State) => Choice<State>;
  readonly learn?: ((state: State, feedback: RoundFeedback) => State) | undefined;
}

export interface OraclePolicy<State> extends PolicyBase<State> {
  readonly needs: "truth";
  readonly select: (request: TrueRequest, state: State) => Choice<State>;
}

export type PolicyDefinition<State> =
  | StaticPolicy<State>
  | LearningPolicy<State>
  | MonitoringPolicy<State>
  | OraclePolicy<State>;

/** What a running policy remembers, so that a run can be stopped and go on. */
export interface PolicyMemory {
  /** Plain data and typed arrays; `v8.serialize` keeps it. */
  read(): unknown;
  /** @param state what `read` of the same policy, set in the same way, gave. */
  write(state: unknown): void;
}

interface RunningPolicy {
  readonly name: string;
  readonly memory: PolicyMemory;
}

/** A policy in a run: the definition with its state inside. One a run. */
export type SelectionPolicy = RunningPolicy &
  (
    | { readonly needs: "static-specs"; select(request: SelectionRequest): Selection }
    | {
        readonly needs: "history";
        select(request: SelectionRequest): Selection;
        learn(feedback: RoundFeedback): void;
      }
    | {
        readonly needs: "monitoring";
        /** Places of the candidates whose loss it wants to know in this round. */
        asksLossOf(request: SelectionRequest): Uint32Array;
        select(request: MonitoredRequest): Selection;
        learn(feedback: RoundFeedback): void;
      }
    | { readonly needs: "truth"; select(request: TrueRequest): Selection }
  );

/** A new run of a policy, from its first state. */
export function startPolicy<State>(definition: PolicyDefinition<State>): SelectionPolicy {
  let state = definition.begin();
  const keep = ({ selection, state: next }: Choice<State>): Selection => {
    state = next;
    return selection;
  };
  const { name } = definition;
  const memory: PolicyMemory = {
    read: () => state,
    write: (remembered) => {
      state = remembered as State;
    },
  };
  switch (definition.needs) {
    case "static-specs":
      return { name, memory, needs: definition.needs, select: (request) => keep(definition.select(request, state)) };
    case "truth":
      return { name, memory, needs: definition.needs, select: (request) => keep(definition.select(request, state)) };
    case "history":
      return {
        name,
        memory,
        needs: definition.needs,
        select: (request) => keep(definition.select(request, state)),
        learn: (feedback) => {
          state = definition.learn(state, feedback);
        },
      };
    case "monitoring":
      return {
        name,
        memory,
        needs: definition.needs,
        asksLossOf: (request) => definition.asksLossOf?.(request, state) ?? new Uint32Array(0),
        select: (request) => keep(definition.select(request, state)),
        learn: (feedback) => {
          state = definition.learn?.(state, feedback) ?? state;
        },
      };
  }
}
