// What a simulated run's main thread and its training threads say to each other. A thread has one task at a time.

import type { ErrorCode } from "../../../foundation/errors.ts";
import type { Architecture } from "../../../models/architecture.ts";
import type { BackendName } from "../../../models/tensorflow/backend.ts";
import type { ModelEvaluation } from "../../../models/tensorflow/evaluate-model.ts";
import type { LocalTrainingResult, LocalTrainingTask } from "../../../models/tensorflow/train-locally.ts";
import type { SharedData } from "./shared-data.ts";

/** Back-ends that compute on one thread and give the same bits on every machine. */
export type PoolBackend = Extract<BackendName, "wasm" | "cpu">;

/** Given to a thread when it starts; the data follow as its first message, since they are loaded meanwhile. */
export interface PoolSetup {
  readonly architecture: Architecture;
  readonly backend: PoolBackend;
}

/** `values` are the model's parameters, in memory that threads share. */
export type PoolTask = { readonly values: Float32Array } & (
  | ({ readonly kind: "train"; readonly client: number } & Pick<LocalTrainingTask, "settings" | "seed">)
  /** On a client's own examples. */
  | { readonly kind: "score-client"; readonly client: number }
  /** On the test examples from `begin` to before `end`. */
  | { readonly kind: "score-test"; readonly begin: number; readonly end: number }
);

export type PoolMessage = { readonly kind: "data"; readonly data: SharedData } | PoolTask;

export type PoolReply =
  | { readonly kind: "ready" }
  | { readonly kind: "trained"; readonly result: LocalTrainingResult }
  | { readonly kind: "scored"; readonly result: ModelEvaluation }
  /** Without a code the error was not expected, and the thread's state is not known. */
  | { readonly kind: "failed"; readonly code?: ErrorCode | undefined; readonly message: string };
