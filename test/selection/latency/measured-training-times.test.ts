// The roofline model against published training times (step times of torchvision's CNNs, batch 12). The coefficients were
// fitted on these among others, so this shows that the code computes what was fitted, not how it does on new GPUs; that figure
// is in docs/method.md. Needs the measurements beside the repository and is left out where they are absent.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";
import { peakFor } from "../../../selection/latency/roofline-coefficients.ts";
import { stepTerms, totalSeconds } from "../../../selection/latency/step-terms.ts";
import { relativeSigma } from "../../../selection/latency/uncertainty-tiers.ts";
import { survival } from "../../../selection/truncated-normal.ts";
import type { Workload } from "../../../workloads/workload.ts";
import torchvision from "../../golden/torchvision-costs.json" with { type: "json" };

const measurements = fileURLToPath(new URL("../../../../shared/data/gpu/cnn-torchvision-batch12.csv", import.meta.url));
const isPresent = existsSync(measurements);
if (!isPresent) console.warn(`Left out: the measured training times are not at ${measurements}.`);

interface Measurement {
  readonly gpu: string;
  readonly model: string;
  readonly precision: "fp32" | "fp16";
  readonly batchSize: number;
  readonly seconds: number;
}

function readMeasurements(): Measurement[] {
  const [header = "", ...lines] = readFileSync(measurements, "utf8").trim().split("\n");
  const columns = header.split(",");
  // Only the last columns are quoted and hold commas.
  return lines.map((line) => {
    const fields = line.split(",");
    const field = (name: string) => fields[columns.indexOf(name)] ?? "";
    return {
      gpu: field("catalogue_gpu"),
      model: field("model"),
      precision: field("precision") === "fp16" ? "fp16" : "fp32",
      batchSize: Number(field("batch")),
      seconds: Number(field("ms_per_iter")) / 1000,
    };
  });
}

const costs: Readonly<Record<string, (typeof torchvision)["vgg16"]>> = torchvision;

function predictedSeconds({ gpu, model, precision, batchSize }: Measurement): number | null {
  const device = gpuCatalogue.find(({ name }) => name === gpu);
  const cost = costs[model];
  const peakFlopPerSecond = device && peakFor(device, precision);
  if (!device || !cost || !peakFlopPerSecond) return null;
  const workload: Workload = {
    model: { ...cost, modelName: model, layers: [], activationBytesPerExample: 0 },
    precision,
    epochs: 1,
    batchSize,
    downloadBytes: 0,
    uploadBytes: 0,
  };
  return totalSeconds(stepTerms({ ...device, peakFlopPerSecond }, workload));
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

describe.runIf(isPresent)("rooflineModel against measured training times", () => {
  const pairs = isPresent
    ? readMeasurements().flatMap((row) => {
        const predicted = predictedSeconds(row);
        return predicted === null ? [] : [{ ...row, predicted, error: Math.abs(predicted / row.seconds - 1) }];
      })
    : [];

  it("predicts at least 500 rows", () => expect(pairs.length).toBeGreaterThan(500));

  it("errs by at most 25 % in the median and 32 % on average", () => {
    const errors = pairs.map(({ error }) => error);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    console.info(
      `${pairs.length} rows: median error ${(100 * medianOf(errors)).toFixed(1)} %, mean ${(100 * mean).toFixed(1)} %`,
    );
    expect(medianOf(errors)).toBeLessThan(0.25);
    expect(mean).toBeLessThan(0.32);
  });

  it("errs by at most 20 % in the median on NVIDIA GPUs in fp32", () => {
    const nvidia = pairs.filter(({ gpu, precision }) => /GTX|RTX|TITAN/.test(gpu) && precision === "fp32");
    const error = medianOf(nvidia.map((pair) => pair.error));
    console.info(`${nvidia.length} NVIDIA fp32 rows: median error ${(100 * error).toFixed(1)} %`);
    expect(error).toBeLessThan(0.2);
  });

  it("is right about deadlines as often as it says: on-time shares within 6 points of p >= 0.8", () => {
    // Deadlines of 0.6 to 2 times the predicted time, as an operator might set them.
    const trials = pairs.flatMap(({ gpu, predicted, seconds }) =>
      [0.6, 0.8, 1, 1.2, 1.4, 1.6, 2].map((factor) => {
        const tier = /GTX|RTX|TITAN/.test(gpu) ? "catalogue-nvidia" : "catalogue-other";
        const probability = survival(1 / factor, { mean: 1, standardDeviation: relativeSigma[tier] });
        return { probability, isOnTime: seconds <= factor * predicted };
      }),
    );
    const confident = trials.filter(({ probability }) => probability >= 0.8);
    const promised = confident.reduce((sum, { probability }) => sum + probability, 0) / confident.length;
    const kept = confident.filter(({ isOnTime }) => isOnTime).length / confident.length;
    console.info(
      `${confident.length} deadlines with p >= 0.8: promised ${promised.toFixed(3)}, kept ${kept.toFixed(3)}`,
    );
    expect(Math.abs(kept - promised)).toBeLessThan(0.06);
  });
});
