// `probselect evaluate-forecast`: how far the forecasts are from measured training times, and how honest their probabilities.

import { readFile } from "node:fs/promises";
import Table from "cli-table3";
import { mean, median } from "simple-statistics";
import type { CommandModule, InferredOptionTypes, Options } from "yargs";
import type { ForecastEvaluation, PredictedRow } from "../experiments/forecast-accuracy/evaluate-forecast.ts";
import { counted } from "../foundation/counted.ts";
import { messageOf, ProbSelectError } from "../foundation/errors.ts";
import { lawOption } from "./forecast-options.ts";
import { jsonOption, printResult } from "./output.ts";
import { fromOption, wrongUsage } from "./wrong-usage.ts";

/** All but "calibrated": a calibration is of one device, and these measurements are of many. */
const scoredModels = ["roofline", "paper"];

const options = {
  measurements: {
    type: "string",
    demandOption: true,
    requiresArg: true,
    describe: "CSV with the columns catalogue_gpu, model, precision, batch, ms_per_iter",
  },
  "model-features": {
    type: "string",
    requiresArg: true,
    describe: "CSV with what networks cost; those of the zoo, torchvision and Keras are known without",
  },
  "latency-model": {
    type: "string",
    default: "roofline",
    requiresArg: true,
    describe: `The latency model to score: ${scoredModels.join(" or ")}`,
  },
  law: lawOption,
  json: jsonOption,
} as const satisfies Record<string, Options>;

/** Who scores the shipped data reads figures of the fit. The sentence stands always: a file does not tell where it comes from. */
const inSampleNote =
  "If these measurements are among those of the shipped fit (docs/method.md), these figures are in-sample; docs/accuracy.md has " +
  "those of left-out GPUs and networks.";

/** Groups that the text lists, the worst first. */
const LISTED_GROUPS = 10;

export const evaluateForecastCommand: CommandModule<object, InferredOptionTypes<typeof options>> = {
  command: "evaluate-forecast",
  describe: "Score the forecast against measured training times",
  builder: (cli) =>
    cli
      .options(options)
      .example(
        "probselect evaluate-forecast --measurements times.csv --model-features networks.csv",
        "Errors, coverage and calibration, and the worst GPUs and networks",
      ),
  handler: async (given) => {
    if (given.latencyModel === "calibrated") throw calibratedIsScoredElsewhere();
    const { evaluateForecast } = await import("../experiments/forecast-accuracy/evaluate-forecast.ts");
    const { networkCosts } = await import("../experiments/forecast-accuracy/network-costs.ts");
    const { readMeasurements } = await import("../experiments/forecast-accuracy/read-measurements.ts");
    const { readModelFeatures } = await import("../experiments/forecast-accuracy/read-model-features.ts");
    const { findLatencyModel } = await import("../selection/latency/find-latency-model.ts");
    const model = fromOption(() => findLatencyModel(given.latencyModel, { lawKind: given.law }));
    const measurements = readMeasurements(await textOf(given.measurements), given.measurements);
    const { modelFeatures } = given;
    const features =
      modelFeatures === undefined ? undefined : readModelFeatures(await textOf(modelFeatures), modelFeatures);
    const costOf = networkCosts(features);
    const { evaluation, predicted } = evaluateForecast({ model, measurements, costOf });
    printResult(given.json, { ...evaluation, note: inSampleNote }, () => formatEvaluation(evaluation, predicted));
  },
};

function calibratedIsScoredElsewhere(): ProbSelectError {
  return wrongUsage(
    `--latency-model must be ${scoredModels.join(" or ")}: "calibrated" forecasts a device by its own calibration, which is ` +
      "scored where it is measured, with: probselect calibrate --verify.",
  );
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new ProbSelectError("experiments.malformed-measurements", `${file} cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function formatEvaluation(evaluation: ForecastEvaluation, predicted: readonly PredictedRow[]): string {
  const percent = (share: number | null) => (share === null ? "-" : `${(100 * share).toFixed(1)} %`);
  const lines = [
    `${evaluation.latencyModel}: ${evaluation.rows} measured training steps`,
    "",
    `  error of the time          mean ${percent(evaluation.mape)}, median ${percent(evaluation.medianApe)}`,
    `  inside the central 50 %    ${percent(evaluation.coverage50)}`,
    `  inside the central 80 %    ${percent(evaluation.coverage80)}`,
    `  inside the central 95 %    ${percent(evaluation.coverage95)}`,
    `  calibration error (PIT)    ${evaluation.pitEce.toFixed(3)}`,
    `  Brier score of deadlines   ${evaluation.brier.toFixed(4)}`,
    `  CRPS / predicted time      ${evaluation.crps.toFixed(3)}`,
    `  where p >= 80 %            promised ${percent(evaluation.meanProbabilityAbove80)}, kept ${percent(evaluation.onTimeShareAbove80)}`,
  ];
  const skipped = evaluation.skipped.map(({ reason, rows }) => `  ${counted(rows, "row")}: ${reason}`);
  return [
    ...lines,
    "",
    errorTable("GPU", predicted, ({ gpu }) => gpu),
    "",
    errorTable("network", predicted, ({ network }) => network),
    ...(skipped.length > 0 ? ["", "Not used", ...skipped] : []),
    "",
    inSampleNote,
  ].join("\n");
}

/** The groups of largest mean error. */
function errorTable(title: string, rows: readonly PredictedRow[], groupOf: (row: PredictedRow) => string): string {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const error = Math.abs(row.predictedSeconds / row.stepSeconds - 1);
    const errors = groups.get(groupOf(row));
    if (errors) errors.push(error);
    else groups.set(groupOf(row), [error]);
  }
  const ranked = [...groups].sort(([, a], [, b]) => mean(b) - mean(a)).slice(0, LISTED_GROUPS);
  const table = new Table({
    head: [`worst by ${title}`, "rows", "mean error", "median error"],
    colAligns: ["left", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const [name, errors] of ranked) {
    table.push([name, errors.length, `${(100 * mean(errors)).toFixed(0)} %`, `${(100 * median(errors)).toFixed(0)} %`]);
  }
  return table.toString();
}
