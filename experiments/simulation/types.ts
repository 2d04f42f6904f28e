// What a simulation is made of: the fleet as its aggregator knows it, the truth that only the simulation knows, and who is there.

import type { CandidateColumns, FleetDevice } from "../../selection/latency/forecast-columns.ts";
import type { ClientWork } from "../../selection/types.ts";
import type { TrueDuration } from "../replay/replay-policy.ts";

/**
 * Where the truth of an experiment comes from. Never mixed; every figure names its level.
 *
 * - L0: the forecaster's own law. Circular: only tests use it.
 * - L1: a layer-wise model of device and link that the forecaster does not share.
 * - L2: measured training times and measured links.
 * - L3: real processes.
 */
export type TruthLevel = "L0" | "L1" | "L2" | "L3";

/** A fleet in columns: entry i is about client i, whose slot is i and whose id is `clientIdOf(i)`. Treat arrays as read-only. */
export interface Fleet {
  readonly size: number;
  /** The distinct devices. */
  readonly devices: readonly FleetDevice[];
  /** What the clients state about themselves. */
  readonly columns: CandidateColumns;
  /** `hashText` of the ids. */
  readonly keys: Uint32Array;
  readonly groupNames: readonly string[];
  /** Index into `groupNames`. */
  readonly groups: Uint8Array;
  readonly linkNames: readonly string[];
  /** Index into `linkNames`. */
  readonly links: Uint8Array;
  /** Index of the measured line that a client's link is, among those of its link's name; -1: it is none of the measured. */
  readonly lines: Int16Array;
  readonly contact: ContactPlan | null;
  /** The clients' sites; null: they have none. */
  readonly sites: Uint32Array | null;
}

/** When clients can be reached, known in advance. */
export interface ContactPlan {
  /** Seconds from `nowSeconds` until client `client` can be reached; 0 if it can be now. */
  secondsUntilContact(client: number, nowSeconds: number): number;
}

/** How long clients really take. The same client, round and work always take the same time, whoever asks: policies share their luck. */
export interface FleetTruth {
  readonly level: TruthLevel;
  /** A sentence each: what the times of computers and links rest on, and every assumption on top of it. */
  readonly sources: readonly string[];
  /**
   * From dispatch, without a wait for contact. Infinity in an upload: it never arrives.
   *
   * @param slowed what becomes of the seconds of computing, if anything: the upload begins after them.
   */
  durationOf(
    client: number,
    round: number,
    work: ClientWork,
    slowed?: (computeSeconds: number) => number,
  ): TrueDuration;
}

/** Who is there. Time only goes forward. */
export interface Presence {
  /** The clients that are there at `nowSeconds`, in rising order. */
  presentAt(nowSeconds: number): Uint32Array;
  /** Seconds from the latest `presentAt` until the client goes away; Infinity: it stays. */
  staysSeconds(client: number): number;
  /** Plain data and typed arrays, for a run that is stopped and goes on. */
  read(): unknown;
  write(state: unknown): void;
}

/** What selected clients spent, by unit. */
export interface Spending {
  readonly deviceSeconds: number;
  readonly flop: number;
  /** Design power times device-seconds; devices of unknown power count with 0. */
  readonly joules: number;
  /** Moved either way. */
  readonly bytes: number;
}

/** One round of a run. */
export interface RoundRecord {
  readonly round: number;
  /** Virtual seconds since the start of the run. */
  readonly startedSeconds: number;
  readonly seconds: number;
  readonly presentCount: number;
  readonly selectedCount: number;
  /** Came in time and were aggregated. */
  readonly completedCount: number;
  readonly lateCount: number;
  /** In time, but the round had closed. */
  readonly surplusCount: number;
  /** Went away, or lost their link. */
  readonly lostCount: number;
  /** Sum of the selected clients' p_i. */
  readonly expectedOnTimeCount: number;
  /** P(N >= k) as the policy states it; null: it states none. */
  readonly statedRoundProbability: number | null;
  readonly useful: Spending;
  readonly wasted: Spending;
  /** Examples in the aggregated updates. */
  readonly usefulExamples: number;
  /** Of the global model after the round; absent where it was not evaluated. */
  readonly evaluation?: { readonly loss: number; readonly accuracy: number } | undefined;
}

export function clientIdOf(client: number): string {
  return `client-${client}`;
}

/** @param clientId as `clientIdOf` gives it. */
export function clientOf(clientId: string): number {
  return Number(clientId.slice("client-".length));
}
