// What the processes of a load run are told, and what they say.

export interface ServerOrders {
  readonly agents: number;
  readonly cohortSize: number;
  readonly rounds: number;
  /** Width of the one square layer: 4 x width^2 bytes of weights. */
  readonly width: number;
  readonly folder: string;
}

/** Lines of the server's process. */
export type ServerLine =
  | { readonly kind: "listening"; readonly url: string }
  | { readonly kind: "registered"; readonly count: number }
  | { readonly kind: "round"; readonly round: number; readonly rssBytes: number; readonly heapBytes: number }
  | LoadResult;

export interface LoadResult {
  readonly kind: "result";
  /** From the first plan to the end of the last round. */
  readonly seconds: number;
  readonly completedCount: number;
  readonly selectedCount: number;
  readonly disconnectedCount: number;
  readonly refusedCount: number;
  readonly peakRssBytes: number;
}

export interface AgentOrders {
  readonly url: string;
  readonly count: number;
}
