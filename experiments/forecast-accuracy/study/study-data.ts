// The measurements of the accuracy study: which files there are, who measured them, and what of them can be used.

import { type CellSeries, readCellSeries } from "../measured-cells.ts";
import { type MeasuredStep, measuredSteps } from "../measured-steps.ts";
import { networkCosts } from "../network-costs.ts";
import { readMeasurements, type SkippedRows } from "../read-measurements.ts";

export type SourceName = "torchvision" | "lambda" | "gpu-insights" | "profet";

/** A file of steps, and whose it is. */
export interface StudySource {
  readonly name: SourceName;
  readonly file: string;
  readonly repository: string;
  readonly licence: string;
  readonly what: string;
}

export const cnnSources: readonly StudySource[] = [
  {
    name: "torchvision",
    file: "cnn-torchvision-batch12.csv",
    repository: "lamikr/pytorch-gpu-benchmark",
    licence: "MIT",
    what: "torchvision's CNNs at 224 x 224, fp32 and fp16, PyTorch 1.0 to 2.4, batch 12 (one GPU: 4); forward and backward pass, no optimiser step",
  },
  {
    name: "lambda",
    file: "lambda-resnet50-and-others.csv",
    repository: "lambdal/deeplearning-benchmark",
    licence: "no licence file: figures only",
    what: "ResNet-50, NVIDIA's training scripts with PyTorch, batch 64 and more; images/s as whole numbers",
  },
  {
    name: "gpu-insights",
    file: "gpu-insights.csv",
    repository: "xiaoran007/GPU-Insights",
    licence: "BSD-3-Clause",
    what: "ResNet-50 with the stem for CIFAR, PyTorch; samples/s derived from its scores",
  },
];

export const tensorflowSource: StudySource = {
  name: "profet",
  file: "tf25-cnn-profet.csv",
  repository: "ddps-lab/profet",
  licence: "MIT",
  what: "Keras CNNs from LeNet-5 to VGG-19, five image sizes, batch 16 to 256, fp32, TensorFlow 2.5; median of nine runs",
};

export const iterationsFile = "per-iteration-ms.csv";

export interface StudyStep extends MeasuredStep {
  readonly source: SourceName;
}

export interface SourceCount extends StudySource {
  readonly used: number;
  readonly skipped: readonly SkippedRows[];
}

export interface StudyData {
  /** PyTorch's steps of all networks whose cost is known. */
  readonly cnn: readonly StudyStep[];
  readonly tensorflow: readonly StudyStep[];
  readonly cells: readonly CellSeries[];
  readonly sources: readonly SourceCount[];
}

/**
 * @param read the text of a file by its name.
 * @throws {ProbSelectError} experiments.malformed-measurements
 */
export function readStudyData(read: (file: string) => string): StudyData {
  const costOf = networkCosts();
  const load = (source: StudySource) => {
    const { steps, skipped } = measuredSteps(readMeasurements(read(source.file), source.file), costOf);
    const own = steps.map((step): StudyStep => ({ ...step, source: source.name }));
    return { steps: own, count: { ...source, used: own.length, skipped } };
  };
  const cnn = cnnSources.map(load);
  const tensorflow = load(tensorflowSource);
  return {
    cnn: cnn.flatMap(({ steps }) => steps),
    tensorflow: tensorflow.steps,
    cells: readCellSeries(read(iterationsFile), iterationsFile),
    sources: [...cnn, tensorflow].map(({ count }) => count),
  };
}
