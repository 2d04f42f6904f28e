// What every strategy asks of an update before it touches a sum, and of the sum before it becomes the global model.

import { ProbSelectError } from "../../foundation/errors.ts";
import { firstNonFinite, layoutDifference, type ParameterSet } from "../../models/parameter-set.ts";
import type { UpdateWeight } from "./types.ts";

const weightNames = [
  ["exampleCount", "example count"],
  ["datasetExampleCount", "data set's example count"],
  ["stepCount", "step count"],
] as const;

/**
 * @throws {ProbSelectError} models.shape-mismatch, models.non-finite-parameter; server.update-refused for a weight that is no
 * whole number above 0, or a staleness that is no whole number from 0.
 */
export function requireUsableUpdate(
  globalParameters: ParameterSet,
  parameters: ParameterSet,
  weight: UpdateWeight,
): void {
  requireLayout(globalParameters, parameters, "An update");
  if (weight.base) requireLayout(globalParameters, weight.base, "The model that an update began from");
  for (const [key, name] of weightNames) {
    if (Number.isSafeInteger(weight[key]) && weight[key] > 0) continue;
    throw new ProbSelectError(
      "server.update-refused",
      `An update has the ${name} ${weight[key]}; it must be a whole number above 0.`,
    );
  }
  const { staleness = 0 } = weight;
  if (!(Number.isSafeInteger(staleness) && staleness >= 0)) {
    throw new ProbSelectError(
      "server.update-refused",
      `An update has the staleness ${staleness}; it must be a whole number from 0.`,
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

function requireLayout(globalParameters: ParameterSet, { tensors }: ParameterSet, what: string): void {
  const difference = layoutDifference(globalParameters.tensors, tensors);
  if (!difference) return;
  throw new ProbSelectError("models.shape-mismatch", `${what} does not fit the global model: ${difference}.`);
}

/**
 * A mean of finite numbers is finite; whatever goes beyond a mean may overflow.
 *
 * @param why and what to do, as the end of a sentence.
 * @throws {ProbSelectError} models.non-finite-parameter
 */
export function requireFiniteModel(values: Float32Array, why: string): void {
  const bad = firstNonFinite(values);
  if (bad < 0) return;
  throw new ProbSelectError(
    "models.non-finite-parameter",
    `Parameter ${bad} of the aggregated model is ${values[bad]}: ${why}`,
  );
}

/** @throws {ProbSelectError} server.no-updates */
export function requireUpdates(count: number): void {
  if (count > 0) return;
  throw new ProbSelectError(
    "server.no-updates",
    "There is no update to aggregate. Keep the global model as it is and let the round fail.",
  );
}
