// What a fit has not seen cannot move its prediction; and the paper's form by hand.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitSpread } from "../../../../experiments/forecast-accuracy/fit/fit-spread.ts";
import { isLeftOut, type LeftOut } from "../../../../experiments/forecast-accuracy/fit/leave-out.ts";
import { leftOutSpreads } from "../../../../experiments/forecast-accuracy/study/left-out-laws.ts";
import {
  predictConstant,
  predictPaper,
  predictRoofline,
} from "../../../../experiments/forecast-accuracy/study/predictions.ts";
import type { StudyStep } from "../../../../experiments/forecast-accuracy/study/study-data.ts";
import { lawWith } from "../../../../selection/probability/compute-law.ts";
import { type MadeStep, madeSteps, secondsAt } from "./made-steps.ts";

const gpus = ["Tesla T4", "GeForce RTX 3090", "A100 PCIe 40 GB", "Radeon RX 7900 XTX", "GeForce GTX 1080 Ti"];
const networks = ["resnet50", "vgg16", "mobilenet_v2", "densenet121"];
const made = gpus.flatMap((gpu, row) =>
  networks.flatMap((network, column) =>
    (["fp32", "fp16"] as const).map(
      (precision, half): MadeStep => ({
        gpu,
        network,
        precision,
        utilisation: 0.05 + 0.03 * ((row * 3 + column * 5 + half) % 11),
      }),
    ),
  ),
);
const steps = madeSteps(made);
const forms = { roofline: predictRoofline, paper: predictPaper, constant: predictConstant };
const schemes: readonly LeftOut[] = ["gpu", "network", "gpu-and-network", "generation"];

const predictionFor = (form: keyof typeof forms, data: readonly StudyStep[], leftOut: LeftOut, index: number) => {
  const target = data[index];
  return forms[form](data, leftOut).find(({ step }) => step === target)?.predictedSeconds;
};

describe("a prediction that leaves out", () => {
  for (const form of Object.keys(forms) as (keyof typeof forms)[]) {
    it.each(schemes)(`the %s is not moved by the times of what it leaves out (${form})`, (leftOut) => {
      fc.assert(
        fc.property(fc.nat(steps.length - 1), fc.double({ min: 0.1, max: 10, noNaN: true }), (index, factor) => {
          const target = steps[index] as StudyStep;
          const changed = steps.map((step) =>
            isLeftOut(leftOut, target, step) ? { ...step, stepSeconds: step.stepSeconds * factor } : step,
          );
          expect(predictionFor(form, changed, leftOut, index)).toBe(predictionFor(form, steps, leftOut, index));
        }),
        { numRuns: 6 },
      );
    });

    it.each(schemes)(`the %s is moved by the times of others (${form})`, (leftOut) => {
      const target = steps[0] as StudyStep;
      const changed = steps.map((step) =>
        isLeftOut(leftOut, target, step) ? step : { ...step, stepSeconds: step.stepSeconds * 2 },
      );
      expect(predictionFor(form, changed, leftOut, 0)).not.toBe(predictionFor(form, steps, leftOut, 0));
    });
  }

  it("hides a step that shares the GPU or the network, at either precision, where both are left out", () => {
    const of = (gpu: string, network: string, precision: "fp32" | "fp16" = "fp32") =>
      steps.find((step) => step.gpu === gpu && step.network === network && step.precision === precision) as StudyStep;
    const target = of("Tesla T4", "resnet50");
    expect(isLeftOut("gpu-and-network", target, of("Tesla T4", "vgg16", "fp16"))).toBe(true);
    expect(isLeftOut("gpu-and-network", target, of("A100 PCIe 40 GB", "resnet50"))).toBe(true);
    expect(isLeftOut("gpu-and-network", target, of("A100 PCIe 40 GB", "vgg16"))).toBe(false);
    // The A100 and the RTX 3090 are both Ampere.
    expect(isLeftOut("generation", of("A100 PCIe 40 GB", "vgg16"), of("GeForce RTX 3090", "resnet50"))).toBe(true);
    expect(isLeftOut("gpu", of("A100 PCIe 40 GB", "vgg16"), of("GeForce RTX 3090", "vgg16"))).toBe(false);
  });

  it("does not exist where there are no others", () => {
    const alone = steps.filter(({ gpu }) => gpu === "Tesla T4");
    expect(predictRoofline(alone, "gpu")).toEqual([]);
    expect(predictRoofline(alone, "network")).toHaveLength(alone.length);
  });
});

