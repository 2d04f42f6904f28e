import { describe, expect, it } from "vitest";
import { type Prediction, scoresOf } from "../../../experiments/forecast-accuracy/scores.ts";
import { seededRandom } from "../../../foundation/random-source.ts";
import { standardNormalVariate } from "../../../foundation/random-variates.ts";
import { normalCdf } from "../../../selection/probability/normal-distribution.ts";

const normal = (mean: number, deviation: number, actualSeconds: number): Prediction => ({
  predictedSeconds: mean,
  actualSeconds,
  cdf: (seconds) => normalCdf((seconds - mean) / deviation),
});

describe("the scores of a forecast", () => {
  it("measure errors relative to what was measured", () => {
    // |8/10 - 1| = 0.2, |15/10 - 1| = 0.5, |10/10 - 1| = 0
    const { mape, medianApe } = scoresOf([normal(8, 1, 10), normal(15, 1, 10), normal(10, 1, 10)]);
    expect(mape).toBeCloseTo(0.7 / 3, 12);
    expect(medianApe).toBeCloseTo(0.2, 12);
  });

  it("count how often the truth lies in the central intervals", () => {
    // In standard deviations: 50 % lie within 0.674, 80 % within 1.282, 95 % within 1.960.
    const scores = scoresOf([10.5, 11.1, 11.8, 12.5].map((actual) => normal(10, 1, actual)));
    expect([scores.coverage50, scores.coverage80, scores.coverage95]).toEqual([0.25, 0.5, 0.75]);
  });

  it("give the CRPS of a normal distribution at its mean: sigma (sqrt(2/pi) - 1/sqrt(pi)) = 0.23369 sigma", () => {
    expect(scoresOf([normal(10, 1, 10)]).crps).toBeCloseTo(0.23369 / 10, 4);
    // At z = 2: sigma (z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi)) = 2 * 0.954500 + 2 * 0.053991 - 0.564190 = 1.452792
    expect(scoresOf([normal(10, 1, 12)]).crps).toBeCloseTo(1.452792 / 10, 3);
  });

  it("give a calibrated forecast a calibration error of next to nothing, and a biased one a large one", () => {
    const random = seededRandom(1, "scores");
    const draws = Array.from({ length: 4000 }, () => 10 + standardNormalVariate(random));
    expect(scoresOf(draws.map((actual) => normal(10, 1, actual))).pitEce).toBeLessThan(0.02);
    // One standard deviation too high: the share below the median is 0.84 instead of 0.5.
    expect(scoresOf(draws.map((actual) => normal(11, 1, actual))).pitEce).toBeGreaterThan(0.2);
    expect(scoresOf(draws.map((actual) => normal(10, 1, actual))).coverage80).toBeCloseTo(0.8, 1);
  });

  it("score deadlines of 0.6 to 2 times the prediction", () => {
    // Certain at 10.5 s of 10 s: deadlines 6, 8, 10 are missed, 12, 14, 16, 20 are met; the cdf is right about all of them.
    const certain = { predictedSeconds: 10, actualSeconds: 10.5, cdf: (seconds: number) => (seconds >= 10.5 ? 1 : 0) };
    expect(scoresOf([certain])).toMatchObject({ brier: 0, meanProbabilityAbove80: 1, onTimeShareAbove80: 1 });
    // Says 0.9 to every deadline: (3 * 0.9^2 + 4 * 0.1^2) / 7, and keeps 4 of 7.
    const bold = scoresOf([{ ...certain, cdf: () => 0.9 }]);
    expect(bold.brier).toBeCloseTo((3 * 0.81 + 4 * 0.01) / 7, 12);
    expect(bold.meanProbabilityAbove80).toBeCloseTo(0.9, 12);
    expect(bold.onTimeShareAbove80).toBeCloseTo(4 / 7, 12);
    expect(scoresOf([{ ...certain, cdf: () => 0.5 }]).onTimeShareAbove80).toBeNull();
  });
});
