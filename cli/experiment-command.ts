// `probselect experiment NAME`: a study, from its runs to its report.

import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import { closestName } from "../foundation/closest-name.ts";
import { commandLine } from "./jobs/command-line.ts";
import { jobOptions } from "./jobs/job-options.ts";
import { printResult } from "./output.ts";
import { wrongUsage } from "./wrong-usage.ts";

const options = {
  ...jobOptions,
  list: { type: "boolean", default: false, describe: "List the studies" },
} as const satisfies Record<string, Options>;

interface ExperimentOptions extends InferredOptionTypes<typeof options> {
  name: string | undefined;
}

type ExperimentArguments = ArgumentsCamelCase<ExperimentOptions>;

export const experimentCommand: CommandModule<object, ExperimentOptions> = {
  command: "experiment [name]",
  describe: "Run a study and write its report: NDJSON, CSV, SVG figures, one HTML page",
  builder: (cli) =>
    cli
      .positional("name", { type: "string", describe: "The study; see --list" })
      .options(options)
      .example("probselect experiment --list", "What there is")
      .example("probselect experiment paper", "The two numbers of arXiv 2511.08147, on measured times")
      .example("probselect experiment slo-waste --seeds 3 --json", "A quick look, headline as JSON")
      .example("probselect experiment paper --queue redis://10.0.0.1:6379", "The same on each machine that helps"),
  handler: runExperiment,
};

async function runExperiment(given: ExperimentArguments): Promise<void> {
  // Loaded here: --help needs no plotting library.
  const { studies } = await import("../experiments/studies/find-study.ts");
  if (given.list || given.name === undefined) {
    if (!given.list) throw wrongUsage("Name a study, or give --list.");
    const list = studies.map(({ name, summary }) => ({ name, summary }));
    printResult(given.json, list, () => list.map(({ name, summary }) => `${name.padEnd(18)}${summary}`).join("\n"));
    return;
  }
  const study = studies.find(({ name }) => name === given.name);
  if (!study) {
    const names = studies.map(({ name }) => name);
    const suggestion = closestName(given.name, names);
    throw wrongUsage(
      `There is no study "${given.name}".${suggestion ? ` Did you mean "${suggestion}"?` : ` Studies: ${names.join(", ")}.`}`,
    );
  }
  const { seed, seeds, data } = given;
  const { runStudyCommand } = await import("./jobs/run-study.ts");
  await runStudyCommand(study, given, commandLine(`experiment ${study.name}`, { seed, seeds, data }));
}
