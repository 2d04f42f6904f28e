// What the fuzz run and its child processes tell each other.

import type { UpdateEncoding } from "../../models/compression/update-encoding.ts";

/** To the aggregator's process, as its argument. */
export interface AggregatorOrders {
  readonly folder: string;
  readonly rounds: number;
  readonly clientCount: number;
  /** Of every update; absent: they are parameter files. */
  readonly encoding?: UpdateEncoding | undefined;
}

export interface Health {
  readonly rssBytes: number;
  /** After a garbage collection, if one was asked for. */
  readonly heapBytes: number;
  /** TCP connections that are open. */
  readonly connections: number;
}

/** From the aggregator's process. */
export type AggregatorLine =
  | { readonly kind: "listening"; readonly port: number; readonly selectionPort: number }
  /** An error that is the program's own: logged as such, or left to the process. */
  | { readonly kind: "defect"; readonly what: string }
  | { readonly kind: "round"; readonly round: number; readonly status: string; readonly completed: readonly string[] }
  | ({ readonly kind: "health" } & Health)
  | { readonly kind: "finished"; readonly modelSha256: string };

/** To the agents' process, as its argument. */
export interface AgentOrders {
  readonly url: string;
  /** The first half of them really train, which is to say at once; the others emulate a device. */
  readonly clientIds: readonly string[];
}

/** From the agents' process. */
export type AgentLine =
  | { readonly kind: "ended"; readonly clientId: string; readonly reason: string }
  /** Its aggregator was away for longer than the task's lease. */
  | { readonly kind: "gave-up"; readonly clientId: string }
  | { readonly kind: "defect"; readonly what: string }
  | ({ readonly kind: "health" } & Health);
