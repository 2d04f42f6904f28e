// How far a calibrated forecast is off, from measurements that it was not shown: another batch size of a network that was timed on
// the GPU, and other networks than the three that were timed on it. The coefficients that fill the gaps never saw the GPU.

import { fitDevice } from "../../../selection/latency/calibrated/device-fit.ts";
import { otherBatchSeconds } from "../../../selection/latency/calibrated/other-batch.ts";
import { gpuShape, type StepShape } from "../../../selection/latency/calibrated/step-shape.ts";
import { dot } from "../../../selection/latency/fitting/non-negative-fit.ts";
import type { RooflineCoefficients } from "../../../selection/latency/roofline/coefficients.ts";
import { stepFeatureNames } from "../../../selection/latency/roofline/step-features.ts";
import { groupBy } from "../group-by.ts";
import type { MeasuredStep } from "../measured-steps.ts";
import type { PointPrediction } from "./fit-roofline.ts";
import { gpuOf } from "./leave-out.ts";

/** Networks to time first on a GPU: dense arithmetic, memory traffic and many operators, as the measurement study chose them. */
export const probeNetworks: readonly string[] = ["resnet50", "vgg16", "densenet121"];
const LEAST_TARGETS = 5;

/** The coefficients of a fit that had not seen this step's GPU. */
export type CoefficientsWithout = (step: MeasuredStep) => RooflineCoefficients;

/**
 * Predicts every step from each other batch size of its GPU, network, precision and image size, one at a time.
 *
 * @param steps of one software stack.
 */
export function predictOtherBatches(
  steps: readonly MeasuredStep[],
  coefficientsWithout: CoefficientsWithout,
): readonly PointPrediction[] {
  const series = groupBy(steps, ({ gpu, system, network, precision, imageSize }) =>
    JSON.stringify([gpu, system, network, precision, imageSize]),
  );
  return [...series.values()].flatMap((members) =>
    members.flatMap((step) => {
      const shape = shapeOf(step, coefficientsWithout);
      const modelled = (batchSize: number) => secondsOf(shape, step, batchSize);
      return members
        .filter(({ batchSize }) => batchSize !== step.batchSize)
        .map((timed) => {
          const cell = { batchSize: timed.batchSize, secondsPerStep: timed.stepSeconds };
          return { step, predictedSeconds: otherBatchSeconds([cell], step.batchSize, modelled).seconds };
        });
    }),
  );
}

/**
 * Predicts the other networks of every GPU on which all of `probeNetworks` and at least five more were measured.
 *
 * @param steps of one software stack.
 */
export function predictFromProbes(
  steps: readonly MeasuredStep[],
  coefficientsWithout: CoefficientsWithout,
): readonly PointPrediction[] {
  const devices = groupBy(steps, ({ gpu, system, precision }) => JSON.stringify([gpu, system, precision]));
  return [...devices.values()].flatMap((members) => {
    const probes = probeNetworks.flatMap((name) => members.filter(({ network }) => network === name).slice(0, 1));
    const targets = members.filter(({ network }) => !probeNetworks.includes(network));
    const [first] = targets;
    if (probes.length < probeNetworks.length || targets.length < LEAST_TARGETS || !first) return [];
    const shape = shapeOf(first, coefficientsWithout);
    const cells = probes.map(({ workload, batchSize, stepSeconds }) => ({
      ...{ cost: { ...workload.model, processor: null }, batchSize },
      secondsPerStep: stepSeconds,
    }));
    const fitted = { ...shape, coefficients: fitDevice(shape, cells).coefficients };
    return targets.map((step) => ({ step, predictedSeconds: secondsOf(fitted, step, step.batchSize) }));
  });
}

function shapeOf(step: MeasuredStep, coefficientsWithout: CoefficientsWithout): StepShape {
  const coefficients = coefficientsWithout(step);
  return {
    ...gpuShape(step.device, step.stack, step.precision),
    coefficients: stepFeatureNames.map((name) => coefficients[name]),
  };
}

function secondsOf(shape: StepShape, { workload }: MeasuredStep, batchSize: number): number {
  const features = shape.features({ cost: { ...workload.model, processor: null }, batchSize });
  return features === null ? Number.NaN : dot(features, shape.coefficients);
}

/** The coefficients that a fit without a step's GPU has, each fitted once. */
export function coefficientsWithout(
  steps: readonly MeasuredStep[],
  fitWith: (others: readonly MeasuredStep[]) => RooflineCoefficients,
): (step: MeasuredStep) => RooflineCoefficients {
  const fits = new Map<string, RooflineCoefficients>();
  return (step) => {
    const gpu = gpuOf(step);
    const coefficients = fits.get(gpu) ?? fitWith(steps.filter((other) => gpuOf(other) !== gpu));
    fits.set(gpu, coefficients);
    return coefficients;
  };
}
