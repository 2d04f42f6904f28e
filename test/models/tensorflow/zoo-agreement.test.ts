// The same three steps on every back-end that this machine has: one that multiplies otherwise may differ in the last bits, no more.
// The cpu back-end takes minutes for the wide networks; SLOW_AGREEMENT=1 compares those too.

import { beforeAll, describe, expect, it } from "vitest";
import { wallClock } from "../../../foundation/clock.ts";
import { randomInteger, seededRandom } from "../../../foundation/random-source.ts";
import type { Architecture } from "../../../models/architecture.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { elementCount, type ParameterSet } from "../../../models/parameter-set.ts";
import { type BackendName, describeBackends, selectBackend } from "../../../models/tensorflow/backend.ts";
import { type LocalTrainingResult, trainLocally } from "../../../models/tensorflow/train-locally.ts";
import { type DataShape, findArchitecture, zoo } from "../../../models/zoo.ts";

const STEPS = 3;
const CLASSES = 10;

interface Case {
  readonly name: string;
  readonly data: DataShape;
  readonly learningRate: number;
  readonly batchSize?: number;
  readonly isSlow?: boolean;
}

const images = (side: number): DataShape => ({ inputShape: [side, side, 3], classCount: CLASSES });
const tokens = (length: number): DataShape => ({ inputShape: [length], classCount: CLASSES, vocabularySize: 12 });
/** Sizes are small for the cpu back-end's sake: it takes a minute for three steps of resnet20 at 32 pixels. */
const cases: readonly Case[] = [
  { name: "mlp", data: images(12), learningRate: 0.01 },
  { name: "lenet5", data: images(12), learningRate: 0.01 },
  { name: "cnn-small", data: images(12), learningRate: 0.01 },
  { name: "logistic-regression", data: images(12), learningRate: 0.01 },
  { name: "resnet20", data: images(8), learningRate: 0.01, batchSize: 2 },
  // Its 52 normalisations make steps chaotic: at 0.0001 a change of the parameters by 1e-7 changes the third loss by 3e-3, on one back-end.
  { name: "mobilenet-v2-0.35", data: images(2), learningRate: 0.00001 },
  { name: "mobilenet-v2", data: images(2), learningRate: 0.00001, isSlow: true },
  { name: "resnet18", data: images(8), learningRate: 0.01, isSlow: true },
  { name: "vgg11", data: images(32), learningRate: 0.01, isSlow: true },
  { name: "char-lstm", data: tokens(9), learningRate: 0.01 },
  { name: "char-lstm-large", data: tokens(5), learningRate: 0.01 },
  { name: "transformer-encoder", data: tokens(9), learningRate: 0.01 },
];
const isCompared = ({ isSlow = false }: Case) => !isSlow || process.env.SLOW_AGREEMENT === "1";

function taskOf({ name, data, learningRate, batchSize = 4 }: Case) {
  const architecture: Architecture = findArchitecture(name, data);
  const random = seededRandom(3);
  const exampleCount = batchSize * STEPS;
  const { inputShape, vocabularySize } = data;
  const next = () => (vocabularySize === undefined ? random.next() : randomInteger(random, vocabularySize));
  const examples = {
    ...{ exampleCount, exampleShape: inputShape, classCount: CLASSES },
    inputs: Float32Array.from({ length: exampleCount * elementCount(inputShape) }, next),
    labels: Uint8Array.from({ length: exampleCount }, () => randomInteger(random, CLASSES)),
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
  let others: readonly BackendName[];
  beforeAll(async () => {
    const usable = (await describeBackends()).filter((backend) => backend.usable).map(({ name }) => name);
    others = usable.filter((name) => name !== "wasm");
    expect(others).toContain("cpu");
  });

  it("are compared for every network of the zoo", () => {
    const names = new Set(cases.map(({ name }) => name));
    expect([...names].sort()).toEqual([...Object.keys(zoo), "resnet18", "vgg11"].sort());
  });

  it.each(cases.filter(isCompared))(
    "of $name agree across the back-ends: loss and each parameter to 1e-5, and to a hundredth of the way that they went",
    async (each) => {
      const task = taskOf(each);
      const wasm = await train(task, "wasm");
      expect(wasm.stepCount).toBe(STEPS);
      const way = largestDifference(wasm.parameters, task.parameters);
      expect(way).toBeGreaterThan(0);
      for (const backend of others) {
        const other = await train(task, backend);
        expect(Math.abs(other.trainingLoss - wasm.trainingLoss)).toBeLessThan(1e-5);
        expect(largestDifference(other.parameters, wasm.parameters)).toBeLessThan(Math.min(1e-5, way / 100));
      }
    },
    600_000,
  );
});

describe("a step on wasm", () => {
  it.each(cases.filter(({ isSlow }) => isSlow))("of $name moves every one of its tensors", async (each) => {
    const { examples, ...task } = taskOf({ ...each, data: images(32), learningRate: 0.01 });
    const { parameters, trainingLoss } = await train({ ...task, examples: { ...examples, exampleCount: 2 } }, "wasm");
    expect(Math.abs(trainingLoss - Math.log(CLASSES))).toBeLessThan(1);
    const still = parameters.tensors.filter(({ values }, place) => {
      const before = task.parameters.tensors[place]?.values;
      return values.every((value, index) => value === before?.[index]);
    });
    expect(still.map(({ name }) => name)).toEqual([]);
  });
});
