// What the agent's thread and the training's thread say to each other.

import type { ErrorCode } from "../../foundation/errors.ts";
import type { BackendChoice, BackendName } from "../../models/tensorflow/backend.ts";
import type { PartitionDescription } from "../../workloads/partition/parse-partition.ts";
import type { Shard } from "../../workloads/partition/take-shard.ts";
import type { LocalTrainingResult, TrainerTask } from "./local-trainer.ts";
import type { TensorMemory, ThreadLimits } from "./thread-age.ts";

/** A client's own examples, described by plain data so that the thread that needs them loads them. */
export interface ShardDescription {
  /** "mnist" or a module; see workloads/find-dataset.ts. */
  readonly datasetName: string;
  readonly partition: PartitionDescription;
  readonly shard: Shard;
  /** Seeds the partition; the same for all clients. */
  readonly seed: number;
  readonly maximumExamples?: number | undefined;
}

/** Given to the thread when it starts. */
export interface TrainingSetup {
  readonly data: ShardDescription;
  readonly backend: "auto" | BackendName;
  /** When a thread is replaced by a fresh one; absent: the defaults. */
  readonly threadLimits?: ThreadLimits | undefined;
}

export interface TrainingRequest {
  readonly id: number;
  readonly task: TrainerTask;
  /** One int32; 1 stops the training. Shared memory, since a thread that computes reads no messages. */
  readonly stopFlag: SharedArrayBuffer;
}

/** An error as plain data; without a code it was not expected. */
export interface Failure {
  readonly code?: ErrorCode | undefined;
  readonly message: string;
}

export interface Ready {
  readonly exampleCount: number;
  readonly backend: BackendChoice;
}

export type TrainingReply =
  | ({ readonly kind: "ready" } & Ready)
  | { readonly kind: "start-failed"; readonly failure: Failure }
  | { readonly kind: "progress"; readonly id: number; readonly fraction: number }
  | {
      readonly kind: "trained";
      readonly id: number;
      readonly result: LocalTrainingResult;
      readonly memory: TensorMemory;
    }
  | { readonly kind: "failed"; readonly id: number; readonly failure: Failure };
