// What every strategy asks of an update before it touches a sum, and of the sum before it becomes the global model.

import { ProbSelectError } from "../../foundation/errors.ts";
import { firstNonFinite, layoutDifference, type ParameterSet } from "../../models/parameter-set.ts";
import type { UpdateWeight } from "../rounds/types.ts";

const weightNames = [
  ["exampleCount", "example count"],
  ["datasetExampleCount", "data set's example count"],
  ["stepCount", "step count"],
] as const;

/**
 * @throws {ProbSelectError} models.shape-mismatch, models.non-finite-parameter; server.update-refused for a weight that is no
 * whole number above 0.
 */
export function requireUsableUpdate(
  globalParameters: ParameterSet,
  parameters: ParameterSet,
  weight: UpdateWeight,
): void {
  const difference = layoutDifference(globalParameters.tensors, parameters.tensors);
  if (difference) {
    throw new ProbSelectError("models.shape-mismatch", `An update does not fit the global model: ${difference}.`);
  }
  for (const [key, name] of weightNames) {
    if (Number.isSafeInteger(weight[key]) && weight[key] > 0) continue;
    throw new ProbSelectError(
      "server.update-refused",
      `An update has the ${name} ${weight[key]}; it must be a whole number above 0.`,
    );
  }
  const bad = firstNonFinite(parameters.values);
  if (bad >= 0) {
    throw new ProbSelectError(
      "models.non-finite-parameter",
      `Parameter ${bad} of an update is ${parameters.values[bad]}. Lower the learning rate of the training.`,
    );
  }
}

/** @throws {ProbSelectError} server.no-updates */
export function requireUpdates(totalExamples: number): void {
  if (totalExamples > 0) return;
  throw new ProbSelectError(
    "server.no-updates",
    "There is no update to aggregate. Keep the global model as it is and let the round fail.",
  );
}
