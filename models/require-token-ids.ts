// Whether the examples of a text are what a network's embedding can look up. A back-end would not say: an id outside the table gives
// zeros on one and what lies behind the table on another.

import { ProbSelectError } from "../foundation/errors.ts";
import { NETWORK_INPUT_POSITION } from "./architecture/connect-layers.ts";
import { type Architecture, shapeLayers } from "./architecture.ts";
import type { LabelledExamples } from "./examples.ts";

/** How many ids the data in memory were found to fit: many clients and rounds share them. */
const checked = new WeakMap<Float32Array, number>();

/**
 * Checks every input of a network that begins with an embedding; does nothing for another. Data that passed are not read again.
 *
 * @throws {ProbSelectError} models.shape-mismatch naming the first input that is no integer from 0 to inputDim - 1.
 */
export function requireTokenIds(architecture: Architecture, { inputs, exampleShape }: LabelledExamples): void {
  const limits = shapeLayers(architecture).flatMap(({ layer, sources }) =>
    layer.kind === "embedding" && sources[0] === NETWORK_INPUT_POSITION ? [layer.inputDim] : [],
  );
  if (limits.length === 0) return;
  const vocabularySize = Math.min(...limits);
  if ((checked.get(inputs) ?? Number.POSITIVE_INFINITY) <= vocabularySize) return;
  const wrong = inputs.findIndex((id) => !(Number.isInteger(id) && id >= 0 && id < vocabularySize));
  if (wrong < 0) {
    checked.set(inputs, vocabularySize);
    return;
  }
  const length = exampleShape.reduce((product, size) => product * size, 1);
  throw new ProbSelectError(
    "models.shape-mismatch",
    `The model "${architecture.name}" looks up tokens by ids from 0 to ${vocabularySize - 1}, but example ` +
      `${Math.floor(wrong / length)} has ${inputs[wrong]} at position ${wrong % length}. Make the network for the data's ` +
      "vocabularySize, or choose data that it was made for.",
  );
}
