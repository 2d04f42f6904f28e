// The tables that the latency models take from measured training steps: selection/latency/fitted/*.ts.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { type FitInput, type FittedTables, fitAll } from "../../experiments/forecast-accuracy/fit/fit-all.ts";
import { fitProcessor } from "../../experiments/forecast-accuracy/fit/fit-processor.ts";
import { predictSecondHalves, readCellSeries } from "../../experiments/forecast-accuracy/measured-cells.ts";
import { type MeasuredSteps, measuredSteps } from "../../experiments/forecast-accuracy/measured-steps.ts";
import { networkCosts } from "../../experiments/forecast-accuracy/network-costs.ts";
import { readMeasurements, type SkippedRows } from "../../experiments/forecast-accuracy/read-measurements.ts";
import { parseCalibration } from "../../selection/latency/calibrated/calibration.ts";
import type { FittedProcessor } from "../../selection/latency/processor/processor-step.ts";
import { type GeneratedFile, generatedConstant } from "./generated-file.ts";

/** The measurement files of the shared data, by what they are fitted to. */
const stepFiles = [
  "cnn-torchvision-batch12.csv",
  "lambda-resnet50-and-others.csv",
  "gpu-insights.csv",
  "tf25-cnn-profet.csv",
];
const sources = {
  pytorch:
    "lamikr/pytorch-gpu-benchmark (MIT), lambdal/deeplearning-benchmark (no licence file, figures only), " +
    "xiaoran007/GPU-Insights (BSD-3-Clause)",
  tensorflow: "ddps-lab/profet (MIT)",
  cells: "lamikr/pytorch-gpu-benchmark (MIT)",
};

export interface ReadForFit extends FitInput {
  /** Rows that no fit can use, by file. */
  readonly skipped: ReadonlyMap<string, readonly SkippedRows[]>;
}

/**
 * @param folder with the shared measurement files.
 * @param more further measurement files of the same format, fitted along with them.
 */
export function readForFit(folder: string, more: readonly string[]): ReadForFit {
  const costOf = networkCosts();
  const files = [...stepFiles.map((name) => join(folder, name)), ...more];
  const read = files.map((file): readonly [string, MeasuredSteps] => {
    const name = basename(file);
    return [name, measuredSteps(readMeasurements(readFileSync(file, "utf8"), name), costOf)];
  });
  const iterations = "per-iteration-ms.csv";
  const own = more.length === 0 ? "" : `, ${more.map((file) => basename(file)).join(", ")}`;
  return {
    steps: read.flatMap(([, { steps }]) => steps),
    cells: predictSecondHalves(readCellSeries(readFileSync(join(folder, iterations), "utf8"), iterations)),
    sources: { ...sources, pytorch: sources.pytorch + own, tensorflow: sources.tensorflow + own },
    skipped: new Map(read.map(([name, { skipped }]) => [name, skipped])),
  };
}

type ProcessorBackend = "wasm" | "cpu" | "tensorflow" | "webgpu-software";

/** Our own measurements of one processor, in the repository. */
const processorFile = (backend: ProcessorBackend) =>
  new URL(`../../experiments/forecast-accuracy/measured/amd-epyc-${backend}.data.json`, import.meta.url);
const processorSchema = z.object({ peakFlopPerSecond: z.number().positive(), calibration: z.unknown() });

function readProcessor(backend: ProcessorBackend): FittedProcessor {
  const file = processorFile(backend);
  const text = readFileSync(file, "utf8");
  const { peakFlopPerSecond, calibration } = processorSchema.parse(JSON.parse(text));
  return fitProcessor(parseCalibration(JSON.stringify(calibration), basename(file.pathname)), peakFlopPerSecond);
}

function processorTable(file: string, name: string, backend: ProcessorBackend, what: string): GeneratedFile {
  return generatedConstant({
    target: `selection/latency/fitted/${file}.ts`,
    about: `what each unit of a step costs on ${what}.`,
    imports: 'import type { FittedProcessor } from "../processor/processor-step.ts";',
    docstring: "Seconds a unit, fitted to the probes of `probselect calibrate` (docs/calibration.md).",
    declaration: `${name}: FittedProcessor`,
    value: readProcessor(backend),
  });
}

/** All files. */
export function forecastFiles({ roofline, spreads, paper }: FittedTables): readonly GeneratedFile[] {
  const [native, software] = ["TensorFlow's native library", "WebGPU in software (Mesa's llvmpipe)"];
  return [
    processorTable("processor", "fittedProcessor", "wasm", "the one processor that was measured"),
    processorTable(
      "plain-processor",
      "fittedPlainProcessor",
      "cpu",
      "that processor with TensorFlow.js' plain JavaScript",
    ),
    processorTable(
      "native-processor",
      "fittedNativeProcessor",
      "tensorflow",
      `that processor's two cores with ${native}`,
    ),
    processorTable(
      "software-gpu",
      "fittedSoftwareGpu",
      "webgpu-software",
      `that processor's two cores with ${software}`,
    ),
    generatedConstant({
      target: "selection/latency/fitted/roofline.ts",
      about: "the roofline's coefficients by software stack and precision, with their provenance.",
      imports: 'import type { FittedCoefficients } from "../roofline/coefficients.ts";',
      docstring: "Fitted by iteratively reweighted non-negative least squares (docs/method.md, section 3).",
      declaration:
        'fittedRoofline: { readonly pytorch: Readonly<Record<"fp32" | "fp16", FittedCoefficients>>; ' +
        'readonly tensorflow: Readonly<Record<"fp32", FittedCoefficients>> }',
      value: roofline,
    }),
    generatedConstant({
      target: "selection/latency/fitted/spreads.ts",
      about: "the spread of each uncertainty tier in each family of laws, with the predictions behind it.",
      imports: 'import type { FittedSpreads } from "../uncertainty-tiers.ts";',
      docstring: "Fitted to what the forecasts had not seen (docs/method.md, section 4).",
      declaration: "fittedSpreads: FittedSpreads",
      value: spreads,
    }),
    generatedConstant({
      target: "selection/latency/fitted/paper.ts",
      about: "measured utilisations by GPU, by generation and over all, for the model paper.",
      imports: 'import type { FittedUtilisations } from "../paper/paper-step.ts";',
      docstring: `Means and standard deviations over the networks of ${sources.pytorch}.`,
      declaration: "fittedUtilisations: FittedUtilisations",
      value: paper,
    }),
  ];
}

/** The reading and the fit. */
export function fitForecast(folder: string, more: readonly string[]): { input: ReadForFit; tables: FittedTables } {
  const input = readForFit(folder, more);
  return { input, tables: fitAll(input) };
}
