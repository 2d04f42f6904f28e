// The input shapes of a LayersModel: its own, with the sizes that it leaves open filled in by the caller.

import type { LayersModel } from "@tensorflow/tfjs-layers";
import { counted } from "../../foundation/counted.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { Shape } from "../layers-model-description.ts";
import type { BatchShape } from "./layer-output-shapes.ts";

/**
 * @param given without the batch dimension; one shape per input, where there are several. Absent if the model leaves no
 * size open.
 * @returns one shape per input, with the batch dimension as the model has it.
 * @throws {ProbSelectError} models.invalid-architecture, naming the input and what to give.
 */
export function resolveInputShapes(
  model: LayersModel,
  given: Shape | readonly Shape[] | undefined,
): readonly BatchShape[] {
  const { inputs } = model;
  const shapes = given === undefined ? undefined : isOneShape(given) ? [given] : given;
  const overwriting = layerThatOverwritesShapes(model.layers);
  if (overwriting !== undefined && shapes === undefined) {
    throw invalid(
      `TensorFlow.js overwrites the input shape of the model "${model.name}", since it has a ${overwriting}.`,
    );
  }
  if (shapes !== undefined && shapes.length !== inputs.length) {
    throw invalid(
      `The model "${model.name}" has ${counted(inputs.length, "input")}, but ${counted(shapes.length, "shape was", "shapes were")} given.`,
    );
  }
  return inputs.map(({ name, shape }, index) => {
    const own = shape.slice(1);
    const wanted = shapes?.[index] ?? own;
    const isWhole = wanted.every((size) => size !== null && Number.isInteger(size) && size >= 1);
    const fits =
      overwriting !== undefined ||
      (wanted.length === own.length && own.every((size, axis) => size === null || size === wanted[axis]));
    if (!isWhole || !fits) {
      const described = `[${own.map((size) => size ?? "unknown").join(", ")}]`;
      throw invalid(
        shapes === undefined
          ? `The model "${model.name}" leaves sizes of its input "${name}" open: ${described}.`
          : `The input "${name}" of the model "${model.name}" has the shape ${described}, which [${wanted.join(", ")}] does not fit.`,
      );
    }
    return [shape[0] ?? null, ...wanted];
  });
}

/** In tfjs-layers 4.22 these two write the shape that they put out into the shape that they were given, the model's own. */
function layerThatOverwritesShapes(layers: LayersModel["layers"]): string | undefined {
  for (const layer of layers) {
    if (["CenterCrop", "CategoryEncoding"].includes(layer.getClassName())) return layer.getClassName();
    const inner =
      "layers" in layer && Array.isArray(layer.layers) ? layerThatOverwritesShapes(layer.layers) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function isOneShape(given: Shape | readonly Shape[]): given is Shape {
  return typeof given[0] === "number" || given.length === 0;
}

function invalid(what: string): ProbSelectError {
  return new ProbSelectError(
    "models.invalid-architecture",
    `${what} Give the shape of one example without the batch dimension, e.g. inputShape: [100] (on the command line ` +
      "--input-shape 100), or one per input.",
  );
}
