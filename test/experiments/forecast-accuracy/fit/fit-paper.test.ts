import { describe, expect, it } from "vitest";
import { fitPaper, measuredUtilisation } from "../../../../experiments/forecast-accuracy/fit/fit-paper.ts";
import { paperStepFrom } from "../../../../selection/latency/paper/paper-step.ts";
import { requirePeak } from "../../../../selection/latency/peaks.ts";
import { trainingFlop } from "../../../../workloads/round-workload.ts";
import { madeSteps } from "../support.ts";

/** Steps of one utilisation for each network, the same on every GPU. */
const utilisations: Readonly<Record<string, number>> = { resnet50: 0.4, vgg16: 0.6, mobilenet_v2: 0.02 };
const steps = madeSteps(({ network, device, workload }) => {
  const eta = utilisations[network] ?? 0.2;
  return trainingFlop(workload, workload.batchSize) / (eta * requirePeak(device.device, "fp32"));
}).filter(({ network }) => network in utilisations);

/** A fit needs both precisions; those of fp16 are not looked at here. */
const fitBoth = (fp32: typeof steps) =>
  fitPaper([...fp32, ...fp32.map((step) => ({ ...step, precision: "fp16" as const }))]);

describe("the paper's form", () => {
  it("measures a utilisation as W / (P t)", () => {
    for (const step of steps) expect(measuredUtilisation(step)).toBeCloseTo(utilisations[step.network] ?? 0, 12);
  });

  it("takes mean and standard deviation over the networks, by GPU, by generation and over all", () => {
    // Mean of 0.4, 0.6, 0.02, each twice (two batch sizes): 0.34; sd sqrt((0.06^2 + 0.26^2 + 0.32^2) / 3) = 0.24055.
    const fitted = fitBoth(steps);
    for (const one of [fitted.devices["TITAN Xp"], fitted.generations["nvidia Volta"], fitted.all]) {
      expect(one?.fp32?.mean).toBeCloseTo(0.34, 12);
      expect(one?.fp32?.standardDeviation).toBeCloseTo(0.24055, 5);
    }
    expect(fitted.devices["TITAN Xp"]?.fp32?.rows).toBe(6);
  });

  it("forecasts every network with that one utilisation, which is far off for each", () => {
    const model = paperStepFrom(fitBoth(steps));
    const errors = steps.map(({ device, workload, stepSeconds }) => {
      const { secondsPerStep, components } = model(device, undefined, workload);
      expect(components[0]?.law).toMatchObject({ kind: "normal-utilisation" });
      return secondsPerStep / stepSeconds;
    });
    // t_pred / t = eta / 0.34: 1.18, 1.76, 0.059.
    expect(Math.max(...errors)).toBeCloseTo(0.6 / 0.34, 6);
    expect(Math.min(...errors)).toBeCloseTo(0.02 / 0.34, 6);
  });

  it("takes the generation for a GPU that was not measured, and everybody for a generation that was not", () => {
    const fitted = fitBoth(steps.filter(({ gpu }) => gpu !== "A100 PCIe 40 GB"));
    const a100 = steps.find(({ gpu }) => gpu === "A100 PCIe 40 GB");
    const titan = steps.find(({ gpu }) => gpu === "TITAN Xp");
    if (!a100 || !titan) throw new Error("both were made");
    const reasonOf = (step: typeof a100, among = fitted) =>
      paperStepFrom(among)(step.device, undefined, step.workload).tierReason;
    // The 3090 is an Ampere too.
    expect(reasonOf(a100)).toContain("6 measurements of nvidia Ampere GPUs");
    expect(reasonOf(titan)).toContain("6 measurements of this GPU");
    expect(reasonOf(titan, fitBoth(steps.filter(({ gpu }) => gpu !== "TITAN Xp")))).toContain(
      "24 measurements of all GPUs",
    );
  });
});
