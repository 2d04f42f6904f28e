// `probselect explain`: what the aggregator would forecast for one client, term by term, and whether it would select it.

import type { CommandModule, InferredOptionTypes, Options } from "yargs";
import { deviceFigureOptions, statedFigures } from "./device-options.ts";
import type { ExplainQuestion } from "./explain/explain-situation.ts";
import { chosenLink, linkOptions } from "./link-options.ts";
import { jsonOption, printResult } from "./output.ts";
import { wrongUsage } from "./wrong-usage.ts";

const number = (describe: string) => ({ type: "number", requiresArg: true, describe }) as const;

const options = {
  device: { type: "string", demandOption: true, requiresArg: true, describe: "The GPU's name" },
  cpu: { type: "boolean", default: false, describe: "It is a processor, not a GPU" },
  ...deviceFigureOptions,
  model: { type: "string", default: "lenet5", requiresArg: true, describe: "A model of the zoo" },
  examples: { ...number("The client's training examples"), demandOption: true },
  epochs: { ...number("Passes over them"), default: 1 },
  "batch-size": { ...number("Examples a step"), default: 32 },
  momentum: { ...number("Above 0, one more value per parameter lies on the device"), default: 0 },
  "deadline-seconds": { ...number("The round's deadline"), demandOption: true },
  "minimum-probability": { ...number("Probability with which it must be met"), default: 0.8 },
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
    const figures = statedFigures(given);
    // Loaded here: --help needs no catalogue.
    const { explainSituation } = await import("./explain/explain-situation.ts");
    const { explanationText } = await import("./explain/explanation-text.ts");
    const { paintFor } = await import("../server/reporting/paint.ts");
    const situation = explainSituation({ ...given, figures }, link);
    printResult(given.json, situation.result, () => explanationText(situation, paintFor(process.stdout)));
  },
};

/** @throws {ProbSelectError} cli.wrong-usage, naming the option and its value. */
function requireSensible(given: Omit<ExplainQuestion, "figures">): void {
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
