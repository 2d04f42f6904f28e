// What GET /v1/run answers: where a run stands, for people and scripts.

import type { EvaluationResult } from "../rounds/types.ts";

export interface RunStatus {
  readonly runName: string;
  readonly modelName: string;
  readonly phase: "waiting-for-clients" | "running" | "finished";
  /** The round that runs or ran last; 0 before the first. */
  readonly round: number;
  readonly roundCount: number;
  readonly modelVersion: number;
  readonly model: { readonly path: string; readonly sha256: string; readonly byteLength: number } | null;
  readonly lastEvaluation: EvaluationResult | null;
  readonly clients: readonly {
    readonly clientId: string;
    readonly device: string;
    readonly backend: string;
    readonly connected: boolean;
    readonly exampleCount: number;
  }[];
}
