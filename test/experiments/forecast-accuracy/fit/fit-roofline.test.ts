import { describe, expect, it } from "vitest";
import {
  fitRoofline,
  fitRooflineFrom,
  leaveOneOut,
  predictStep,
} from "../../../../experiments/forecast-accuracy/fit/fit-roofline.ts";
import { stepFeatureNames } from "../../../../selection/latency/roofline/step-features.ts";
import { gpus, madeSteps, trueCoefficients } from "../support.ts";

const gpuOf = (step: { readonly gpu: string }) => step.gpu;

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
  it("predicts every step once, in order, exactly where the others tell the coefficients", () => {
    const steps = madeSteps();
    const left = leaveOneOut(steps, gpuOf);
    expect(left.map(({ step }) => step)).toEqual(steps);
    for (const { step, predictedSeconds } of left) expect(predictedSeconds / step.stepSeconds).toBeCloseTo(1, 2);
  });

  it("never learns from the group: its own times do not move its predictions, but move the others'", () => {
    const [left] = gpus;
    const changed = madeSteps((step) => predictStep(step, trueCoefficients) * (step.gpu === left ? 7 : 1));
    const predictions = (steps: typeof changed) => leaveOneOut(steps, gpuOf);
    const [before, after] = [predictions(madeSteps()), predictions(changed)];
    before.forEach(({ step, predictedSeconds }, index) => {
      const ratio = (after[index]?.predictedSeconds ?? Number.NaN) / predictedSeconds;
      if (step.gpu === left) expect(ratio).toBe(1);
    });
    const others = before.map((each, index) => (after[index]?.predictedSeconds ?? 0) / each.predictedSeconds);
    expect(Math.max(...others.map((ratio) => Math.abs(ratio - 1)))).toBeGreaterThan(0.001);
  });

  it("leaves out every step that shares one of several groups", () => {
    // Times of one GPU and of one network are odd: what shares neither is predicted as if they were not there.
    const odd = madeSteps((step) => {
      const factor = step.gpu === gpus[0] || step.network === "vgg16" ? 5 : 1;
      return factor * predictStep(step, trueCoefficients);
    });
    const [first] = leaveOneOut(
      odd.filter((step) => step.gpu !== gpus[0] || step.network === "vgg16"),
      (step) => [step.gpu, step.network],
    );
    expect(first?.step).toMatchObject({ gpu: gpus[0], network: "vgg16" });
    expect((first?.predictedSeconds ?? 0) / ((first?.step.stepSeconds ?? 0) / 5)).toBeCloseTo(1, 1);
  });

  it("has nothing to say where there are no others", () => {
    const alone = madeSteps().filter(({ gpu }) => gpu === gpus[0]);
    expect(leaveOneOut(alone, gpuOf)).toEqual([]);
  });
});
