// Noise with labels: a step's time does not depend on what the examples show.

import { seededRandom } from "../../foundation/random-source.ts";
import type { Architecture } from "../../models/architecture.ts";
import type { LabelledExamples } from "../../models/examples.ts";
import { classCountOf } from "../../models/fits-examples.ts";
import { elementCount } from "../../models/parameter-set.ts";

/** So many that their batches do not all lie in the processor's cache, but no more than so many bytes of large images. */
const MOST_EXAMPLES = 1024;
const MOST_BYTES = 2 ** 24;
const MOST_CLASSES = 10;

const kept = new Map<string, LabelledExamples>();

/** Examples that the network takes; the same for the same shape. */
export function madeExamples(architecture: Architecture): LabelledExamples {
  const { inputShape: exampleShape } = architecture;
  const classCount = Math.min(MOST_CLASSES, classCountOf(architecture));
  const key = JSON.stringify([exampleShape, classCount]);
  const found = kept.get(key);
  if (found) return found;
  const random = seededRandom(1, "calibration");
  const elements = elementCount(exampleShape);
  const fitting = Math.floor(MOST_BYTES / (elements * Float32Array.BYTES_PER_ELEMENT));
  const exampleCount = Math.max(1, Math.min(MOST_EXAMPLES, fitting));
  const made: LabelledExamples = {
    ...{ exampleCount, exampleShape, classCount },
    inputs: Float32Array.from({ length: exampleCount * elements }, () => random.next()),
    labels: Uint8Array.from({ length: exampleCount }, (_, index) => index % classCount),
  };
  kept.set(key, made);
  return made;
}

/** So many places among so many examples, over and over where there are fewer. @example places(5, 2) // 0, 1, 0, 1, 0 */
export function places(count: number, exampleCount: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index % exampleCount);
}
