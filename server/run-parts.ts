// Everything a run is made of besides sockets and files: what the names in a configuration stand for.

import type { Architecture } from "../models/architecture.ts";
import type { ParameterSet } from "../models/parameter-set.ts";
import type { PrivacySpent } from "../models/privacy/privacy-spent.ts";
import type { SelectionPolicy } from "../selection/policy/policy.ts";
import type { DeviceReport, LatencyModel, ResolvedDevice } from "../selection/types.ts";
import type { Workload } from "../workloads/workload.ts";
import type { AggregationStrategy } from "./aggregation/types.ts";
import type { RunDataset } from "./clients/run-dataset.ts";
import type { EvaluationResult, StoredModel } from "./rounds/types.ts";

export interface RunParts {
  readonly architecture: Architecture;
  readonly workload: Workload;
  readonly latencyModel: LatencyModel;
  readonly policy: SelectionPolicy;
  readonly strategy: AggregationStrategy;
  /** What the released models have cost so far; absent: they are not private. */
  readonly privacySpent?: (() => PrivacySpent) | undefined;
  /** The global model before the first round. */
  readonly initialParameters: ParameterSet;
  /** Sentences for whoever starts the run, e.g. on a model of the user's own. */
  readonly notes?: readonly string[] | undefined;
  readonly resolveDevice: (report: DeviceReport) => ResolvedDevice;
  /** What the data stand for that it is scored on; absent: nobody says. */
  readonly dataset?: RunDataset | undefined;
  /** Scores a model on held-out data, off the thread that answers heartbeats; null where there is no such data. */
  readonly evaluate: (model: StoredModel) => Promise<EvaluationResult | null>;
  /** Ends what the parts hold, for example the evaluation's thread. */
  close(): Promise<void>;
}
