// What a forecast of the table has not seen: the same numbers come out of a fit by hand to the other steps.

import { describe, expect, it } from "vitest";
import {
  fitRoofline,
  fitRooflineFrom,
  predictStep,
} from "../../../../experiments/forecast-accuracy/fit/fit-roofline.ts";
import { fitSpread } from "../../../../experiments/forecast-accuracy/fit/fit-spread.ts";
import { measuredSteps } from "../../../../experiments/forecast-accuracy/measured-steps.ts";
import { networkCosts } from "../../../../experiments/forecast-accuracy/network-costs.ts";
import type { Measurement } from "../../../../experiments/forecast-accuracy/read-measurements.ts";
import { predictRoofline } from "../../../../experiments/forecast-accuracy/study/predictions.ts";
import type { SourceName, StudyData, StudyStep } from "../../../../experiments/forecast-accuracy/study/study-data.ts";
import { leftOutWorkloads, predictTensorflow } from "../../../../experiments/measured/derive/left-out-cells.ts";
import { networks, trueCoefficients } from "../../forecast-accuracy/support.ts";

const costOf = networkCosts();
/** Steps of made-up coefficients, none of them quite as those say. */
const made = (source: SourceName, rows: readonly Measurement[]): readonly StudyStep[] =>
  measuredSteps({ rows, skipped: [] }, costOf).steps.map((step, index) => {
    const stepSeconds = predictStep(step, trueCoefficients) * (1 + 0.3 * Math.sin(index));
    return { ...step, source, stepSeconds };
  });

const gpus = ["GeForce RTX 3090", "Tesla V100 SXM2 16 GB", "A100 PCIe 40 GB", "TITAN Xp", "GeForce GTX 1080 Ti"];
const cnnRows = gpus.flatMap((gpu) =>
  networks.map((network) => ({
    ...{ gpu, network, batchSize: 12, stepSeconds: 1 },
    ...{ precision: "fp32" as const, stack: "pytorch" as const },
  })),
);
const cnn = made("torchvision", cnnRows);
const teslas = ["Tesla K80", "Tesla M60", "Tesla V100 SXM2 16 GB"];
const kerasRows = teslas.flatMap((gpu) =>
  ["ResNet50", "VGG16", "LeNet5", "MobileNetV2"].map((network) => ({
    ...{ gpu, network, batchSize: 16, stepSeconds: 1, imageSize: 64, classCount: 100 },
    ...{ precision: "fp32" as const, stack: "tensorflow" as const },
  })),
);
const tensorflow = made("profet", kerasRows);
const data: StudyData = { cnn, tensorflow, cells: [], sources: [] };

const isUnseen = (step: StudyStep) => (other: StudyStep) => other.gpu !== step.gpu && other.network !== step.network;

describe("the forecast of a cell", () => {
  const workloads = leftOutWorkloads(data);

  it("is that of a fit by hand without its GPU and its network", () => {
    const { step, predictedSeconds } = workloads
      .flat()
      .find(
        (cell) => cell.step.gpu === "GeForce RTX 3090" && cell.step.network === "vgg16",
      ) as (typeof workloads)[number][number];
    expect(predictedSeconds).toBe(predictStep(step, fitRoofline(cnn.filter(isUnseen(step)))));
  });

  it("has the spread of such forecasts of other GPUs and networks", () => {
    const { step, spread } = workloads
      .flat()
      .find(
        (cell) => cell.step.gpu === "GeForce RTX 3090" && cell.step.network === "vgg16",
      ) as (typeof workloads)[number][number];
    const others = predictRoofline(cnn, "gpu-and-network").filter((point) => isUnseen(step)(point.step));
    expect(others).toHaveLength(20); // 4 GPUs, 5 networks
    expect(spread).toEqual(fitSpread(others.map((other) => other.step.stepSeconds / other.predictedSeconds)));
  });

  it("with TensorFlow rests on a reference that saw neither, the network's other name included", () => {
    const [v100, mobile] = ["Tesla V100 SXM2 16 GB", "MobileNetV2"];
    const point = predictTensorflow(data).find(({ step }) => step.gpu === v100 && step.network === mobile);
    const reference = cnn.filter(({ gpu, network }) => gpu !== v100 && network !== "mobilenet_v2");
    expect(reference).toHaveLength(20); // 4 GPUs, 5 networks
    const step = point?.step as StudyStep;
    const coefficients = fitRooflineFrom(fitRoofline(reference), tensorflow.filter(isUnseen(step)));
    expect(point?.predictedSeconds).toBe(predictStep(step, coefficients));
  });

  it("is not moved by the measured time of the cell itself, nor by its GPU's or its network's", () => {
    const target = tensorflow.find(({ network }) => network === "ResNet50") as StudyStep;
    const slower = (steps: readonly StudyStep[]) =>
      steps.map((step) =>
        step.gpu === target.gpu || step.network.toLowerCase() === "resnet50"
          ? { ...step, stepSeconds: 3 * step.stepSeconds }
          : step,
      );
    const before = predictTensorflow(data)[0]?.predictedSeconds;
    const after = predictTensorflow({ ...data, cnn: slower(cnn), tensorflow: slower(tensorflow) })[0]?.predictedSeconds;
    expect(after).toBe(before);
  });
});

describe("a workload of the table", () => {
  it("has five GPUs or more, or PROFET's three", () => {
    expect(leftOutWorkloads(data).map((cells) => cells.length)).toEqual([5, 5, 5, 5, 5, 5, 3, 3, 3, 3]);
    const four = cnn.filter(({ gpu }) => gpu !== gpus[0]);
    expect(leftOutWorkloads({ ...data, cnn: four }).map((cells) => cells.length)).toEqual([3, 3, 3, 3]);
  });

  it("is of a source whose licence lets it be carried; the fits see the others too", () => {
    const lambda = cnn.map((step): StudyStep => ({ ...step, source: step.batchSize === 12 ? "lambda" : step.source }));
    expect(leftOutWorkloads({ ...data, cnn: lambda })).toHaveLength(4);
    const more = cnn.map(
      (step): StudyStep => ({ ...step, source: "lambda", batchSize: 8, stepSeconds: 2 * step.stepSeconds }),
    );
    const [first] = leftOutWorkloads({ ...data, cnn: [...cnn, ...more] });
    expect(first?.map(({ step }) => step.batchSize)).toEqual([12, 12, 12, 12, 12]);
    expect(first?.[0]?.predictedSeconds).toBeGreaterThan(leftOutWorkloads(data)[0]?.[0]?.predictedSeconds ?? 0);
  });
});
