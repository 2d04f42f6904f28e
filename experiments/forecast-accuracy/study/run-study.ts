// The whole accuracy study: every form under every way of leaving out, with scores, on the measurements at hand.

import type { ComputeLawKind } from "../../../selection/probability/compute-law.ts";
import { coefficientsWithout, predictFromProbes, predictOtherBatches } from "../fit/calibrated-ratios.ts";
import { fitRoofline, fitRooflineFrom, type PointPrediction } from "../fit/fit-roofline.ts";
import type { LeftOut } from "../fit/leave-out.ts";
import { predictSecondHalves } from "../measured-cells.ts";
import type { MeasuredStep } from "../measured-steps.ts";
import { type Scores, scoresOf } from "../scores.ts";
import { scorable } from "./calibration.ts";
import { type ErrorSummary, errorSummary } from "./errors.ts";
import { leftOutSpreads, withLaws } from "./left-out-laws.ts";
import {
  type LawPrediction,
  predictConstant,
  predictPaper,
  predictRoofline,
  predictRooflineFrom,
  type StudyPrediction,
} from "./predictions.ts";
import type { SourceCount, StudyData, StudyStep } from "./study-data.ts";

export interface Scored {
  readonly predictions: readonly LawPrediction[];
  readonly scores: Scores;
}

/** One way of leaving out. */
export interface SchemeResult {
  readonly leftOut: LeftOut;
  readonly roofline: Readonly<Record<ComputeLawKind, Scored>>;
  readonly paper: Scored;
  readonly constant: Scored;
}

export interface AccuracyStudy {
  readonly sources: readonly SourceCount[];
  readonly cnn: Readonly<Record<LeftOut, SchemeResult>>;
  readonly tensorflow: Readonly<Record<"gpu" | "network", SchemeResult>>;
  readonly measuredCells: ErrorSummary;
  /** Steps from another batch size of the same GPU and network (TensorFlow), and from three probes on the GPU (PyTorch). */
  readonly otherBatches: ErrorSummary;
  readonly probed: ErrorSummary;
}

/** The law where one has to be named: what `findLatencyModel` takes if nothing is asked for. */
export const defaultLaw: ComputeLawKind = "normal-utilisation";

/** Runs it; takes some tens of seconds on all measurements. */
export function runStudy(data: StudyData): AccuracyStudy {
  return {
    sources: data.sources,
    cnn: studyCnn(data.cnn),
    tensorflow: studyTensorflow(data),
    measuredCells: errorSummary(predictSecondHalves(data.cells)),
    ...studyCalibrated(data),
  };
}

function studyCnn(steps: readonly StudyStep[]): AccuracyStudy["cnn"] {
  const residuals = predictRoofline(steps, "gpu-and-network");
  const study = (leftOut: LeftOut) => studyScheme(steps, leftOut, residuals);
  return {
    gpu: study("gpu"),
    network: study("network"),
    "gpu-and-network": study("gpu-and-network"),
    generation: study("generation"),
  };
}

/**
 * One way of leaving out on PyTorch's rows.
 *
 * @param residuals `predictRoofline(steps, "gpu-and-network")`, to which all ways' spreads are fitted, as the shipped ones are.
 */
export function studyScheme(
  steps: readonly StudyStep[],
  leftOut: LeftOut,
  residuals: readonly StudyPrediction[],
): SchemeResult {
  return resultOf(leftOut, {
    points: leftOut === "gpu-and-network" ? residuals : predictRoofline(steps, leftOut),
    residuals,
    paper: predictPaper(steps, leftOut),
    constant: predictConstant(steps, leftOut),
  });
}

/** TensorFlow's rows, with PyTorch's fp32 coefficients as the reference. */
export function studyTensorflow({ cnn, tensorflow }: StudyData): AccuracyStudy["tensorflow"] {
  const reference = fitRoofline(cnn.filter(({ precision }) => precision === "fp32"));
  // TensorFlow was measured at fp32 only; the paper's fit wants some fp16, which then says nothing about fp32.
  const companions = cnn.filter(({ precision }) => precision === "fp16");
  const residuals = predictRooflineFrom(reference, tensorflow, "gpu-and-network");
  const study = (leftOut: "gpu" | "network") =>
    resultOf(leftOut, {
      points: predictRooflineFrom(reference, tensorflow, leftOut),
      residuals,
      paper: predictPaper(tensorflow, leftOut, companions),
      constant: predictConstant(tensorflow, leftOut, companions),
    });
  return { gpu: study("gpu"), network: study("network") };
}

/** What a calibrated GPU would have been told, with coefficients that never saw it. */
function studyCalibrated({ cnn, tensorflow }: StudyData): Pick<AccuracyStudy, "otherBatches" | "probed"> {
  const reference = fitRoofline(cnn.filter(({ precision }) => precision === "fp32"));
  const fromReference = (others: readonly MeasuredStep[]) => fitRooflineFrom(reference, others);
  const probed = (["fp32", "fp16"] as const).flatMap((wanted) => {
    const steps = cnn.filter(({ precision }) => precision === wanted);
    return predictFromProbes(steps, coefficientsWithout(steps, fitRoofline));
  });
  return {
    otherBatches: errorSummary(
      predictOtherBatches(tensorflow, coefficientsWithout(tensorflow, fromReference)).map(asPair),
    ),
    probed: errorSummary(probed.map(asPair)),
  };
}

const asPair = ({ step, predictedSeconds }: PointPrediction) => ({ predictedSeconds, actualSeconds: step.stepSeconds });

function resultOf(
  leftOut: LeftOut,
  given: {
    readonly points: readonly StudyPrediction[];
    readonly residuals: readonly StudyPrediction[];
    readonly paper: readonly LawPrediction[];
    readonly constant: readonly LawPrediction[];
  },
): SchemeResult {
  const spread = leftOutSpreads(given.points, given.residuals, leftOut);
  const withLaw = (kind: ComputeLawKind) => scored(withLaws(spread, kind));
  return {
    leftOut,
    roofline: {
      "normal-utilisation": withLaw("normal-utilisation"),
      "log-normal": withLaw("log-normal"),
      "log-student-t": withLaw("log-student-t"),
    },
    paper: scored(given.paper),
    constant: scored(given.constant),
  };
}

function scored(predictions: readonly LawPrediction[]): Scored {
  return { predictions, scores: scoresOf(predictions.map(scorable)) };
}
