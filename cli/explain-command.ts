// `probselect explain`: why a client would be selected, or why it was (not) selected in a round of a run.

import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import { deviceFormOptions, explainDevice } from "./explain/device-form.ts";
import { explainRun, runFormOptions } from "./explain/run-form.ts";
import { jsonOption, printResult } from "./output.ts";
import { wrongUsage } from "./wrong-usage.ts";

const options = {
  ...deviceFormOptions,
  ...runFormOptions,
  models: { type: "boolean", describe: "List the networks that --model knows by name" },
  json: jsonOption,
} as const satisfies Record<string, Options>;

type ExplainArguments = InferredOptionTypes<typeof options>;

export const explainCommand: CommandModule<object, ExplainArguments> = {
  command: "explain",
  describe: "Why a client would be selected, term by term, or was (not) selected in a run",
  builder: (cli) =>
    cli
      .options(options)
      .group(Object.keys(deviceFormOptions), "A device that you describe:")
      .group(Object.keys(runFormOptions), "The clients of a run:")
      .example(
        'probselect explain --device "NVIDIA A100 PCIe 40GB" --examples 5000 --deadline-seconds 30',
        "LeNet-5, one epoch, a data centre's link",
      )
      .example("probselect explain --device tx2 --examples 2000 --deadline-seconds 4 --link lte", "A Jetson on 4G")
      .example(
        "probselect explain --device 4090 --examples 2000 --deadline-seconds 60 --layers-model model.json",
        "Your own Keras model",
      )
      .example("probselect explain --run runs/demo", "How often each client was selected and on time")
      .example("probselect explain --run runs/demo --client jetson-2", "All rounds of a client: chosen or not, and why")
      .example("probselect explain --run runs/demo --client satellite-2 --round 1", "Why not in round 1?"),
  handler: async (given) => {
    if (given.models) return await listModels(given);
    const run = runAskedAbout(given);
    await (run === undefined ? explainDevice(given) : explainRun(run, given));
  },
};

async function listModels(given: ArgumentsCamelCase<ExplainArguments>): Promise<void> {
  const other = [...givenOf(given, deviceFormOptions), ...givenOf(given, runFormOptions)];
  if (other.length > 0)
    throw wrongUsage(`--models lists the networks and nothing else: leave out ${other.join(", ")}.`);
  const { modelsText, namedModels } = await import("./explain/models-text.ts");
  printResult(given.json, namedModels, () => modelsText());
}

function givenOf(
  given: ArgumentsCamelCase<ExplainArguments>,
  form: Readonly<Record<string, Options>>,
): readonly string[] {
  return Object.entries(given).flatMap(([name, value]) => (name in form && value !== undefined ? [`--${name}`] : []));
}

/**
 * The journal, or undefined in the device's form.
 *
 * @throws {ProbSelectError} cli.wrong-usage if the two forms are mixed, or there is neither.
 */
function runAskedAbout(given: ArgumentsCamelCase<ExplainArguments>): string | undefined {
  const ofDevice = givenOf(given, deviceFormOptions);
  const ofRun = givenOf(given, runFormOptions);
  const { run } = given;
  if (ofDevice.length === 0 && ofRun.length === 0) {
    throw wrongUsage(
      "Give --device NAME --examples N --deadline-seconds S to ask about a device, or --run LOG [--client ID] to ask about the clients of a run.",
    );
  }
  if (ofDevice.length > 0 && ofRun.length > 0) {
    throw wrongUsage(
      `${ofRun.join(", ")} ask${ofRun.length === 1 ? "s" : ""} about a run, ` +
        `${ofDevice.join(", ")} about a device that you describe. Leave out one or the other.`,
    );
  }
  if (ofRun.length > 0 && run === undefined) {
    throw wrongUsage(`${ofRun.join(" and ")} need${ofRun.length === 1 ? "s" : ""} --run LOG, the journal of the run.`);
  }
  return run;
}
