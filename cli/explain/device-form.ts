// `probselect explain --device NAME ...`: a client that the asker describes, forecast and decided on as an aggregator would.

import type { ArgumentsCamelCase, InferredOptionTypes, Options } from "yargs";
import type { Architecture } from "../../models/architecture.ts";
import type { LayersModelDescription, Shape } from "../../models/layers-model-description.ts";
import { backendNames } from "../../models/tensorflow/backends/names.ts";
import { deviceFigureOptions, gpuNameOption, statedFigures } from "../device-options.ts";
import { forecastOptions } from "../forecast-options.ts";
import { chosenLink, linkOptions } from "../link-options.ts";
import { printResult } from "../output.ts";
import { fromOption, wrongUsage } from "../wrong-usage.ts";
import type { ExplainQuestion } from "./explain-situation.ts";

const number = (describe: string) => ({ type: "number", requiresArg: true, describe }) as const;

/** Applied by hand, as an option with a default of yargs would seem to be given in the other form too. */
const defaults = { model: "lenet5", epochs: 1, batchSize: 32, momentum: 0, minimumProbability: 0.8 } as const;
const withDefault = (describe: string, value: number) =>
  ({ ...number(describe), defaultDescription: String(value) }) as const;

export const deviceFormOptions = {
  device: {
    ...gpuNameOption,
    describe: "The GPU's name; needs --examples and --deadline-seconds",
  },
  cpu: { type: "boolean", describe: "It is a processor, not a GPU" },
  ...deviceFigureOptions,
  model: {
    type: "string",
    requiresArg: true,
    describe:
      "A network by its name (--models lists them), or your own as an aggregator takes it: a tfjs model.json, a safetensors export, a module; lenet5 if none is named",
  },
  "layers-model": {
    type: "string",
    requiresArg: true,
    describe:
      "Instead of --model: any tfjs or Keras model's model.json, also one that could not be trained here (weights are not needed)",
  },
  "input-shape": {
    type: "string",
    array: true,
    requiresArg: true,
    describe: "Sizes that the layers model leaves open: one example's shape, as 224,224,3; once per input",
  },
  examples: number("The client's training examples"),
  epochs: withDefault("Passes over them", defaults.epochs),
  "batch-size": withDefault("Examples a step", defaults.batchSize),
  momentum: withDefault("Above 0, one more value per parameter lies on the device", defaults.momentum),
  "deadline-seconds": number("The round's deadline"),
  "minimum-probability": withDefault("Probability with which it must be met", defaults.minimumProbability),
  backend: {
    type: "string",
    requiresArg: true,
    describe:
      "What trains on it: tensorflow-cuda (the default), tensorflow, wasm (with --cpu the default), cpu, webgpu, webgpu-software, webgl or pytorch",
  },
  ...forecastOptions,
  ...linkOptions,
} as const satisfies Record<string, Options>;

export type DeviceFormArguments = ArgumentsCamelCase<InferredOptionTypes<typeof deviceFormOptions>> & {
  readonly json: boolean;
};

/** Those of the agents, a browser's, and the reference of the measurements. */
const forecastBackends: readonly string[] = [...backendNames, "webgl", "pytorch"];

/** @throws {ProbSelectError} cli.wrong-usage; models.invalid-architecture; what a calibration file or a workload is refused for. */
export async function explainDevice(given: DeviceFormArguments): Promise<void> {
  const asked = sensibleQuestion(given);
  const link = chosenLink(given);
  const figures = statedFigures(given);
  // Loaded here: --help needs no catalogue.
  const { explainSituation } = await import("./explain-situation.ts");
  const { explanationText } = await import("./explanation-text.ts");
  const { paintFor } = await import("../../server/reporting/paint.ts");
  const { findLatencyModel } = await import("../../selection/latency/find-latency-model.ts");
  const { readCalibrations } = await import("../../server/read-calibrations.ts");
  const description = await describeChosen(given.layersModel, given.inputShape, given.model);
  const architecture = description ? undefined : await ownArchitecture(asked.model);
  const { calibration: files = [], law: lawKind } = given;
  const calibrations = await readCalibrations(files);
  const latencyModel = given.latencyModel ?? (calibrations.length > 0 ? "calibrated" : "roofline");
  const model = fromOption(() => findLatencyModel(latencyModel, { calibrations, lawKind }));
  // As an agent would register, unless a calibration is to decide.
  const backend = given.backend ?? (files.length > 0 ? undefined : asked.cpu ? "wasm" : "tensorflow-cuda");
  const question: ExplainQuestion = { ...asked, backend, figures, description, architecture };
  const situation = explainSituation(question, link, model);
  printResult(given.json, situation.result, () => explanationText(situation, paintFor(process.stdout)));
}

/** @throws {ProbSelectError} cli.wrong-usage, naming the option and its value. */
function sensibleQuestion(
  given: DeviceFormArguments,
): Omit<ExplainQuestion, "figures" | "description" | "architecture"> {
  const { device, examples, deadlineSeconds } = given;
  if (device === undefined || examples === undefined || deadlineSeconds === undefined) {
    const demanded = { device, examples, "deadline-seconds": deadlineSeconds };
    const missing = Object.entries(demanded).flatMap(([option, value]) => (value === undefined ? [option] : []));
    throw wrongUsage(`Missing required argument${missing.length === 1 ? "" : "s"}: ${missing.join(", ")}.`);
  }
  const { epochs = defaults.epochs, batchSize = defaults.batchSize, momentum = defaults.momentum } = given;
  const { minimumProbability = defaults.minimumProbability, model = defaults.model, cpu = false, backend } = given;
  if (backend !== undefined && !forecastBackends.includes(backend)) {
    throw wrongUsage(`--backend must be one of ${forecastBackends.join(", ")}, not "${backend}".`);
  }
  const require = (holds: boolean, option: string, wanted: string, value: number) => {
    if (!holds) throw wrongUsage(`--${option} must be ${wanted}, not ${value}.`);
  };
  for (const [option, value] of Object.entries({ examples, epochs, "batch-size": batchSize })) {
    require(Number.isInteger(value) && value >= 1 && value <= 1e9, option, "a whole number from 1 to 1e9", value);
  }
  const isDeadline = deadlineSeconds > 0 && deadlineSeconds <= 1e9;
  require(isDeadline, "deadline-seconds", "above 0 and at most 1e9", deadlineSeconds);
  const isProbability = minimumProbability >= 0 && minimumProbability <= 1;
  require(isProbability, "minimum-probability", "from 0 to 1", minimumProbability);
  require(momentum >= 0 && momentum < 1, "momentum", "from 0 to below 1", momentum);
  return { device, cpu, model, examples, epochs, batchSize, momentum, deadlineSeconds, minimumProbability };
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
  const { describeModelFile } = await import("../../models/tensorflow/describe-model-file.ts");
  return await describeModelFile(file, { inputShape });
}

/**
 * The network in a file that an aggregator would train.
 *
 * @returns undefined for a name.
 * @throws {ProbSelectError} as `loadModel`.
 */
async function ownArchitecture(model: string): Promise<Architecture | undefined> {
  const { isModelPath, loadModel } = await import("../../server/load-model.ts");
  if (!isModelPath(model)) return undefined;
  return (await loadModel(model, { initialWeights: "seed", seed: 0 })).architecture;
}

function parseShape(text: string): Shape {
  const shape = text.split(",").map(Number);
  if (shape.every((size) => Number.isInteger(size) && size >= 1)) return shape;
  throw wrongUsage(`--input-shape must be whole numbers above 0 with commas between, as 224,224,3, not ${text}.`);
}
