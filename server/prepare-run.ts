// From the names in a configuration to the parts of a run. Every unknown name is refused here, before anything listens.

import { ProbSelectError } from "../foundation/errors.ts";
import { resolveDevice } from "../selection/devices/resolve-device.ts";
import { findLatencyModel } from "../selection/latency/find-latency-model.ts";
import { findDataset } from "../workloads/find-dataset.ts";
import { workloadFor } from "../workloads/workload-for.ts";
import { findStrategy } from "./aggregation/find-strategy.ts";
import { runDataset } from "./clients/run-dataset.ts";
import type { ServerConfig } from "./config.ts";
import { Evaluator } from "./evaluation/evaluator.ts";
import { loadModel } from "./load-model.ts";
import { loadRuledPolicy } from "./load-policy.ts";
import { withCentralPrivacy } from "./privacy/central-privacy.ts";
import { readCalibrations } from "./read-calibrations.ts";
import type { RunParts } from "./run-parts.ts";

/**
 * The parts that a configuration names, with the evaluation's thread running.
 *
 * @throws {ProbSelectError} models.unknown-architecture or what else `loadModel` throws, selection.unknown-policy, server.policy-not-loaded, selection.unknown-latency-model,
 * selection.invalid-argument (settings or rules that the policy cannot keep), server.invalid-config (strategy or its settings, or the latency model
 * "calibrated" without a file), selection.malformed-calibration, server.evaluation-failed (data set).
 */
export async function prepareRun(config: ServerConfig): Promise<RunParts> {
  const parts = await prepareParts(config);
  const evaluator = await Evaluator.start({ architecture: parts.architecture, datasetName: config.dataset });
  return {
    ...parts,
    evaluate: (model) => evaluator.evaluate(model),
    close: () => evaluator.close(),
  };
}

/** The parts without the evaluation: what can be wrong with a configuration's names and settings is found without a thread. */
export async function prepareParts(config: ServerConfig): Promise<Omit<RunParts, "evaluate" | "close">> {
  const { training, seed, selection } = config;
  const dataset = await findDataset(config.dataset);
  const model = await loadModel(config.model, { data: dataset.shape, initialWeights: config.initialWeights, seed });
  const { architecture, initialParameters, notes } = model;
  const calibrations = await readCalibrations(config.calibrationFiles);
  if (config.latencyModel === "calibrated" && calibrations.length === 0) {
    throw new ProbSelectError(
      "server.invalid-config",
      'The latency model "calibrated" needs at least one file: pass --calibration FILE, from "probselect calibrate" on the ' +
        'devices that will train, or take the latency model "roofline".',
    );
  }
  const strategy = findStrategy(config.aggregation.strategy, { ...config.aggregation, momentum: training.momentum });
  const privateStrategy = config.privacy && withCentralPrivacy(strategy, config.privacy);
  return {
    architecture,
    workload: workloadFor({ architecture, training }),
    latencyModel: findLatencyModel(config.latencyModel, { calibrations, lawKind: config.computeLaw }),
    policy: await loadRuledPolicy(selection.policy, {
      ...selection,
      isAsynchronous: config.aggregation.asynchronous !== undefined,
    }),
    strategy: privateStrategy ?? strategy,
    privacySpent: privateStrategy && (() => privateStrategy.spent()),
    initialParameters,
    notes,
    dataset: runDataset(config.dataset, dataset),
    resolveDevice,
  };
}
