// What a round is made of, and the two seams of the engine: the Cohort, which reaches the clients (sockets in production,
// a virtual clock in experiments), and the AggregationStrategy.

import type { Architecture } from "../../models/architecture.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import type { RoundForecast } from "../../selection/policy/round-forecast.ts";
import type { Candidate, ClientWork, SelectionDecision, ServiceLevelObjective } from "../../selection/types.ts";
import type { TrainingSettings } from "../../workloads/workload.ts";

/** One version of the global model, named by the hash of its safetensors file. */
export interface ModelVersion {
  readonly modelVersion: number;
  readonly sha256: string;
  /** Of that file. */
  readonly byteLength: number;
}

/** A version on disk. */
export interface StoredModel extends ModelVersion {
  readonly path: string;
}

/** A candidate that the latency model could not forecast: no policy ever sees it. */
export interface UnforecastableCandidate {
  readonly clientId: string;
  /** A sentence with the number that was wrong. */
  readonly reason: string;
}

/** Written to the journal before anything is dispatched, so that every forecast can be scored afterwards. */
export interface RoundPlan {
  readonly round: number;
  readonly modelVersion: number;
  readonly policy: string;
  readonly slo: ServiceLevelObjective;
  readonly decisions: readonly SelectionDecision[];
  /** What the round as a whole is expected to bring; absent in journals of old. */
  readonly forecast?: RoundForecast | undefined;
  /** With so many updates the round closes; without it the round is open until its last client has ended. */
  readonly closesAfterUpdates?: number | undefined;
  /** Absent if there are none. */
  readonly unforecastable?: readonly UnforecastableCandidate[] | undefined;
  /** What the policy says of the round as a whole. */
  readonly selectionNote?: string | undefined;
  /** Why the policy could not choose: nobody is selected then, and the round fails. */
  readonly selectionFailure?: string | undefined;
}

export interface RoundTask {
  readonly round: number;
  readonly model: ModelVersion;
  readonly architecture: Architecture;
  readonly training: TrainingSettings;
  /** Clients that are asked for less than `training` and all of their examples. */
  readonly work?: ReadonlyMap<string, ClientWork> | undefined;
  readonly deadlineSeconds: number;
  /**
   * At least 1: the first so many updates count, and every other client is cut off as at the deadline. Over-provisioning;
   * Bonawitz et al. 2019, "Towards Federated Learning at Scale: System Design".
   */
  readonly closesAfterUpdates?: number | undefined;
  /** The policy would wait for all, however long they take. Only a virtual clock can: over sockets the deadline holds. */
  readonly waitsForAll?: boolean | undefined;
  readonly seed: number;
}

/** How one selected client ended. Exactly one per selected client and round. Seconds are on the round's clock. */
export type ClientOutcome = {
  readonly clientId: string;
  /** From dispatch to the commit's arrival, or until the client was given up. */
  readonly latencySeconds: number;
  /** Device-seconds that the client spent on the task, work cut off by the deadline included. */
  readonly computeSeconds: number;
} & (
  | { readonly status: "completed"; readonly exampleCount: number; readonly trainingLoss: number }
  | { readonly status: "late" | "surplus" | "failed" | "unresponsive" | "refused"; readonly reason: string }
);

/** An update that arrived whole and was checked: hash, layout, finite numbers. */
export interface ReceivedUpdate {
  readonly clientId: string;
  /** Examples that it trained on in each epoch. */
  readonly exampleCount: number;
  /** Examples that it holds: those that it registered before the round. */
  readonly datasetExampleCount: number;
  readonly stepCount: number;
  readonly trainingLoss: number;
  /** Reads the parameters; called at most once, by the aggregation, so that one update is in memory at a time. */
  readonly readParameters: () => Promise<ParameterSet>;
}

export type CohortReply =
  | {
      readonly kind: "update";
      readonly update: ReceivedUpdate;
      readonly latencySeconds: number;
      readonly computeSeconds: number;
    }
  | { readonly kind: "outcome"; readonly outcome: Exclude<ClientOutcome, { readonly status: "completed" }> };

/** How a round reaches its clients. Owns the round's clock. */
export interface Cohort {
  candidates(): readonly Candidate[];
  /**
   * Dispatches the task and yields one reply per client as they come. At the deadline it cancels who has not reported
   * and yields them as late or unresponsive; then it ends. A round that closes after some updates does so then, and
   * yields the others as surplus or unresponsive. `signal` ends it early.
   */
  train(task: RoundTask, clientIds: readonly string[], signal: AbortSignal): AsyncIterable<CohortReply>;
}

/** By what an update may be weighed. All are whole numbers above 0. */
export interface UpdateWeight {
  /** Examples that the client trained on in each epoch. */
  readonly exampleCount: number;
  /** Examples that the client holds, be it that it trained on fewer of them. */
  readonly datasetExampleCount: number;
  /** Steps of the optimiser, all epochs together. */
  readonly stepCount: number;
}

/** Streaming aggregation: memory is O(model), not O(model x clients). One instance a round. */
export interface Aggregation {
  /**
   * @throws {ProbSelectError} models.shape-mismatch, models.non-finite-parameter, server.update-refused (a weight); the
   * aggregation is then unchanged.
   */
  add(parameters: ParameterSet, weight: UpdateWeight): void;
  /**
   * The new global model.
   *
   * @throws {ProbSelectError} server.no-updates if nothing was added; models.non-finite-parameter if the result overflows.
   */
  finish(): ParameterSet;
}

export interface AggregationStrategy {
  readonly name: string;
  begin(globalParameters: ParameterSet): Aggregation;
}

export interface EvaluationResult {
  readonly loss: number;
  readonly accuracy: number;
  readonly exampleCount: number;
}

export interface RoundMetrics {
  readonly selectedCount: number;
  readonly completedCount: number;
  /** completed / selected; null if nobody was selected (such a round counts as failed, it is never skipped). */
  readonly sloCompliance: number | null;
  readonly usefulDeviceSeconds: number;
  /** Device-seconds of selected clients whose update was not aggregated. */
  readonly wastedDeviceSeconds: number;
  /** On the round's clock: until the last client ended. */
  readonly roundSeconds: number;
}

export interface RoundOutcome {
  readonly round: number;
  /** "aggregated" made a new model version; "failed" kept the old one, and `reason` says why. */
  readonly status: "aggregated" | "failed";
  readonly reason?: string | undefined;
  readonly modelVersion: number;
  readonly clients: readonly ClientOutcome[];
  readonly metrics: RoundMetrics;
  readonly evaluation: EvaluationResult | null;
}
