// The vocabulary of the fault matrix.

export const faults = [
  "kill -9 server",
  "kill -9 agent",
  "partition",
  "frozen agent",
  "half upload",
  "duplicate upload",
  "late upload",
  "disk full",
  "torn checkpoint",
  "clock jump",
] as const;
export type Fault = (typeof faults)[number];

/** Where in a round it strikes; registration is before the first. */
export const phases = ["registration", "dispatch", "training", "upload", "aggregation", "checkpoint"] as const;
export type Phase = (typeof phases)[number];

/** The round in which faults strike, registration apart. */
export const STRUCK_ROUND = 2;
export const ROUNDS = 3;
export const AGENTS = 3;
/** The agent that faults of one agent strike. */
export const STRUCK_AGENT = 2;

export const agentName = (number: number): string => `agent-${number}`;

/** What a cell of the matrix came to. */
export interface CellResult {
  readonly fault: Fault;
  readonly phase: Phase;
  /** A sentence on what happened. */
  readonly outcome: string;
  /** From the strike to the end of the struck round; see `recovery-time.ts` for what that is outside a round. Null: there was no end. */
  readonly recoverySeconds: number | null;
  /** Of the undisturbed run, from the same moment to the same end. */
  readonly undisturbedSeconds: number;
  /** Updates whose client was told that they were accepted, and which are in no round's model. */
  readonly lostUpdates: number;
  /** Updates that are in a model twice. */
  readonly doubleCounted: number;
  /** What was not as it must be; empty: the cell holds. */
  readonly problems: readonly string[];
}
