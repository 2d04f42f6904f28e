// Scores a latency model against measured training times, through the same seam by which the aggregator asks it.

import { counted } from "../../foundation/counted.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { NetworkLink } from "../../network/link.ts";
import { roundTimeLawOf } from "../../selection/latency/round-model.ts";
import { roundTimeCdf } from "../../selection/probability/round-time.ts";
import type { LatencyModel } from "../../selection/types.ts";
import type { ModelCost } from "../../workloads/workload.ts";
import { type MeasuredStep, measuredSteps } from "./measured-steps.ts";
import type { Measurement, Measurements, SkippedRows } from "./read-measurements.ts";
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

/**
 * Asks `model` for every measured step: its time, and the probability of every deadline. A row is skipped, with the
 * reason, if its GPU is not in the catalogue, its network has no known cost, or the GPU has no peak for its precision.
 *
 * @param costOf what the network of a row costs.
 * @throws {ProbSelectError} experiments.malformed-measurements if no row can be used, with the reasons.
 */
export function evaluateForecast(options: {
  readonly model: LatencyModel;
  readonly measurements: Measurements;
  readonly costOf: (row: Measurement) => ModelCost | undefined;
}): EvaluatedForecast {
  const { model, measurements, costOf } = options;
  const { steps, skipped } = measuredSteps(measurements, costOf);
  if (steps.length === 0) throw nothingToScore(skipped);
  const predictions = steps.map((step) => predictionOf(model, step));
  const predicted = steps.map(({ device: _, workload: __, features: ___, ...row }, index) => ({
    ...row,
    predictedSeconds: (predictions[index] as Prediction).predictedSeconds,
  }));
  const evaluation = { latencyModel: model.name, rows: predictions.length, skipped, ...scoresOf(predictions) };
  return { evaluation, predicted };
}

/**
 * The client that takes exactly one step of the measured batch. The scores ask for some eight hundred probabilities of each step:
 * they come from the law that the one forecast states, where it states one.
 */
function predictionOf(model: LatencyModel, { device, workload, gpu, stack, stepSeconds }: MeasuredStep): Prediction {
  const candidate = { clientId: gpu, device, backend: stack, link: noTransfers, exampleCount: workload.batchSize };
  const forecastBy = (deadlineSeconds: number) =>
    model.forecast(candidate, workload, { deadlineSeconds, minimumProbability: 0 });
  const forecast = forecastBy(stepSeconds);
  const law = roundTimeLawOf(forecast);
  return {
    predictedSeconds: forecast.atMeanUtilisation.computeSeconds,
    actualSeconds: stepSeconds,
    cdf: (seconds) => (law === null ? forecastBy(seconds).deadlineProbability : roundTimeCdf(law, seconds)),
  };
}

function nothingToScore(skipped: readonly SkippedRows[]): ProbSelectError {
  const reasons = skipped.slice(0, 5).map(({ reason, rows }) => `${counted(rows, "row")}: ${reason}`);
  return new ProbSelectError(
    "experiments.malformed-measurements",
    `No row of the measurements can be scored (${reasons.join("; ")}). Networks that ProbSelect does not know need --model-features.`,
  );
}
