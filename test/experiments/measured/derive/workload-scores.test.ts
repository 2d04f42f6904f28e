import { describe, expect, it } from "vitest";
import type { LeftOutCell } from "../../../../experiments/measured/derive/left-out-cells.ts";
import { workloadScores } from "../../../../experiments/measured/derive/workload-scores.ts";
import { madeSteps } from "../../forecast-accuracy/study/made-steps.ts";

const [first, second] = madeSteps(
  ["Tesla T4", "GeForce RTX 3090"].map((gpu) => ({ gpu, network: "resnet50", utilisation: 0.3 })),
);
const spread = { relativeSigma: 0.1, logSigma: 0.1, logScale: 0.1, degreesOfFreedom: 5 };
const cell = (step: LeftOutCell["step"] | undefined, ratio: number): LeftOutCell => ({
  step: { ...(step as LeftOutCell["step"]), stepSeconds: ratio },
  ...{ predictedSeconds: 1, spread },
});

describe("the scores of the carried workloads", () => {
  it("are the median error and the shares that were done by the promised times", () => {
    // Normal utilisation, sd 0.1: P(R <= 1.1) = Phi(0.909) = 0.818, P(R <= 1.25) = Phi(2) = 0.977, P(R <= 0.8) < 0.8.
    const workload = [cell(first, 1.1), cell(first, 1.25), cell(second, 0.8)];
    const [scores] = workloadScores([workload]);
    expect(scores).toMatchObject({ source: "torchvision", precision: "fp32", workloads: 1, gpus: 2, cells: 3 });
    // |1 / 1.1 - 1| = 0.0909, |1 / 1.25 - 1| = 0.2, |1 / 0.8 - 1| = 0.25.
    expect(scores?.medianError).toBeCloseTo(0.2, 12);
    expect(scores?.kept).toEqual({ 80: 1 / 3, 90: 2 / 3, 95: 2 / 3 });
  });
});
