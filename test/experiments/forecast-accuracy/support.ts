// Measured steps that the tests of the fits make up: real GPUs and networks, times from coefficients that are known.

import { predictStep } from "../../../experiments/forecast-accuracy/fit/fit-roofline.ts";
import { type MeasuredStep, measuredSteps } from "../../../experiments/forecast-accuracy/measured-steps.ts";
import { networkCosts } from "../../../experiments/forecast-accuracy/network-costs.ts";
import type { RooflineCoefficients } from "../../../selection/latency/roofline/coefficients.ts";

export const gpus = ["GeForce RTX 3090", "Tesla V100 SXM2 16 GB", "A100 PCIe 40 GB", "TITAN Xp", "Radeon RX 7900 XTX"];
export const networks = ["resnet50", "vgg16", "mobilenet_v2", "resnext50_32x4d", "squeezenet1_0", "densenet121"];

/** What made-up devices take; none is what any fit ships. */
export const trueCoefficients: RooflineCoefficients = {
  dense: 0.6,
  vector: 0.1,
  grouped: 8,
  depthwise: 50,
  activation: 4,
  parameter: 9,
  launch: 60_000,
  input: 0,
  step: 0.004,
};

const costOf = networkCosts();

/** Steps of every GPU, network and batch size, each as long as `secondsOf` says of its features. */
export function madeSteps(
  secondsOf: (step: MeasuredStep, index: number) => number = (step) => predictStep(step, trueCoefficients),
  batchSizes: readonly number[] = [8, 32],
): readonly MeasuredStep[] {
  const rows = gpus.flatMap((gpu) =>
    networks.flatMap((network) =>
      batchSizes.map((batchSize) => ({
        ...{ gpu, system: gpu, network, batchSize, stepSeconds: 1 },
        precision: "fp32" as const,
        stack: "pytorch" as const,
      })),
    ),
  );
  const { steps } = measuredSteps({ rows, skipped: [] }, costOf);
  return steps.map((step, index) => ({ ...step, stepSeconds: secondsOf(step, index) }));
}
