import { describe, expect, it } from "vitest";
import {
  predictFromProbes,
  predictOtherBatches,
} from "../../../../experiments/forecast-accuracy/fit/calibrated-ratios.ts";
import { predictStep } from "../../../../experiments/forecast-accuracy/fit/fit-roofline.ts";
import { gpus, madeSteps, trueCoefficients } from "../support.ts";

const known = () => trueCoefficients;

describe("what a calibrated GPU would have been told", () => {
  it("predicts each batch size from each other one of the same GPU and network", () => {
    const steps = madeSteps(undefined, [8, 16, 64]);
    const predictions = predictOtherBatches(steps, known);
    // Three targets of two others each.
    expect(predictions).toHaveLength(steps.length * 2);
    // The step model made the times, so that one timed batch tells the others.
    for (const { step, predictedSeconds } of predictions) expect(predictedSeconds / step.stepSeconds).toBeCloseTo(1, 6);
  });

  it("carries what is odd about a GPU and network from one batch size to another", () => {
    const odd = madeSteps((step) => 3 * predictStep(step, trueCoefficients));
    for (const { step, predictedSeconds } of predictOtherBatches(odd, known)) {
      expect(predictedSeconds / step.stepSeconds).toBeCloseTo(1, 6);
    }
  });

  it("predicts other networks from three probes, on GPUs where enough were measured", () => {
    const steps = madeSteps((step) => 1.7 * predictStep(step, trueCoefficients), [12, 13]);
    const predictions = predictFromProbes(steps, known);
    // Six networks at two batch sizes, of which the three probes are none: six targets a GPU.
    expect(predictions).toHaveLength(gpus.length * 6);
    for (const { step, predictedSeconds } of predictions) {
      expect(["resnet50", "vgg16", "densenet121"]).not.toContain(step.network);
      expect(predictedSeconds / step.stepSeconds).toBeCloseTo(1, 3);
    }
    expect(
      predictFromProbes(
        steps.filter(({ network }) => network !== "vgg16"),
        known,
      ),
    ).toEqual([]);
    expect(predictFromProbes(madeSteps(undefined, [12]), known)).toEqual([]);
  });
});
