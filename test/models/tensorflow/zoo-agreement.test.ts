// The same three steps on the back-ends that come with the package: one that multiplies otherwise may differ in the last bits, no more.

import { describe, expect, it } from "vitest";
import { wallClock } from "../../../foundation/clock.ts";
import { randomInteger, seededRandom } from "../../../foundation/random-source.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { type BackendName, selectBackend } from "../../../models/tensorflow/backend.ts";
import { type LocalTrainingResult, trainLocally } from "../../../models/tensorflow/train-locally.ts";
import { findArchitecture, zoo } from "../../../models/zoo.ts";

const BATCH = 4;
const STEPS = 3;
/** Small, since the cpu back-end takes a minute for three steps of resnet20 at 32 pixels. */
const sideOf = (name: string) => (name === "resnet20" ? 8 : 12);

async function train(name: string, backend: BackendName): Promise<LocalTrainingResult> {
  await selectBackend(backend);
  const side = sideOf(name);
  const architecture = findArchitecture(name, { inputShape: [side, side, 3], classCount: 10 });
  const random = seededRandom(3);
  const exampleCount = BATCH * STEPS;
  const examples = {
    ...{ exampleCount, exampleShape: [side, side, 3], classCount: 10 },
    inputs: Float32Array.from({ length: exampleCount * side * side * 3 }, () => random.next()),
    labels: Uint8Array.from({ length: exampleCount }, () => randomInteger(random, 10)),
  };
  const settings = { epochs: 1, batchSize: BATCH, learningRate: 0.01, momentum: 0.9 };
  const task = { architecture, parameters: initialParameters(architecture, 1), examples, settings, seed: 7 };
  return trainLocally(task, { clock: wallClock });
}

describe("three steps of SGD with momentum", () => {
  /** Native ones have a process of their own: test/system/webgpu.test.ts. */
  const others: readonly BackendName[] = ["cpu"];

  it.each(Object.keys(zoo))("of %s agree across the back-ends: loss to 1e-5, each parameter to 1e-5", async (name) => {
    const wasm = await train(name, "wasm");
    expect(wasm.stepCount).toBe(STEPS);
    for (const backend of others) {
      const other = await train(name, backend);
      expect(Math.abs(other.trainingLoss - wasm.trainingLoss)).toBeLessThan(1e-5);
      const worst = wasm.parameters.values.reduce(
        (largest, value, place) => Math.max(largest, Math.abs(value - (other.parameters.values[place] ?? Number.NaN))),
        0,
      );
      expect(worst).toBeLessThan(1e-5);
    }
    expect(wasm.parameters.values).not.toEqual(
      initialParameters(findArchitecture(name, { inputShape: [sideOf(name), sideOf(name), 3], classCount: 10 }), 1)
        .values,
    );
  });
});