describe("the paper's form, left out by hand", () => {
  // fp16 steps only because the fit wants both precisions; they say nothing about fp32.
  const fp16: readonly MadeStep[] = [
    { gpu: "Tesla T4", network: "resnet50", precision: "fp16", utilisation: 0.1 },
    { gpu: "GeForce GTX 1080 Ti", network: "vgg16", precision: "fp16", utilisation: 0.2 },
  ];
  const data = madeSteps([
    { gpu: "GeForce RTX 3090", network: "resnet50", utilisation: 0.2 },
    { gpu: "GeForce RTX 3090", network: "vgg16", utilisation: 0.4 },
    { gpu: "GeForce RTX 3090", network: "densenet121", utilisation: 0.3 },
    { gpu: "A100 PCIe 40 GB", network: "resnet50", utilisation: 0.1 },
    { gpu: "GeForce GTX 1080 Ti", network: "resnet50", utilisation: 0.6 },
    ...fp16,
  ]);
  const [first, , , a100, pascal] = data as readonly [StudyStep, StudyStep, StudyStep, StudyStep, StudyStep];
  const predicted = (form: "paper" | "constant", leftOut: LeftOut, target: StudyStep) =>
    forms[form](data, leftOut).find(({ step }) => step === target);

  it("takes the mean and the spread of the GPU's other networks", () => {
    // ResNet-50 left out, the RTX 3090 has 0.4 and 0.3: mean 0.35, standard deviation 0.05.
    const prediction = predicted("paper", "network", first);
    expect(prediction?.predictedSeconds).toBeCloseTo(secondsAt(first, 0.35), 12);
    expect(prediction?.law.kind === "normal-utilisation" && prediction.law.relativeSigma).toBeCloseTo(0.05 / 0.35, 12);
  });

  it("takes its generation's mean where the GPU is left out", () => {
    // Ampere without the A100: 0.2, 0.4 and 0.3.
    expect(predicted("paper", "gpu", a100)?.predictedSeconds).toBeCloseTo(secondsAt(a100, 0.3), 12);
  });

  it("takes everybody's mean where the generation is left out", () => {
    // Without Pascal: (0.2 + 0.4 + 0.3 + 0.1) / 4 = 0.25.
    expect(predicted("paper", "gpu", pascal)?.predictedSeconds).toBeCloseTo(secondsAt(pascal, 0.25), 12);
  });

  it("with one utilisation for all is the mean of all others", () => {
    // Without the RTX 3090: (0.1 + 0.6) / 2 = 0.35.
    expect(predicted("constant", "gpu", first)?.predictedSeconds).toBeCloseTo(secondsAt(first, 0.35), 12);
  });
});

describe("the spread of a left-out prediction", () => {
  const points = predictRoofline(steps, "gpu");
  const ratio = ({ step, predictedSeconds }: (typeof points)[number]) => step.stepSeconds / predictedSeconds;

  it("is that of the other GPUs of its tier", () => {
    const nvidia = points.filter(({ step }) => step.device.tier === "catalogue-nvidia");
    const target = nvidia.find(({ step }) => step.gpu === "Tesla T4");
    const others = nvidia.filter(({ step }) => step.gpu !== "Tesla T4");
    const [first] = leftOutSpreads(target ? [target] : [], points, "gpu");
    expect(first?.spread).toEqual(fitSpread(others.map(ratio)));
  });

  it("hides residuals of the network that is left out, too", () => {
    const nvidia = points.filter(({ step }) => step.device.tier === "catalogue-nvidia");
    const target = nvidia.find(({ step }) => step.gpu === "Tesla T4" && step.network === "vgg16");
    const others = nvidia.filter(({ step }) => step.gpu !== "Tesla T4" && step.network !== "vgg16");
    const [first] = leftOutSpreads(target ? [target] : [], points, "network");
    expect(first?.spread).toEqual(fitSpread(others.map(ratio)));
  });

  it("needs residuals of other GPUs of the tier", () => {
    // The only AMD GPU has no other to learn its spread from.
    const amd = points.filter(({ step }) => step.device.tier === "catalogue-other");
    expect(amd).not.toEqual([]);
    expect(() => leftOutSpreads(amd, points, "gpu")).toThrow(/at least two/);
  });

  it("becomes a law of the family that is asked for", () => {
    const spread = { relativeSigma: 0.3, logSigma: 0.2, logScale: 0.1, degreesOfFreedom: 4 };
    expect(lawWith(spread, "normal-utilisation")).toEqual({ kind: "normal-utilisation", relativeSigma: 0.3 });
    expect(lawWith(spread, "log-normal")).toEqual({ kind: "log-normal", logSigma: 0.2 });
    expect(lawWith(spread, "log-student-t")).toEqual({ kind: "log-student-t", logScale: 0.1, degreesOfFreedom: 4 });
  });
});
