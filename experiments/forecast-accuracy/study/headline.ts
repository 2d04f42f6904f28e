// The headline figures as one object, for whoever checks them with a program.

import { brierScore, fleetDeadlines, trialsOf } from "./calibration.ts";
import { type ErrorSummary, errorsOf } from "./errors.ts";
import { type AccuracyStudy, defaultLaw, type SchemeResult, type Scored } from "./run-study.ts";

/** Errors and scores of a form; shares of 1, rounded to a ten-thousandth. */
export type HeadlineScores = Readonly<Record<string, number | null>>;

/** Errors, and for every law the scores of its probabilities. */
export function headline(study: AccuracyStudy): Readonly<Record<string, unknown>> {
  const { cnn, tensorflow, measuredCells } = study;
  const lambda = cnn.gpu.roofline[defaultLaw].predictions.filter(({ step }) => step.source === "lambda");
  return {
    law: defaultLaw,
    measuredCells: errorsAlone(measuredCells),
    lambdaResnet50LeftOutGpu: errorsAlone(errorsOf(lambda)),
    pytorch: Object.fromEntries(Object.values(cnn).map((result) => [result.leftOut, schemeOf(result)])),
    tensorflow: Object.fromEntries(Object.values(tensorflow).map((result) => [result.leftOut, schemeOf(result)])),
  };
}

function schemeOf(result: SchemeResult) {
  const laws = Object.entries(result.roofline).map(([kind, scored]) => [kind, scoresOfForm(scored)]);
  return {
    ...Object.fromEntries(laws),
    paper: scoresOfForm(result.paper),
    constantUtilisation: scoresOfForm(result.constant),
  };
}

function scoresOfForm({ predictions, scores }: Scored): HeadlineScores {
  const figures = { rows: predictions.length, ...scores, fleetBrier: fleetBrier(predictions) };
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, rounded(value)]));
}

/** Brier score of the deadlines that are the same for every form. */
export function fleetBrier(predictions: Scored["predictions"]): number {
  return brierScore(trialsOf(predictions, fleetDeadlines(predictions.map(({ step }) => step))));
}

function errorsAlone({ rows, mape, medianApe }: ErrorSummary): HeadlineScores {
  return { rows, mape: rounded(mape), medianApe: rounded(medianApe) };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e4) / 1e4;
}
