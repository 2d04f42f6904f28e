// The same three steps on the back-ends that come with the package: one that multiplies otherwise may differ in the last bits, no more.
// The cpu back-end takes minutes for the wide networks; SLOW_AGREEMENT=1 compares those too.

import { describe, expect, it } from "vitest";
import { wallClock } from "../../../foundation/clock.ts";
import { randomInteger, seededRandom } from "../../../foundation/random-source.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { elementCount, type ParameterSet } from "../../../models/parameter-set.ts";
import { type BackendName, selectBackend } from "../../../models/tensorflow/backend.ts";
import { type LocalTrainingResult, trainLocally } from "../../../models/tensorflow/train-locally.ts";
import { findArchitecture, zoo } from "../../../models/zoo.ts";
import { images, isCompared, type ZooCase, zooCases } from "./zoo-cases.ts";

const STEPS = 3;

function taskOf({ name, data, learningRate, batchSize }: ZooCase) {
  const architecture = findArchitecture(name, data);
  const random = seededRandom(3);
  const exampleCount = batchSize * STEPS;
  const { inputShape, classCount, vocabularySize } = data;
  const next = () => (vocabularySize === undefined ? random.next() : randomInteger(random, vocabularySize));
  const examples = {
    ...{ exampleCount, exampleShape: inputShape, classCount },
    inputs: Float32Array.from({ length: exampleCount * elementCount(inputShape) }, next),
    labels: Uint8Array.from({ length: exampleCount }, () => randomInteger(random, classCount)),
  };
  const settings = { epochs: 1, batchSize, learningRate, momentum: 0.9 };
  return { architecture, parameters: initialParameters(architecture, 1), examples, settings, seed: 7 };
}

async function train(task: ReturnType<typeof taskOf>, backend: BackendName): Promise<LocalTrainingResult> {
  await selectBackend(backend);
  return trainLocally(task, { clock: wallClock });
}

/** The largest difference of any parameter. */
function largestDifference(one: ParameterSet, other: ParameterSet): number {
  return one.values.reduce((largest, value, place) => {
    return Math.max(largest, Math.abs(value - (other.values[place] ?? Number.NaN)));
  }, 0);
}

describe("three steps of SGD with momentum", () => {
  /** Native ones have a process of their own: test/system/webgpu.test.ts. */
  const others: readonly BackendName[] = ["cpu"];

  it("are compared for every network of the zoo", () => {
    const names = zooCases.map(({ name }) => name);
    expect(names.sort()).toEqual([...Object.keys(zoo), "resnet18", "vgg11"].sort());
  });

  it.each(zooCases.filter(isCompared))(
    "of $name agree across the back-ends: loss and each parameter to $tolerance, and to a hundredth of the way that they went",
    async (each) => {
      const task = taskOf(each);
      const wasm = await train(task, "wasm");
      expect(wasm.stepCount).toBe(STEPS);
      const way = largestDifference(wasm.parameters, task.parameters);
      expect(way).toBeGreaterThan(0);
      for (const backend of others) {
        const other = await train(task, backend);
        expect(Math.abs(other.trainingLoss - wasm.trainingLoss)).toBeLessThan(each.tolerance);
        const difference = largestDifference(other.parameters, wasm.parameters);
        expect(difference).toBeLessThan(Math.min(each.tolerance, way / 100));
      }
    },
    1_200_000,
  );
});

describe("a step on wasm", () => {
  it.each(zooCases.filter(({ isSlow }) => isSlow))("of $name moves every one of its tensors", async (each) => {
    const { examples, ...task } = taskOf({ ...each, data: images(32), learningRate: 0.01 });
    const { parameters, trainingLoss } = await train({ ...task, examples: { ...examples, exampleCount: 2 } }, "wasm");
    expect(Math.abs(trainingLoss - Math.log(examples.classCount))).toBeLessThan(1);
    const still = parameters.tensors.filter(({ values }, place) => {
      const before = task.parameters.tensors[place]?.values;
      return values.every((value, index) => value === before?.[index]);
    });
    expect(still.map(({ name }) => name)).toEqual([]);
  });
});
