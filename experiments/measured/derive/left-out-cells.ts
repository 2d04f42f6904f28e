// What truth level L2 holds of the measured training times: workloads that several GPUs were measured on, each step with the forecast
// of coefficients that saw neither its GPU nor its network, and the spread of such forecasts.

import type { LawSpreads } from "../../../selection/probability/compute-law.ts";
import { fitRoofline, fitRooflineFrom, predictPoint } from "../../forecast-accuracy/fit/fit-roofline.ts";
import { gpuOf, groupOf, isLeftOut } from "../../forecast-accuracy/fit/leave-out.ts";
import { groupBy } from "../../forecast-accuracy/group-by.ts";
import { leftOutSpreads } from "../../forecast-accuracy/study/left-out-laws.ts";
import { predictRoofline, type StudyPrediction } from "../../forecast-accuracy/study/predictions.ts";
import type { SourceName, StudyData, StudyStep } from "../../forecast-accuracy/study/study-data.ts";

/** Whose licence lets the figures be carried, and how many GPUs make a workload of theirs: PROFET measured three in all. */
const leastGpus: Readonly<Partial<Record<SourceName, number>>> = { torchvision: 5, "gpu-insights": 5, profet: 3 };

/** A measured step, and what was said of it unseen. */
export interface LeftOutCell {
  readonly step: StudyStep;
  readonly predictedSeconds: number;
  readonly spread: LawSpreads;
}

/** The cells of one stack, network, precision, batch size and image size, of one source. */
export type LeftOutWorkload = readonly LeftOutCell[];

/** Every workload that the package can carry. Takes some tens of seconds on all measurements. */
export function leftOutWorkloads(data: StudyData): readonly LeftOutWorkload[] {
  return [predictRoofline(data.cnn, "gpu-and-network"), predictTensorflow(data)].flatMap((points) => {
    const cells = leftOutSpreads(points, points, "gpu-and-network");
    return carriedWorkloads(cells);
  });
}

function carriedWorkloads(cells: readonly LeftOutCell[]): readonly LeftOutWorkload[] {
  const workloads = groupBy(cells, ({ step }) =>
    JSON.stringify([step.source, step.network, step.precision, step.batchSize, step.imageSize]),
  );
  return [...workloads.values()].filter((members) => {
    const least = leastGpus[(members[0] as LeftOutCell).step.source];
    return least !== undefined && new Set(members.map(({ step }) => gpuOf(step))).size >= least;
  });
}

/**
 * TensorFlow's steps. The reference that its coefficients are drawn towards has not seen GPU and network either: the same network has
 * another name in PyTorch's measurements ("mobilenet_v2" is "MobileNetV2").
 */
export function predictTensorflow({ cnn, tensorflow }: StudyData): readonly StudyPrediction[] {
  const references = cnn.filter(({ precision }) => precision === "fp32");
  const groups = groupBy(tensorflow, (step) => groupOf("gpu-and-network", step));
  return [...groups.values()].flatMap((members) => {
    const step = members[0] as StudyStep;
    const reference = references.filter(
      (other) => gpuOf(other) !== gpuOf(step) && plainName(other) !== plainName(step),
    );
    const others = tensorflow.filter((other) => !isLeftOut("gpu-and-network", step, other));
    const coefficients = fitRooflineFrom(fitRoofline(reference), others);
    return members.map((member) => predictPoint(member, coefficients));
  });
}

function plainName({ network }: StudyStep): string {
  return network.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
