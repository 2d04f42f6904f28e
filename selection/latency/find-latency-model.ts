// Every latency model by its name. A new one is one file and one entry here (recipe: CONTRIBUTING).

import { ProbSelectError } from "../../foundation/errors.ts";
import type { ComputeLawKind } from "../probability/compute-law.ts";
import type { LatencyModel } from "../types.ts";
import { calibratedStep } from "./calibrated/calibrated-step.ts";
import type { Calibration } from "./calibrated/calibration.ts";
import { paperStep } from "./paper/paper-step.ts";
import { rooflineStep } from "./roofline/roofline-step.ts";
import { roundModel } from "./round-model.ts";
import type { StepModel } from "./step-forecast.ts";

/** What a latency model can be told. */
export interface LatencyModelOptions {
  /** The family of laws of the compute time; the model "paper" has the normal utilisation whatever is asked for. */
  readonly lawKind?: ComputeLawKind | undefined;
  /** What devices were timed, for the model "calibrated"; without any it forecasts from specs, as "roofline". */
  readonly calibrations?: readonly Calibration[] | undefined;
}

const stepModels: Readonly<Record<string, (options: LatencyModelOptions) => StepModel>> = {
  roofline: ({ lawKind = "normal-utilisation" }) => rooflineStep(lawKind),
  paper: () => paperStep,
  calibrated: ({ lawKind = "normal-utilisation", calibrations = [] }) => calibratedStep(calibrations, lawKind),
};

export const latencyModelNames: readonly string[] = Object.keys(stepModels);

/**
 * The latency model of that name.
 *
 * @throws {ProbSelectError} selection.unknown-latency-model, with the known names.
 */
export function findLatencyModel(name: string, options: LatencyModelOptions = {}): LatencyModel {
  return roundModel(name, findStepModel(name, options));
}

/** The same without the round around it, for forecasts in columns. @throws {ProbSelectError} as `findLatencyModel`. */
export function findStepModel(name: string, options: LatencyModelOptions = {}): StepModel {
  const found = Object.hasOwn(stepModels, name) ? stepModels[name] : undefined;
  if (found) return found(options);
  throw new ProbSelectError(
    "selection.unknown-latency-model",
    `No latency model is named "${name}". Known latency models: ${latencyModelNames.join(", ")}.`,
  );
}
