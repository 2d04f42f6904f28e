// What a network must be to be trained on a data set: a classifier of its examples. For networks that a user brings; those of the zoo
// are made for the data.

import { ProbSelectError } from "../foundation/errors.ts";
import { type Architecture, shapeLayers } from "./architecture.ts";
import { fitsExamples } from "./fits-examples.ts";
import type { DataShape } from "./zoo/zoo-network.ts";

/**
 * @param data whose examples it is to read; absent where nobody knows.
 * @param source how errors name the network.
 * @throws {ProbSelectError} models.invalid-architecture if its layers do not fit one another or it ends in no softmax over classes;
 * models.shape-mismatch if the data have other examples or more classes.
 */
export function requireClassifier(architecture: Architecture, data: DataShape | undefined, source: string): void {
  const last = shapeLayers(architecture).at(-1);
  const [classCount, ...others] = last?.outputShape ?? [];
  const isSoftmax = last && "activation" in last.layer && last.layer.activation === "softmax";
  if (!isSoftmax || classCount === undefined || others.length > 0) {
    throw new ProbSelectError(
      "models.invalid-architecture",
      `The network of ${source} ends in "${last?.layer.name}" with the shape [${last?.outputShape}]. Let it end in an activation ` +
        "softmax over [classes], such as a dense layer: here it is trained by the cross-entropy of classes.",
    );
  }
  if (!data || fitsExamples(architecture, { ...data, exampleShape: data.inputShape })) return;
  const [wanted, found] = [architecture.inputShape.join("x"), data.inputShape.join("x")];
  throw new ProbSelectError(
    "models.shape-mismatch",
    `The network of ${source} takes examples of ${wanted} and has ${classCount} classes, but the data set has examples of ` +
      `${found} and ${data.classCount} classes. Choose the model or the data set that fits.`,
  );
}
