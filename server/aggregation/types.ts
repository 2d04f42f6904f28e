// The seam AggregationStrategy: how a round's updates become the next global model.

import type { ParameterSet } from "../../models/parameter-set.ts";
import type { TrainingSettings } from "../../workloads/workload.ts";
import type { ScratchFolder } from "./scratch/scratch-folder.ts";

/** By what an update may be weighed. All counts are whole numbers above 0. */
export interface UpdateWeight {
  /** Examples that the client trained on in each epoch. */
  readonly exampleCount: number;
  /** Examples that the client holds, be it that it trained on fewer of them. */
  readonly datasetExampleCount: number;
  /** Steps of the optimiser, all epochs together. */
  readonly stepCount: number;
  /** Versions by which the model that the update began from is older than the global one, a whole number from 0. Absent is 0. */
  readonly staleness?: number | undefined;
  /** The model that the update began from, where that is not the global one: what the client learnt is the difference from it. */
  readonly base?: ParameterSet | undefined;
}

/** One round's aggregation. Memory is O(model), not O(model x clients): what must see all updates at once keeps them in a ScratchFolder. */
export interface Aggregation {
  /**
   * One at a time: the next only when the last has been awaited.
   *
   * @throws {ProbSelectError} models.shape-mismatch, models.non-finite-parameter, server.update-refused (a weight); the
   * aggregation is then unchanged.
   */
  add(parameters: ParameterSet, weight: UpdateWeight): void | Promise<void>;
  /**
   * The new global model. Once.
   *
   * @throws {ProbSelectError} server.no-updates if nothing was added, server.too-few-updates if there are fewer than the method
   * needs; models.non-finite-parameter if the result overflows. What the strategy keeps between rounds is then unchanged.
   */
  finish(): ParameterSet | Promise<ParameterSet>;
}

/** What a strategy keeps between rounds, as plain data. Nobody writes to the arrays. */
export interface StrategyState {
  /** Each has the length of the model. */
  readonly vectors: Readonly<Record<string, Float32Array>>;
  readonly numbers: Readonly<Record<string, number>>;
}

export interface StrategyMemory {
  /** As it is after the last round that was aggregated. */
  read(): StrategyState;
  /**
   * Goes on from there: the next round has the same bits as if the run had never stopped.
   *
   * @throws {ProbSelectError} server.malformed-strategy-state for names, lengths or numbers that the strategy cannot have kept.
   */
  write(state: StrategyState): void;
}

export interface AggregationStrategy {
  readonly name: string;
  /** What it has clients do besides the run's training settings. */
  readonly clientTraining?: Pick<TrainingSettings, "proximalMu"> | undefined;
  /** Present if it keeps anything between rounds; an instance then belongs to one run. */
  readonly memory?: StrategyMemory | undefined;
  /** @param scratch for methods that must see all updates at once; without one they keep the updates in memory. */
  begin(globalParameters: ParameterSet, scratch?: ScratchFolder): Aggregation;
}

/** An aggregation that waits for nothing. */
export interface StreamingAggregation extends Aggregation {
  add(parameters: ParameterSet, weight: UpdateWeight): void;
  finish(): ParameterSet;
}

export interface StreamingStrategy extends AggregationStrategy {
  begin(globalParameters: ParameterSet): StreamingAggregation;
}
