// What the agent and its training's thread or process say to each other.

import type { ErrorCode } from "../../foundation/errors.ts";
import type { TensorLayout } from "../../models/parameter-set.ts";
import type { BackendChoice, BackendName } from "../../models/tensorflow/backend.ts";
import type { DataNames } from "../../protocol/data-meaning.ts";
import type { PartitionDescription } from "../../workloads/partition/parse-partition.ts";
import type { Shard } from "../../workloads/partition/take-shard.ts";
import type { LocalTrainingResult, TrainerTask } from "./local-trainer.ts";
import type { TensorMemory, ThreadLimits } from "./thread-age.ts";

/** A client's own examples, described by plain data so that who needs them loads them. */
export interface ShardDescription {
  /** "mnist" or a module; see workloads/find-dataset.ts. */
  readonly datasetName: string;
  readonly partition: PartitionDescription;
  readonly shard: Shard;
  /** Seeds the partition; the same for all clients. */
  readonly seed: number;
  readonly maximumExamples?: number | undefined;
  /** A share whose inputs take more bytes is read batch by batch; 0 streams any, absent a quarter of the memory. */
  readonly streamAboveBytes?: number | undefined;
}

/** Given to the thread or process when it starts. */
export interface TrainingSetup {
  readonly data: ShardDescription;
  readonly backend: "auto" | BackendName;
  /** Where the state of a training is kept every so often, so that one that was cut off goes on there; absent: nowhere. */
  readonly checkpoint?: { readonly path: string; readonly everySeconds: number } | undefined;
  /** When a thread is replaced by a fresh one; absent: the defaults. */
  readonly threadLimits?: ThreadLimits | undefined;
}

/** Parameters travel as their layout and one array, so that none is copied twice. */
export interface TrainingRequest {
  readonly id: number;
  readonly task: Omit<TrainerTask, "parameters">;
  readonly layout: readonly TensorLayout[];
  readonly values: Float32Array;
}

/** An error as plain data; without a code it was not expected. */
export interface Failure {
  readonly code?: ErrorCode | undefined;
  readonly message: string;
}

export interface Ready {
  readonly exampleCount: number;
  readonly exampleShape: readonly number[];
  readonly classCount: number;
  /** Names of classes and inputs, where there are any. */
  readonly names: DataNames;
  /** Whether the examples are read batch by batch. */
  readonly isStreamed: boolean;
  readonly backend: BackendChoice;
}

export interface TrainedReply {
  readonly kind: "trained";
  readonly id: number;
  readonly result: Omit<LocalTrainingResult, "parameters">;
  readonly layout: readonly TensorLayout[];
  readonly values: Float32Array;
  readonly memory: TensorMemory;
}

export type TrainingReply =
  | ({ readonly kind: "ready" } & Ready)
  | { readonly kind: "start-failed"; readonly failure: Failure }
  /** Something that the operator should know, as a sentence. */
  | { readonly kind: "note"; readonly sentence: string }
  | { readonly kind: "progress"; readonly id: number; readonly fraction: number }
  | TrainedReply
  | { readonly kind: "failed"; readonly id: number; readonly failure: Failure };
