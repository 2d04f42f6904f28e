// `probselect explain`: what the aggregator would forecast for one client, term by term, and whether it would select it.

import type { CommandModule, InferredOptionTypes, Options } from "yargs";
import type { LayersModelDescription, Shape } from "../models/layers-model-description.ts";
import { deviceFigureOptions, statedFigures } from "./device-options.ts";
import type { ExplainQuestion } from "./explain/explain-situation.ts";
import { forecastOptions } from "./forecast-options.ts";
import { chosenLink, linkOptions } from "./link-options.ts";
import { jsonOption, printResult } from "./output.ts";
import { fromOption, wrongUsage } from "./wrong-usage.ts";

const number = (describe: string) => ({ type: "number", requiresArg: true, describe }) as const;

const options = {
  device: { type: "string", demandOption: true, requiresArg: true, describe: "The GPU's name" },
  cpu: { type: "boolean", default: false, describe: "It is a processor, not a GPU" },
  ...deviceFigureOptions,
  model: { type: "string", requiresArg: true, describe: "A model of the zoo; lenet5 if none is named" },
  "layers-model": {
    type: "string",
    requiresArg: true,
    describe: "Instead of --model: your own tfjs or Keras model, its model.json (weights are not needed)",
  },
  "input-shape": {
    type: "string",
    array: true,
    requiresArg: true,
    describe: "Sizes that the layers model leaves open: one example's shape, as 224,224,3; once per input",
  },
  examples: { ...number("The client's training examples"), demandOption: true },
  epochs: { ...number("Passes over them"), default: 1 },
  "batch-size": { ...number("Examples a step"), default: 32 },
  momentum: { ...number("Above 0, one more value per parameter lies on the device"), default: 0 },
  "deadline-seconds": { ...number("The round's deadline"), demandOption: true },
  "minimum-probability": { ...number("Probability with which it must be met"), default: 0.8 },
  backend: {
    type: "string",
    requiresArg: true,
    describe:
      "What trains on it: tensorflow-cuda (the default), tensorflow, wasm (with --cpu the default), cpu, webgpu, webgl or pytorch",
  },
  ...forecastOptions,
  ...linkOptions,
  json: jsonOption,
} as const satisfies Record<string, Options>;

/** Those of the agents, a browser's, and the reference of the measurements. */
const forecastBackends: readonly string[] = [
  "tensorflow-cuda",
  "tensorflow",
  "webgpu",
  "webgl",
  "wasm",
  "cpu",
  "pytorch",
];

export const explainCommand: CommandModule<object, InferredOptionTypes<typeof options>> = {
  command: "explain",
  describe: "Forecast one client's round, term by term, and whether it would be selected",
  builder: (cli) =>
    cli
      .options(options)
      .example(
        'probselect explain --device "NVIDIA A100 PCIe 40GB" --examples 5000 --deadline-seconds 30',
        "LeNet-5, one epoch, a data centre's link",
      )
      .example("probselect explain --device tx2 --examples 2000 --deadline-seconds 4 --link lte", "A Jetson on 4G")
      .example(
        "probselect explain --device 4090 --examples 2000 --deadline-seconds 60 --layers-model model.json",
        "Your own Keras model",
      ),
  handler: async (given) => {
    requireSensible(given);
    const link = chosenLink(given);
    const figures = statedFigures(given);
    // Loaded here: --help needs no catalogue.
    const { explainSituation } = await import("./explain/explain-situation.ts");
    const { explanationText } = await import("./explain/explanation-text.ts");
    const { paintFor } = await import("../server/reporting/paint.ts");
    const { findLatencyModel } = await import("../selection/latency/find-latency-model.ts");
    const { readCalibrations } = await import("../server/read-calibrations.ts");
    const description = await describeChosen(given.layersModel, given.inputShape, given.model);
    const { calibration: files = [], law: lawKind } = given;
    const calibrations = await readCalibrations(files);
    const latencyModel = given.latencyModel ?? (calibrations.length > 0 ? "calibrated" : "roofline");
    const model = fromOption(() => findLatencyModel(latencyModel, { calibrations, lawKind }));
    // As an agent would register, unless a calibration is to decide.
    const backend = given.backend ?? (files.length > 0 ? undefined : given.cpu ? "wasm" : "tensorflow-cuda");
    const question = { ...given, backend, figures, model: given.model ?? "lenet5", description };
    const situation = explainSituation(question, link, model);
    printResult(given.json, situation.result, () => explanationText(situation, paintFor(process.stdout)));
  },
};

/** @throws {ProbSelectError} cli.wrong-usage, naming the option and its value. */
function requireSensible(given: Omit<ExplainQuestion, "model" | "figures">): void {
  if (given.backend !== undefined && !forecastBackends.includes(given.backend)) {
    throw wrongUsage(`--backend must be one of ${forecastBackends.join(", ")}, not "${given.backend}".`);
  }
  const require = (holds: boolean, option: string, wanted: string, value: number) => {
    if (!holds) throw wrongUsage(`--${option} must be ${wanted}, not ${value}.`);
  };
  const counts = { examples: given.examples, epochs: given.epochs, "batch-size": given.batchSize };
  for (const [option, value] of Object.entries(counts)) {
    require(Number.isInteger(value) && value >= 1 && value <= 1e9, option, "a whole number from 1 to 1e9", value);
  }
  require(given.deadlineSeconds > 0 &&
    given.deadlineSeconds <= 1e9, "deadline-seconds", "above 0 and at most 1e9", given.deadlineSeconds);
  const { minimumProbability, momentum } = given;
  require(minimumProbability >= 0 && minimumProbability <= 1, "minimum-probability", "from 0 to 1", minimumProbability);
  require(momentum >= 0 && momentum < 1, "momentum", "from 0 to below 1", momentum);
}

/**
 * @returns undefined without --layers-model.
 * @throws {ProbSelectError} cli.wrong-usage; models.invalid-architecture.
 */
async function describeChosen(
  file: string | undefined,
  inputShapes: readonly string[] | undefined,
  model: string | undefined,
): Promise<LayersModelDescription | undefined> {
  if (file === undefined) {
    if (inputShapes !== undefined) throw wrongUsage("--input-shape goes with --layers-model FILE.");
    return undefined;
  }
  if (model !== undefined) throw wrongUsage(`Give --model ${model} or --layers-model ${file}, not both.`);
  const inputShape = inputShapes?.map(parseShape);
  const { describeModelFile } = await import("../models/tensorflow/describe-model-file.ts");
  return await describeModelFile(file, { inputShape });
}

function parseShape(text: string): Shape {
  const shape = text.split(",").map(Number);
  if (shape.every((size) => Number.isInteger(size) && size >= 1)) return shape;
  throw wrongUsage(`--input-shape must be whole numbers above 0 with commas between, as 224,224,3, not ${text}.`);
}
