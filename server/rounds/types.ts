// What a round is made of, and the Cohort, the seam through which the engine reaches the clients: sockets in production, a virtual
// clock in experiments.

import type { Architecture } from "../../models/architecture.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import type { BackendDecision } from "../../selection/governor/decide-backend.ts";
import type { RoundForecast } from "../../selection/policy/round-forecast.ts";
import type { Candidate, ClientWork, SelectionDecision, ServiceLevelObjective } from "../../selection/types.ts";
import type { TrainingSettings } from "../../workloads/workload.ts";
import type { CodedContent } from "../uploads/upload-content.ts";
import type { SecureTask } from "./secure/secure-sum.ts";

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

/** Where a task comes from that outlives its round: in an asynchronous run only. */
export interface TaskOrigin {
  /** In which the client was selected and given the task; its forecast is in that round's plan. */
  readonly round: number;
  /** Of the model that it began from. */
  readonly modelVersion: number;
  /** Versions by which that model was older than the global one when the task ended. */
  readonly staleness: number;
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
  /** What those of the candidates train with that can train in several ways; absent if there are none. */
  readonly backendDecisions?: readonly BackendDecision[] | undefined;
  /** What the policy says of the round as a whole. */
  readonly selectionNote?: string | undefined;
  /** Why the policy could not choose: nobody is selected then, and the round fails. */
  readonly selectionFailure?: string | undefined;
  /** Clients that work on from earlier rounds, and so were no candidates; absent unless the run is asynchronous. */
  readonly atWork?: readonly ClientAtWork[] | undefined;
}

/** A client that has a task of an earlier round. */
export interface ClientAtWork {
  readonly clientId: string;
  /** Of the round in which it was selected. */
  readonly round: number;
  readonly modelVersion: number;
}

export interface RoundTask {
  readonly round: number;
  readonly model: ModelVersion;
  readonly architecture: Architecture;
  readonly training: TrainingSettings;
  /** Clients that are asked for less than `training` and all of their examples. */
  readonly work?: ReadonlyMap<string, ClientWork> | undefined;
  /** Clients that are told what to train with. */
  readonly backendByClient?: ReadonlyMap<string, string> | undefined;
  readonly deadlineSeconds: number;
  /** How updates are coded, and the global model that they differ from; absent: they are parameter files. */
  readonly coded?: CodedContent | undefined;
  /** The updates come as one masked sum; absent: each for itself. */
  readonly secure?: SecureTask | undefined;
  /**
   * At least 1: the first so many updates count, and every other client is cut off as at the deadline. Over-provisioning;
   * Bonawitz et al. 2019, "Towards Federated Learning at Scale: System Design".
   */
  readonly closesAfterUpdates?: number | undefined;
  /** Where the round stands that an aggregator goes on with after a restart; absent: it begins. */
  readonly resumed?: ResumedRound | undefined;
  /** The policy would wait for all, however long they take. Only a virtual clock can: over sockets the deadline holds. */
  readonly waitsForAll?: boolean | undefined;
  readonly seed: number;
}

/** Where a round stood when its aggregator stopped. */
export interface ResumedRound {
  /** On the round's clock; the time without an aggregator does not count. */
  readonly elapsedSeconds: number;
  /** Whether the clock ran; an emulated one may have been held. */
  readonly isClockRunning: boolean;
  /** Updates that were accepted before. */
  readonly acceptedCount: number;
  /** Examples that each client had registered when it was given its task. */
  readonly datasetExampleCounts: ReadonlyMap<string, number>;
}

/**
 * How one selected client ended. Exactly one per selected client and round. Seconds are on the round's clock, which in an asynchronous
 * run is that of the round in which the client was selected.
 */
export type ClientOutcome = {
  readonly clientId: string;
  /** From dispatch to the commit's arrival, or until the client was given up. */
  readonly latencySeconds: number;
  /** Device-seconds that the client spent on the task, work cut off by the deadline included. */
  readonly computeSeconds: number;
  /** Absent: the task is of the round in which it ended, as every task of a run that is not asynchronous. */
  readonly origin?: TaskOrigin | undefined;
} & (
  | { readonly status: "completed"; readonly exampleCount: number; readonly trainingLoss: number }
  | { readonly status: "late" | "surplus" | "stale" | "failed" | "unresponsive" | "refused"; readonly reason: string }
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
  /** Present in an asynchronous run. */
  readonly origin?: TaskOrigin | undefined;
  /** Reads the model that it began from, where that is not the global one. */
  readonly readBase?: (() => Promise<ParameterSet>) | undefined;
}

export type CohortReply =
  | {
      readonly kind: "update";
      readonly update: ReceivedUpdate;
      readonly latencySeconds: number;
      readonly computeSeconds: number;
    }
  /** Without an update of its own; one that is "completed" is in the sum of a secure round. */
  | { readonly kind: "outcome"; readonly outcome: ClientOutcome };

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
  /** On the round's clock: until the last client ended; in an asynchronous run until the buffer was full. */
  readonly roundSeconds: number;
  /** Of the updates that were aggregated; absent unless the run is asynchronous and there were any. */
  readonly staleness?: { readonly mean: number; readonly maximum: number } | undefined;
  /** Clients that worked on when the round ended; absent unless the run is asynchronous. */
  readonly atWorkCount?: number | undefined;
}

export interface RoundOutcome {
  readonly round: number;
  /** "aggregated" made a new model version; "failed" kept the old one, and `reason` says why. */
  readonly status: "aggregated" | "failed";
  readonly reason?: string | undefined;
  /** True: the aggregator was stopped in the round, and goes on with it when it is started again. */
  readonly interrupted?: boolean | undefined;
  readonly modelVersion: number;
  readonly clients: readonly ClientOutcome[];
  readonly metrics: RoundMetrics;
  readonly evaluation: EvaluationResult | null;
}

/** The global model as a round needs it; on disk, so that agents can fetch it, or wherever the cohort finds it. */
export interface GlobalModel<Model extends ModelVersion = StoredModel> {
  readonly current: Model;
  read(): Promise<ParameterSet>;
  /** Makes `parameters` the current model. */
  replace(modelVersion: number, parameters: ParameterSet): Promise<Model>;
}

/** Says what clients train with, and has the cohort's candidates be such from then on. */
export interface ClientBackendChoice {
  /** Before a round is planned: what those train with that can train in several ways. */
  beforeRound(round: number, candidates: readonly Candidate[]): readonly BackendDecision[];
  /** When it is planned. */
  planned(plan: Pick<RoundPlan, "slo">): void;
}
