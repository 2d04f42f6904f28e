// The same training on wasm and on another back-end, each in the thread or the process that an agent gives it.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LocalTrainingResult } from "../../../client/training/local-trainer.ts";
import { WorkerTrainer } from "../../../client/training/worker-trainer.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import type { BackendName } from "../../../models/tensorflow/backends/names.ts";
import { type DataShape, findArchitecture } from "../../../models/zoo.ts";
import type { ZooCase } from "./zoo-cases.ts";

const never = new AbortController().signal;
export const usualSettings = { epochs: 1, batchSize: 4, learningRate: 0.01, momentum: 0.9 };

/** @returns a module in the folder with noise of that shape, or with tokens at random. */
export async function noiseOf(
  folder: string,
  shape: readonly number[],
  exampleCount: number,
  vocabularySize = 0,
): Promise<string> {
  const path = join(folder, `noise-${shape.join("x")}-${exampleCount}-${vocabularySize}.mjs`);
  await writeFile(
    path,
    `let state = 3;
     const next = () => (state = (state * 16807) % 2147483647) / 2147483647;
     const width = ${shape.reduce((product, size) => product * size, 1)};
     const labels = Uint8Array.from({ length: ${exampleCount} }, () => Math.floor(next() * 10));
     const input = () => (${vocabularySize} > 0 ? Math.floor(next() * ${vocabularySize}) : next());
     const inputs = Float32Array.from({ length: ${exampleCount} * width }, input);
     const load = async (indices = labels.map((_, place) => place)) => ({
       exampleCount: indices.length, exampleShape: ${JSON.stringify(shape)}, classCount: 10,
       labels: Uint8Array.from(indices, (place) => labels[place]),
       inputs: Float32Array.from({ length: indices.length * width }, (_, k) => inputs[indices[Math.floor(k / width)] * width + (k % width)]),
     });
     export const dataset = { name: "noise", loadTrainingLabels: async () => labels, loadTraining: load, loadTest: load };`,
  );
  return path;
}

/** Whoever starts it closes it. */
export function startTrainer(
  backend: BackendName,
  datasetName: string,
  maximumExamples?: number,
): Promise<WorkerTrainer> {
  const whole = { partition: { kind: "iid" }, shard: { index: 0, count: 1 }, seed: 5 } as const;
  return WorkerTrainer.start({ data: { datasetName, ...whole, maximumExamples }, backend });
}

export interface BothTrainings {
  readonly wasm: LocalTrainingResult;
  readonly other: LocalTrainingResult;
  /** The largest difference of any parameter. */
  readonly worst: number;
}

export type TrainingChanges = Partial<typeof usualSettings> & {
  readonly maximumExamples?: number;
  readonly data?: DataShape;
};

export async function trainOnBoth(
  backend: BackendName,
  name: string,
  datasetName: string,
  { data, maximumExamples, ...changes }: TrainingChanges = {},
): Promise<BothTrainings> {
  const architecture = findArchitecture(name, data);
  const train = async (on: BackendName) => {
    const trainer = await startTrainer(on, datasetName, maximumExamples);
    try {
      const task = { architecture, parameters: initialParameters(architecture, 1), seed: 7 };
      return await trainer.train({ ...task, settings: { ...usualSettings, ...changes } }, { signal: never });
    } finally {
      await trainer.close();
    }
  };
  const [wasm, other] = [await train("wasm"), await train(backend)];
  const worst = wasm.parameters.values.reduce(
    (largest, value, place) => Math.max(largest, Math.abs(value - (other.parameters.values[place] ?? Number.NaN))),
    0,
  );
  return { wasm, other, worst };
}

/** Three steps of a network of the zoo on noise. */
export async function threeSteps(backend: BackendName, folder: string, each: ZooCase): Promise<BothTrainings> {
  const { name, data, learningRate, batchSize } = each;
  const noise = await noiseOf(folder, data.inputShape, 3 * batchSize, data.vocabularySize);
  return trainOnBoth(backend, name, noise, { data, learningRate, batchSize });
}
