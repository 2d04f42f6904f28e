// What the calibration's thread and its starter say to each other.

import type { ErrorCode } from "../../foundation/errors.ts";
import type { Architecture } from "../../models/architecture.ts";
import type { BackendChoice, BackendName } from "../../models/tensorflow/backend.ts";

/** Given to the thread when it starts. */
export interface TimingSetup {
  readonly backend: "auto" | BackendName;
}

export interface TimingReady {
  readonly backend: BackendChoice;
  /** Version of TensorFlow.js. */
  readonly tensorflowVersion: string;
}

/** Some training steps in a row. */
export interface BurstRequest {
  readonly id: number;
  readonly architecture: Architecture;
  readonly batchSize: number;
  /** Steps that are timed, after one that is not. */
  readonly steps: number;
}

export interface TimingFailure {
  readonly code?: ErrorCode | undefined;
  readonly message: string;
}

export type TimingReply =
  | ({ readonly kind: "ready" } & TimingReady)
  /** Seconds of each timed step. */
  | { readonly kind: "timed"; readonly id: number; readonly stepSeconds: readonly number[] }
  /** Without an id the thread could not start. */
  | { readonly kind: "failed"; readonly id: number | null; readonly failure: TimingFailure };
