// Whether a network reads the examples of a data set.

import { type Architecture, shapeLayers } from "./architecture.ts";
import { elementCount } from "./parameter-set.ts";

/** Length of the network's output. @throws {ProbSelectError} models.invalid-architecture if its layers do not fit one another. */
export function classCountOf(architecture: Architecture): number {
  return elementCount(shapeLayers(architecture).at(-1)?.outputShape ?? []);
}

/**
 * Whether examples of that shape can be fed to the network, and each of their classes has an output. Fewer classes than outputs fit.
 *
 * @throws {ProbSelectError} models.invalid-architecture if its layers do not fit one another.
 * @example fitsExamples(lenet5, { exampleShape: [28, 28, 1], classCount: 3 }) // true
 */
export function fitsExamples(
  architecture: Architecture,
  { exampleShape, classCount }: { readonly exampleShape: readonly number[]; readonly classCount: number },
): boolean {
  return architecture.inputShape.join() === exampleShape.join() && classCountOf(architecture) >= classCount;
}
