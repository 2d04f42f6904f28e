// Whether the examples of a text are what a network's embedding can look up. A back-end would not say: an id outside the table gives
// zeros on one and what lies behind the table on another.

import { ProbSelectError } from "../foundation/errors.ts";
import { NETWORK_INPUT_POSITION } from "./architecture/connect-layers.ts";
import { type Architecture, shapeLayers } from "./architecture.ts";
import type { LabelledExamples } from "./examples.ts";
import { elementCount } from "./parameter-set.ts";

/** Rows of the smallest table that looks up the input; infinite if none does. */
const limits = new WeakMap<Architecture, number>();

/**
 * Checks every input for a network that begins with an embedding; does nothing for another.
 *
 * @param examples all of them, or a batch.
 * @throws {ProbSelectError} models.shape-mismatch naming the first input that is no integer from 0 to inputDim - 1.
 */
export function requireTokenIds(
  architecture: Architecture,
  { inputs, exampleShape }: Pick<LabelledExamples, "inputs" | "exampleShape">,
): void {
  const limit = limits.get(architecture) ?? smallestTable(architecture);
  limits.set(architecture, limit);
  if (limit === Number.POSITIVE_INFINITY) return;
  const wrong = inputs.findIndex((id) => !(Number.isInteger(id) && id >= 0 && id < limit));
  if (wrong < 0) return;
  const length = elementCount(exampleShape);
  throw new ProbSelectError(
    "models.shape-mismatch",
    `The model "${architecture.name}" looks up tokens by ids from 0 to ${limit - 1}, but an example has ${inputs[wrong]} at ` +
      `position ${wrong % length}. Make the network for the data's vocabularySize, or choose data that it was made for.`,
  );
}

function smallestTable(architecture: Architecture): number {
  const sizes = shapeLayers(architecture).map(({ layer, sources }) =>
    layer.kind === "embedding" && sources[0] === NETWORK_INPUT_POSITION ? layer.inputDim : Number.POSITIVE_INFINITY,
  );
  return Math.min(...sizes);
}
