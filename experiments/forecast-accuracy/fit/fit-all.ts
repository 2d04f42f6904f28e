// Everything that the latency models take from measurements, fitted in one go: the roofline's coefficients by software stack and
// precision, the spread of each tier from what the fits had not seen, and the paper's utilisations.

import type { FittedUtilisations } from "../../../selection/latency/paper/paper-step.ts";
import type { FittedCoefficients, RooflineCoefficients } from "../../../selection/latency/roofline/coefficients.ts";
import type { FittedSpread, FittedSpreads } from "../../../selection/latency/uncertainty-tiers.ts";
import type { CellPrediction } from "../measured-cells.ts";
import type { MeasuredStep } from "../measured-steps.ts";
import { coefficientsWithout, predictFromProbes, predictOtherBatches, probeNetworks } from "./calibrated-ratios.ts";
import { fitPaper } from "./fit-paper.ts";
import { fitRoofline, fitRooflineFrom, type PointPrediction, predictPoint } from "./fit-roofline.ts";
import { fitSpread } from "./fit-spread.ts";
import { gpuOf, predictLeftOut } from "./leave-out.ts";

type Precision = MeasuredStep["precision"];
const precisions: readonly Precision[] = ["fp32", "fp16"];

/** What a fit needs; `sources` name the steps' origins and licences. */
export interface FitInput {
  readonly steps: readonly MeasuredStep[];
  readonly cells: readonly CellPrediction[];
  readonly sources: Readonly<Record<"pytorch" | "tensorflow" | "cells", string>>;
}

export interface FittedTables {
  readonly roofline: {
    readonly pytorch: Readonly<Record<Precision, FittedCoefficients>>;
    readonly tensorflow: Readonly<Record<"fp32", FittedCoefficients>>;
  };
  readonly spreads: FittedSpreads;
  readonly paper: FittedUtilisations;
}

/**
 * Fits all tables.
 *
 * @param input.steps PyTorch's of both precisions and TensorFlow's in fp32.
 * @throws {ProbSelectError} selection.invalid-argument if a table has no measurements to be fitted to.
 */
export function fitAll({ steps, cells, sources }: FitInput): FittedTables {
  const of = (stack: MeasuredStep["stack"], precision: Precision) =>
    steps.filter((step) => step.stack === stack && step.precision === precision);
  const reference = (precision: Precision) => describe(of("pytorch", precision), fitRoofline, sources.pytorch);
  const pytorch = { fp32: reference("fp32"), fp16: reference("fp16") };
  const fromReference = (others: readonly MeasuredStep[]) => fitRooflineFrom(pytorch.fp32.coefficients, others);
  const tensorflow = { fp32: describe(of("tensorflow", "fp32"), fromReference, sources.tensorflow) };
  const unseen = precisions.flatMap((precision) =>
    predictLeftOut(of("pytorch", precision), "gpu-and-network", fitRoofline, predictPoint),
  );
  const unseenTensorFlow = predictLeftOut(of("tensorflow", "fp32"), "gpu-and-network", fromReference, predictPoint);
  return {
    roofline: { pytorch, tensorflow },
    spreads: {
      "measured-cell": spread(
        cells.map((cell) => cell.actualSeconds / cell.predictedSeconds),
        `the second half of the iterations of ${cells.length} series, predicted by the first half (${sources.cells})`,
      ),
      "same-gpu-other-batch": spreadOfPredictions(
        predictOtherBatches(of("tensorflow", "fp32"), coefficientsWithout(of("tensorflow", "fp32"), fromReference)),
        `steps at one batch size from each other one of the same GPU, network and image size (${sources.tensorflow})`,
      ),
      probed: spreadOfPredictions(
        precisions.flatMap((precision) =>
          predictFromProbes(of("pytorch", precision), coefficientsWithout(of("pytorch", precision), fitRoofline)),
        ),
        `steps of other networks from ${probeNetworks.join(", ")} timed on the same machine (${sources.pytorch})`,
      ),
      "catalogue-nvidia": spreadOfPredictions(
        unseen.filter(({ step }) => step.device.tier === "catalogue-nvidia"),
        `steps on NVIDIA GPUs, neither GPU nor network seen by the fit (${sources.pytorch})`,
      ),
      "catalogue-other": spreadOfPredictions(
        unseen.filter(({ step }) => step.device.tier === "catalogue-other"),
        `steps on other vendors' GPUs, neither GPU nor network seen by the fit (${sources.pytorch})`,
      ),
      tensorflow: spreadOfPredictions(
        unseenTensorFlow,
        `TensorFlow steps, neither GPU nor network seen by the fit (${sources.tensorflow})`,
      ),
    },
    paper: fitPaper(steps.filter(({ stack }) => stack === "pytorch")),
  };
}

function describe(
  steps: readonly MeasuredStep[],
  fitWith: (steps: readonly MeasuredStep[]) => RooflineCoefficients,
  source: string,
): FittedCoefficients {
  return {
    coefficients: fitWith(steps),
    rows: steps.length,
    gpus: new Set(steps.map(gpuOf)).size,
    networks: new Set(steps.map(({ network }) => network)).size,
    source,
  };
}

function spreadOfPredictions(predictions: readonly PointPrediction[], evidence: string): FittedSpread {
  return spread(
    predictions.map(({ step, predictedSeconds }) => step.stepSeconds / predictedSeconds),
    evidence,
  );
}

function spread(ratios: readonly number[], evidence: string): FittedSpread {
  return { ...fitSpread(ratios), rows: ratios.length, evidence };
}
