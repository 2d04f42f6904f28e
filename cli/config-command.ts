// `probselect config`: checks an aggregator's configuration without starting it, and prints the schema that editors check it with.

import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import { counted } from "../foundation/counted.ts";
import type { ServerConfig } from "../server/config.ts";
import { jsonOption, printJson, printResult } from "./output.ts";
import { wrongUsage } from "./wrong-usage.ts";

const options = {
  json: { ...jsonOption, describe: "Print the whole configuration, defaults included, as JSON" },
} as const satisfies Record<string, Options>;

type ConfigArguments = InferredOptionTypes<typeof options> & {
  readonly action: string;
  readonly file: string | undefined;
};

export const configCommand: CommandModule<object, ConfigArguments> = {
  command: "config <action> [file]",
  describe: "Check an aggregator's configuration, or print its JSON Schema",
  builder: (cli) =>
    cli
      .positional("action", {
        type: "string",
        demandOption: true,
        choices: ["check", "schema"],
        describe: "What to do",
      })
      .positional("file", { type: "string", describe: "YAML or JSON file to check" })
      .options(options)
      .example("probselect config check run.yaml", "What is wrong with it, or what it comes to")
      .example("probselect config schema > probselect-config.json", "For the $schema of an editor"),
  handler: runConfig,
};

async function runConfig({ action, file, json }: ArgumentsCamelCase<ConfigArguments>): Promise<void> {
  if (action === "schema") {
    const { configJsonSchema } = await import("../server/config-json-schema.ts");
    process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    return;
  }
  if (file === undefined) throw wrongUsage("config check needs a file: probselect config check run.yaml");
  const { loadConfig } = await import("../server/load-config.ts");
  const config = await loadConfig(file);
  const parameterCount = await checkNames(config);
  if (json) return printJson(config);
  printResult(false, config, () => describe(file, config, parameterCount));
}

/** What only the run would find: names that nobody knows, settings that a policy or strategy refuses, files that are not there. */
async function checkNames(config: ServerConfig): Promise<number> {
  const { prepareParts } = await import("../server/prepare-run.ts");
  const { initialParameters } = await prepareParts(config);
  return initialParameters.values.length;
}

function describe(file: string, config: ServerConfig, parameterCount: number): string {
  const { model, dataset, rounds, slo, selection, aggregation, host, port, outputDirectory } = config;
  return [
    `${file} is in order.`,
    `  run ${config.runName}: ${model} (${counted(parameterCount, "parameter")}) on ${dataset}, ${counted(rounds, "round")}`,
    `  selection by ${selection.policy}, deadline ${slo.deadlineSeconds} s, p >= ${slo.minimumProbability}`,
    `  aggregation by ${aggregation.strategy}${waysOf(aggregation)}`,
    `  listens on ${host}:${port}, writes to ${outputDirectory}`,
  ].join("\n");
}

function waysOf({ asynchronous, secure }: ServerConfig["aggregation"]): string {
  if (secure) return `, of the updates' masked sum, of ${counted(secure.minimumClients, "client")} at least`;
  if (!asynchronous) return "";
  return `, asynchronously: ${counted(asynchronous.bufferSize, "update")} a model, ${counted(asynchronous.concurrency, "client")} at work`;
}
