// Errors, bins, deadlines and measured cells by hand.

import { describe, expect, it } from "vitest";
import { predictSecondHalves, readCellSeries } from "../../../../experiments/forecast-accuracy/measured-cells.ts";
import {
  binTrials,
  brierScore,
  fleetDeadlines,
  histogram,
  pitOf,
  trialsOf,
} from "../../../../experiments/forecast-accuracy/study/calibration.ts";
import { errorSummary, errorsBy } from "../../../../experiments/forecast-accuracy/study/errors.ts";
import type { LawPrediction } from "../../../../experiments/forecast-accuracy/study/predictions.ts";
import type { StudyStep } from "../../../../experiments/forecast-accuracy/study/study-data.ts";
import { madeSteps } from "./made-steps.ts";

const [t4, rtx, a100] = madeSteps(
  ["Tesla T4", "GeForce RTX 3090", "A100 PCIe 40 GB"].map((gpu) => ({ gpu, network: "resnet50", utilisation: 0.2 })),
) as readonly [StudyStep, StudyStep, StudyStep];
const timed = (step: StudyStep, stepSeconds: number, batchSize = 16): StudyStep => ({
  ...step,
  stepSeconds,
  batchSize,
});
const sure = { kind: "log-normal", logSigma: 0.5 } as const;

describe("errors", () => {
  it("are relative to what was measured", () => {
    // 1.5 / 1, 1 / 2 and 3 / 4: errors 0.5, 0.5, 0.25; mean 1.25 / 3, median 0.5; ratios 1.5, 0.5, 0.75.
    const pairs = [
      { predictedSeconds: 1.5, actualSeconds: 1 },
      { predictedSeconds: 1, actualSeconds: 2 },
      { predictedSeconds: 3, actualSeconds: 4 },
    ];
    const { rows, mape, medianApe, medianRatio } = errorSummary(pairs);
    expect([rows, medianApe, medianRatio]).toEqual([3, 0.5, 0.75]);
    expect(mape).toBeCloseTo(1.25 / 3, 12);
  });

  it("by group come with the smallest median first", () => {
    const points = [
      { step: timed(t4, 1), predictedSeconds: 2 },
      { step: timed(rtx, 1), predictedSeconds: 1.1 },
      { step: timed(t4, 1), predictedSeconds: 1.5 },
    ];
    const groups = errorsBy(points, ({ gpu }) => gpu);
    expect(groups.map(({ group, rows }) => [group, rows])).toEqual([
      ["GeForce RTX 3090", 1],
      ["Tesla T4", 2],
    ]);
    expect(groups[1]?.medianApe).toBeCloseTo(0.75, 12);
  });
});

describe("deadlines of a fleet", () => {
  const steps = [timed(t4, 1.6), timed(rtx, 0.4, 8), timed(a100, 0.32)];
  const deadlines = fleetDeadlines(steps);

  it("are multiples of the median time of an example, times the batch", () => {
    // Seconds an example: 0.1, 0.05, 0.02; median 0.05; batch 16: 0.8 s, batch 8: 0.4 s; the smallest factor is 0.6.
    expect(deadlines.get(steps[0] as StudyStep)?.[0]).toBeCloseTo(0.48, 12);
    expect(deadlines.get(steps[1] as StudyStep)?.[0]).toBeCloseTo(0.24, 12);
  });

  it("are met or not whatever was forecast, and the probability is the law's", () => {
    const prediction: LawPrediction = { step: steps[0] as StudyStep, predictedSeconds: 0.8, law: sure };
    const trials = trialsOf([prediction], deadlines);
    // 1.6 s against 0.48, 0.64, 0.8, 0.96, 1.12, 1.28 and 1.6 s: only the last is met.
    expect(trials.map(({ onTime }) => onTime)).toEqual([false, false, false, false, false, false, true]);
    expect(trials[2]?.probability).toBeCloseTo(0.5, 9);
  });
});

describe("reliability", () => {
  it("bins trials by tenths, with the Wilson interval of the share that was met", () => {
    // Eight of ten met: (0.8 + 3.8415 / 20) / 1.38415 = 0.71674, +- 1.41601 * sqrt(0.016 + 0.0096036) = 0.22658.
    const trials = Array.from({ length: 10 }, (_, index) => ({ probability: 0.75, onTime: index < 8 }));
    const [bin, ...others] = binTrials(trials);
    expect(others).toEqual([]);
    expect(bin).toMatchObject({ from: 0.7, to: 0.8, count: 10, meanProbability: 0.75, onTimeShare: 0.8 });
    expect(bin?.interval[0]).toBeCloseTo(0.49016, 4);
    expect(bin?.interval[1]).toBeCloseTo(0.94332, 4);
  });

  it("puts certainty into the last bin, and leaves out empty bins", () => {
    const bins = binTrials([
      { probability: 1, onTime: true },
      { probability: 0, onTime: false },
    ]);
    expect(bins.map(({ from, count }) => [from, count])).toEqual([
      [0, 1],
      [0.9, 1],
    ]);
  });

  it("scores by the mean squared distance to what happened", () => {
    // (0.2^2 + 0.6^2) / 2 = 0.2.
    const trials = [
      { probability: 0.8, onTime: true },
      { probability: 0.6, onTime: false },
    ];
    expect(brierScore(trials)).toBeCloseTo(0.2, 12);
  });

  it("finds a time at its forecast in the middle of its law", () => {
    expect(pitOf({ step: timed(t4, 2), predictedSeconds: 2, law: sure })).toBeCloseTo(0.5, 9);
    // ln 2 / 0.5 = 1.386 standard deviations: Phi = 0.9172.
    expect(pitOf({ step: timed(t4, 4), predictedSeconds: 2, law: sure })).toBeCloseTo(0.9172, 4);
  });

  it("counts shares of a histogram, with 1 in its last bar", () => {
    expect(histogram([0, 0.49, 0.5, 1], 2)).toEqual([0.5, 0.5]);
  });
});

describe("a measured cell", () => {
  const text = ["gpu,model,precision,iter,ms", "a,n,fp32,1,3000", "a,n,fp32,0,1000", "b,n,fp32,0,7", "a,n,fp32,2,9000"];

  it("is a series in the order of its iterations", () => {
    expect(readCellSeries(text.join("\n"), "example")).toEqual([
      { gpu: "a", network: "n", precision: "fp32", seconds: [1, 3, 9] },
      { gpu: "b", network: "n", precision: "fp32", seconds: [0.007] },
    ]);
  });

  it("predicts the mean of its second half by the median of its first", () => {
    const seconds = [1, 2, 6, 4, 4, 10];
    // Median of 1, 2, 6 is 2; mean of 4, 4, 10 is 6. One iteration has no halves.
    const series = [seconds, [5]].map((each) => ({ gpu: "a", network: "n", precision: "fp32", seconds: each }));
    expect(predictSecondHalves(series)).toEqual([{ predictedSeconds: 2, actualSeconds: 6 }]);
  });

  it("is refused with its row and column if a time is no time", () => {
    expect(() => readCellSeries("gpu,model,precision,iter,ms\na,n,fp32,0,-1", "example")).toThrow(/example.*0, ms/);
  });
});
