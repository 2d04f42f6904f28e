// Left-out predictions of every form that the study compares: the additive roofline, the paper's form, and one utilisation for
// all.

import { paperStepFrom } from "../../../selection/latency/paper/paper-step.ts";
import type { RooflineCoefficients } from "../../../selection/latency/roofline/coefficients.ts";
import type { ComputeLaw } from "../../../selection/probability/compute-law.ts";
import { fitPaper } from "../fit/fit-paper.ts";
import { fitRoofline, fitRooflineFrom, type PointPrediction, predictPoint } from "../fit/fit-roofline.ts";
import { type LeftOut, predictLeftOut } from "../fit/leave-out.ts";
import type { StudyStep } from "./study-data.ts";

/** The time that is expected of a step by a fit that had not seen what is left out. */
export type StudyPrediction = PointPrediction<StudyStep>;

/** With the law of measured / predicted. */
export interface LawPrediction extends StudyPrediction {
  readonly law: ComputeLaw;
}

/** The roofline fitted to PyTorch's steps, each precision by itself. */
export function predictRoofline(steps: readonly StudyStep[], leftOut: LeftOut): readonly StudyPrediction[] {
  const fp32 = steps.filter(({ precision }) => precision === "fp32");
  const fp16 = steps.filter(({ precision }) => precision === "fp16");
  return [fp32, fp16].flatMap((ofPrecision) => predictLeftOut(ofPrecision, leftOut, fitRoofline, predictPoint));
}

/**
 * The roofline of another stack, drawn towards the reference.
 *
 * @param steps fp32.
 * @param reference PyTorch's fp32 coefficients.
 */
export function predictRooflineFrom(
  reference: RooflineCoefficients,
  steps: readonly StudyStep[],
  leftOut: LeftOut,
): readonly StudyPrediction[] {
  return predictLeftOut(steps, leftOut, (others) => fitRooflineFrom(reference, others), predictPoint);
}

/**
 * The paper's form: the mean utilisation that was measured on the GPU over the other steps, else on its generation, else on all;
 * normal, with the spread measured there.
 *
 * @param companions steps that are seen whatever is left out; the fit needs some of each precision.
 */
export function predictPaper(
  steps: readonly StudyStep[],
  leftOut: LeftOut,
  companions: readonly StudyStep[] = [],
): readonly LawPrediction[] {
  const fit = (others: readonly StudyStep[]) => paperStepFrom(fitPaper([...others, ...companions]));
  return predictLeftOut(steps, leftOut, fit, lawOf);
}

/** One utilisation for every GPU and network: the mean over all others of the precision. */
export function predictConstant(
  steps: readonly StudyStep[],
  leftOut: LeftOut,
  companions: readonly StudyStep[] = [],
): readonly LawPrediction[] {
  const fit = (others: readonly StudyStep[]) =>
    paperStepFrom({ devices: {}, generations: {}, all: fitPaper([...others, ...companions]).all });
  return predictLeftOut(steps, leftOut, fit, lawOf);
}

function lawOf(step: StudyStep, model: ReturnType<typeof paperStepFrom>): LawPrediction {
  const forecast = model(step.device, step.stack, step.workload);
  const law = forecast.components[0]?.law ?? { kind: "normal-utilisation", relativeSigma: 0 };
  return { step, predictedSeconds: forecast.secondsPerStep, law };
}
