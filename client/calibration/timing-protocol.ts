// What the calibration's thread or process and its starter say to each other.

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
export interface Burst {
  readonly architecture: Architecture;
  readonly batchSize: number;
  /** Steps that are timed, after one that is not; 0: only that one, for the first step of a fresh back-end. */
  readonly steps: number;
}

/** A burst begins on an idle device and ends on one: when the parameters have been read. */
export interface TimedBurst {
  /** Seconds of each timed step: between its predecessor's loss and its own. */
  readonly stepSeconds: readonly number[];
  /** All steps that were trained: the first, the timed ones, and on WebGPU those that keep the device busy behind them. */
  readonly stepCount: number;
  /** From the idle device with the parameters on the host to the last loss of all `stepCount` steps. */
  readonly wholeSeconds: number;
  /** From there until the parameters are on the host again. */
  readonly readSeconds: number;
  readonly memory: TimingMemory;
}

/** At the last step. */
export interface TimingMemory {
  /** Of the whole process, since its start. */
  readonly peakRssBytes: number;
  readonly tensorBytes: number;
  /** Buffers on the GPU; null where the back-end does not count them. */
  readonly gpuBytes: number | null;
}

/** Parameters of a network to a file's bytes and back, some times. */
export interface Serialisation {
  readonly architecture: Architecture;
  readonly repeats: number;
}

/** Each of the medians of the repeats. */
export interface SerialisationTimes {
  readonly fileBytes: number;
  readonly encodeSeconds: number;
  readonly decodeSeconds: number;
}

export type TimingRequest =
  | ({ readonly kind: "burst"; readonly id: number } & Burst)
  | ({ readonly kind: "serialise"; readonly id: number } & Serialisation);

export interface TimingFailure {
  readonly code?: ErrorCode | undefined;
  readonly message: string;
}

export type TimingAnswer =
  | { readonly kind: "timed"; readonly id: number; readonly burst: TimedBurst }
  | { readonly kind: "serialised"; readonly id: number; readonly times: SerialisationTimes };

export type TimingReply =
  | ({ readonly kind: "ready" } & TimingReady)
  | TimingAnswer
  /** Without an id the thread could not start. */
  | { readonly kind: "failed"; readonly id: number | null; readonly failure: TimingFailure };
