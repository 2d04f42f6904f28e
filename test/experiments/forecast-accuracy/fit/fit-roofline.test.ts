import { describe, expect, it } from "vitest";
import {
  fitRoofline,
  fitRooflineFrom,
  predictPoint,
  predictStep,
} from "../../../../experiments/forecast-accuracy/fit/fit-roofline.ts";
import { predictLeftOut } from "../../../../experiments/forecast-accuracy/fit/leave-out.ts";
import { stepFeatureNames } from "../../../../selection/latency/roofline/step-features.ts";
import { gpus, madeSteps, trueCoefficients } from "../support.ts";

describe("the roofline's fit", () => {
  it("finds the coefficients that made the times", () => {
    const fitted = fitRoofline(madeSteps());
    for (const name of stepFeatureNames.filter((each) => each !== "input")) {
      expect(fitted[name] / trueCoefficients[name], name).toBeCloseTo(1, 2);
    }
    expect(fitted.input).toBe(0);
  });

  it("finds a stack that is twice as slow but for its launches, from the reference", () => {
    const slower = {
      ...trueCoefficients,
      dense: 1.2,
      vector: 0.2,
      grouped: 16,
      activation: 8,
      step: 0.008,
      input: 2e-10,
    };
    const steps = madeSteps((step) => predictStep(step, slower), [8, 32, 128]);
    const fitted = fitRooflineFrom(trueCoefficients, steps);
    for (const name of ["dense", "activation"] as const) expect(fitted[name] / slower[name], name).toBeCloseTo(1, 0);
    expect(fitted.launch / trueCoefficients.launch).toBeCloseTo(1, 0);
    // One factor for all dense arithmetic.
    expect(fitted.vector / fitted.dense).toBeCloseTo(trueCoefficients.vector / trueCoefficients.dense, 10);
  });

  it("stays near the reference where a stack has a single step", () => {
    const [first] = madeSteps((step) => 3 * predictStep(step, trueCoefficients));
    const fitted = fitRooflineFrom(trueCoefficients, first ? [first] : []);
    for (const name of ["dense", "grouped", "depthwise", "launch"] as const) {
      expect(fitted[name] / trueCoefficients[name]).toBeLessThan(2);
    }
  });
});

describe("leaving a group out", () => {
  const left = (steps: ReturnType<typeof madeSteps>, what: "gpu" | "gpu-and-network" = "gpu") =>
    predictLeftOut(steps, what, fitRoofline, predictPoint);

  it("predicts every step once, in order, exactly where the others tell the coefficients", () => {
    const steps = madeSteps();
    expect(left(steps).map(({ step }) => step)).toEqual(steps);
    for (const { step, predictedSeconds } of left(steps)) expect(predictedSeconds / step.stepSeconds).toBeCloseTo(1, 2);
  });

  it("leaves out every step that shares one of several groups", () => {
    // Times of one GPU and of one network are odd: what shares both is predicted as if they were not there.
    const odd = madeSteps((step) => {
      const factor = step.gpu === gpus[0] || step.network === "vgg16" ? 5 : 1;
      return factor * predictStep(step, trueCoefficients);
    }).filter((step) => step.gpu !== gpus[0] || step.network === "vgg16");
    const [first] = left(odd, "gpu-and-network");
    expect(first?.step).toMatchObject({ gpu: gpus[0], network: "vgg16" });
    expect((first?.predictedSeconds ?? 0) / ((first?.step.stepSeconds ?? 0) / 5)).toBeCloseTo(1, 1);
  });
});
