// Scores a latency model against measured training times, through the same seam by which the aggregator asks it.

import { ProbSelectError } from "../../foundation/errors.ts";
import { zoo } from "../../models/zoo.ts";
import type { NetworkLink } from "../../network/link.ts";
import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import { peakFor } from "../../selection/latency/peaks.ts";
import type { Candidate, LatencyModel } from "../../selection/types.ts";
import { modelCost } from "../../workloads/model-cost.ts";
import type { ModelCost, Workload } from "../../workloads/workload.ts";
import { type Measurement, type Measurements, type SkippedRows, SkipTally } from "./read-measurements.ts";
import { type Prediction, type Scores, scoresOf } from "./scores.ts";

/** One row with its prediction. */
export interface PredictedRow extends Measurement {
  readonly predictedSeconds: number;
}

export interface ForecastEvaluation extends Scores {
  readonly latencyModel: string;
  /** Rows that were used. */
  readonly rows: number;
  readonly skipped: readonly SkippedRows[];
}

export interface EvaluatedForecast {
  readonly evaluation: ForecastEvaluation;
  readonly predicted: readonly PredictedRow[];
}

/** No bytes travel in these measurements; the rates are any that are allowed. */
const noTransfers: NetworkLink = { downlinkBitsPerSecond: 1e12, uplinkBitsPerSecond: 1e12, roundTripSeconds: 0 };

/** The networks of the zoo by name, for measurements of them. */
export const zooCosts: ReadonlyMap<string, ModelCost> = new Map(
  Object.values(zoo).map((architecture) => [architecture.name, modelCost(architecture)]),
);

/**
 * Asks `model` for every measured step: its time, and the probability of every deadline. A row is skipped, with the
 * reason, if its GPU is not in the catalogue, its network has no known cost, or the GPU has no peak for its precision.
 *
 * @param costs what networks cost, by name.
 * @throws {ProbSelectError} experiments.malformed-measurements if no row can be used, with the reasons.
 */
export function evaluateForecast(options: {
  readonly model: LatencyModel;
  readonly measurements: Measurements;
  readonly costs: ReadonlyMap<string, ModelCost>;
}): EvaluatedForecast {
  const { model, measurements, costs } = options;
  const tally = new SkipTally();
  const predicted: PredictedRow[] = [];
  const predictions: Prediction[] = [];
  for (const row of measurements.rows) {
    const question = questionOf(row, costs.get(row.network));
    if (typeof question === "string") {
      tally.add(question);
      continue;
    }
    const { candidate, workload } = question;
    const forecastBy = (deadlineSeconds: number) =>
      model.forecast(candidate, workload, { deadlineSeconds, minimumProbability: 0 });
    const predictedSeconds = forecastBy(row.stepSeconds).atMeanUtilisation.computeSeconds;
    predicted.push({ ...row, predictedSeconds });
    predictions.push({
      predictedSeconds,
      actualSeconds: row.stepSeconds,
      cdf: (seconds) => forecastBy(seconds).deadlineProbability,
    });
  }
  const skipped = [...measurements.skipped, ...tally.list()];
  if (predictions.length === 0) throw nothingToScore(skipped);
  const evaluation = { latencyModel: model.name, rows: predictions.length, skipped, ...scoresOf(predictions) };
  return { evaluation, predicted };
}

function nothingToScore(skipped: readonly SkippedRows[]): ProbSelectError {
  const reasons = skipped.slice(0, 5).map(({ reason, rows }) => `${rows} rows: ${reason}`);
  return new ProbSelectError(
    "experiments.malformed-measurements",
    `No row of the measurements can be scored (${reasons.join("; ")}). Networks outside the zoo need --model-features.`,
  );
}

/** The client that takes exactly one step of the measured batch, or why there is none. */
function questionOf(
  { gpu, network, precision, batchSize }: Measurement,
  cost: ModelCost | undefined,
): { readonly candidate: Candidate; readonly workload: Workload } | string {
  const device = resolveDevice({ kind: "gpu", name: gpu });
  if (device.kind === "unknown") return `the GPU "${gpu}" is not in the catalogue`;
  if (cost === undefined) return `the network "${network}" has no known cost`;
  if (peakFor(device.device, precision) === null) return `"${gpu}" has no peak for ${precision}`;
  return {
    candidate: { clientId: gpu, device, link: noTransfers, exampleCount: batchSize },
    workload: { model: cost, precision, epochs: 1, batchSize, downloadBytes: 0, uploadBytes: 0 },
  };
}
