// `probselect explain`: what the aggregator would forecast for one client, term by term, and whether it would select it.

import type { CommandModule, InferredOptionTypes, Options } from "yargs";
import type { ExplainQuestion } from "./explain/explain-situation.ts";
import { chosenLink, linkOptions } from "./link-options.ts";
import { jsonOption, printResult } from "./output.ts";
import { wrongUsage } from "./wrong-usage.ts";

const number = (describe: string) => ({ type: "number", requiresArg: true, describe }) as const;

const options = {
  device: { type: "string", demandOption: true, requiresArg: true, describe: "The GPU's name" },
  cpu: { type: "boolean", default: false, describe: "It is a processor, not a GPU" },
  "memory-gib": number("Its memory, which may tell versions of it apart"),
  "fp32-tflops": number("Its fp32 peak, if the catalogue lacks it (with --memory-gbs)"),
  "memory-gbs": number("Its memory bandwidth in GB/s"),
  model: { type: "string", default: "lenet5", requiresArg: true, describe: "A model of the zoo" },
  examples: { ...number("The client's training examples"), demandOption: true },
  epochs: { ...number("Passes over them"), default: 1 },
  "batch-size": { ...number("Examples a step"), default: 32 },
  momentum: { ...number("Above 0, one more value per parameter lies on the device"), default: 0 },
  "deadline-seconds": { ...number("The round's deadline"), demandOption: true },
  "minimum-probability": { ...number("Probability with which it must be met"), default: 0.8 },
  backend: { type: "string", requiresArg: true, describe: "What trains on it, e.g. tensorflow-cuda or wasm" },
  calibration: {
    type: "string",
    array: true,
    requiresArg: true,
    describe: "File of probselect calibrate; may be repeated, one a device",
  },
  ...linkOptions,
  json: jsonOption,
} as const satisfies Record<string, Options>;

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
      .example("probselect explain --device tx2 --examples 2000 --deadline-seconds 4 --link lte", "A Jetson on 4G"),
  handler: async (given) => {
    requireSensible(given);
    const link = chosenLink(given);
    // Loaded here: --help needs no catalogue.
    const { explainSituation } = await import("./explain/explain-situation.ts");
    const { explanationText } = await import("./explain/explanation-text.ts");
    const { paintFor } = await import("../server/reporting/paint.ts");
    const { readCalibrations } = await import("../server/read-calibrations.ts");
    const situation = explainSituation(given, link, await readCalibrations(given.calibration ?? []));
    printResult(given.json, situation.result, () => explanationText(situation, paintFor(process.stdout)));
  },
};

/** @throws {ProbSelectError} cli.wrong-usage, naming the option and its value. */
function requireSensible(given: ExplainQuestion): void {
  const require = (holds: boolean, option: string, wanted: string, value: number) => {
    if (!holds) throw wrongUsage(`--${option} must be ${wanted}, not ${value}.`);
  };
  const counts = { examples: given.examples, epochs: given.epochs, "batch-size": given.batchSize };
  for (const [option, value] of Object.entries(counts)) {
    require(Number.isInteger(value) && value >= 1 && value <= 1e9, option, "a whole number from 1 to 1e9", value);
  }
  const quantities = {
    "deadline-seconds": given.deadlineSeconds,
    "memory-gib": given.memoryGib,
    "fp32-tflops": given.fp32Tflops,
    "memory-gbs": given.memoryGbs,
  };
  for (const [option, value = 1] of Object.entries(quantities)) {
    require(value > 0 && value <= 1e9, option, "above 0 and at most 1e9", value);
  }
  const { minimumProbability, momentum } = given;
  require(minimumProbability >= 0 && minimumProbability <= 1, "minimum-probability", "from 0 to 1", minimumProbability);
  require(momentum >= 0 && momentum < 1, "momentum", "from 0 to below 1", momentum);
}
