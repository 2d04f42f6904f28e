// What the aggregator's thread and the evaluation's thread say to each other.

import type { Architecture } from "../../models/architecture.ts";
import type { EvaluationResult } from "../rounds/types.ts";

/** Given to the thread when it starts. */
export interface EvaluationSetup {
  readonly architecture: Architecture;
  readonly datasetName: string;
}

export interface EvaluationRequest {
  readonly id: number;
  /** A parameter file. */
  readonly modelPath: string;
}

export type EvaluationReply =
  | { readonly kind: "ready" }
  | { readonly kind: "result"; readonly id: number; readonly result: EvaluationResult }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string };
