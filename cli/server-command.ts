// `probselect server`: the aggregator. Live output goes to stderr; with --json the run's summary is the last line of stdout.

import { pino } from "pino";
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import { ProbSelectError } from "../foundation/errors.ts";
import type { ServerConfig } from "../server/config.ts";
import { type ConfigOverrides, loadConfig, parseConfig } from "../server/load-config.ts";
import { createTerminalReporter, type TerminalReporter } from "../server/reporting/terminal-reporter.ts";
import { forecastOptions } from "./forecast-options.ts";
import { jsonOption, printJson } from "./output.ts";
import { parseSettings } from "./settings-option.ts";
import { fromOption } from "./wrong-usage.ts";

const options = {
  config: { type: "string", requiresArg: true, describe: "YAML or JSON file with the run's configuration" },
  host: { type: "string", requiresArg: true, describe: "Address to listen on (default 127.0.0.1)" },
  port: { type: "number", requiresArg: true, describe: "Port; 0 takes a free one (default 7700)" },
  rounds: { type: "number", requiresArg: true, describe: "Rounds to run (default 10)" },
  model: { type: "string", requiresArg: true, describe: "Network of the model zoo (default lenet5)" },
  "deadline-seconds": {
    type: "number",
    requiresArg: true,
    describe: "A client's whole round must fit in this (default 60)",
  },
  "minimum-probability": {
    type: "number",
    requiresArg: true,
    describe: "Least probability, 0 to 1, that a selected client meets the deadline (default 0.8)",
  },
  "minimum-clients": {
    type: "number",
    requiresArg: true,
    describe: "The first round starts when so many clients are registered (default 2)",
  },
  policy: {
    type: "string",
    requiresArg: true,
    describe: "Selection policy: a name, or your own module such as ./my-policy.ts (default probselect)",
  },
  "cohort-size": {
    type: "number",
    requiresArg: true,
    describe: "The most clients of a round, or their number, by the policy",
  },
  settings: {
    type: "string",
    requiresArg: true,
    describe:
      "Settings of the policy, as JSON or YAML: '{requiredUpdates: 10}'; \"probselect select --policies\" lists policies",
  },
  include: {
    type: "string",
    array: true,
    requiresArg: true,
    describe: 'Only clients of this id or label, such as "sat-*" or label:site:berlin; may be repeated',
  },
  exclude: {
    type: "string",
    array: true,
    requiresArg: true,
    describe: "No client of this id or label; may be repeated, and wins over --include",
  },
  ...forecastOptions,
  out: { type: "string", requiresArg: true, describe: "Folder of journal and models (default runs/run)" },
  json: jsonOption,
} as const satisfies Record<string, Options>;

type ServerArguments = InferredOptionTypes<typeof options>;

export const serverCommand: CommandModule<object, ServerArguments> = {
  command: "server",
  describe: "Run the aggregator: register clients, run the rounds, write the journal",
  builder: (cli) =>
    cli
      .options(options)
      .example("probselect server --port 7700 --rounds 5", "Five rounds of LeNet-5 on MNIST")
      .example("probselect server --config run.yaml --json", "A run from a file, with its summary as JSON")
      .epilogue("What is given here wins over the file. Agents join with: probselect client --server URL"),
  handler: runServer,
};

async function runServer(given: ArgumentsCamelCase<ServerArguments>): Promise<void> {
  const config = await configOf(given);
  // Loaded here: --help and a wrong configuration need no server.
  const { startAggregator } = await import("../server/aggregator.ts");
  const reporter = createTerminalReporter(process.stderr);
  const interruption = new AbortController();
  const stop = () => {
    // The second Ctrl-C does not wait for anything.
    if (interruption.signal.aborted) process.exit(1);
    reporter.print("Stopping; press Ctrl-C again to stop at once.");
    interruption.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    const aggregator = await startAggregator(config, {
      signal: interruption.signal,
      onEvent: reporter.onEvent,
      logger: pino({ level: given.verbose === true ? "info" : "error" }, logDestination(reporter)),
    });
    reporter.print(
      `Listening on ${aggregator.url}; the first round starts with ${config.minimumClients} client(s). ` +
        `Join: probselect client --server ${aggregator.url}`,
    );
    const summary = await aggregator.finished;
    reporter.close();
    if (given.json) printJson(summary);
    if (!interruption.signal.aborted && summary.rounds > 0 && summary.failedRounds === summary.rounds) {
      throw new ProbSelectError(
        "server.no-updates",
        `None of the ${summary.rounds} round(s) made a new model. Why each failed is above, and in ${summary.journal}.`,
      );
    }
    if (interruption.signal.aborted) {
      throw new ProbSelectError(
        "server.interrupted",
        `The run was interrupted ${summary.rounds === 0 ? "before its first round" : `in round ${summary.rounds} of ${config.rounds}`}. ` +
          `Its journal is ${summary.journal}.`,
      );
    }
  } finally {
    reporter.close();
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

async function configOf(given: ArgumentsCamelCase<ServerArguments>): Promise<ServerConfig> {
  const { host, port, rounds, model, minimumClients, deadlineSeconds, minimumProbability, out } = given;
  const { policy, cohortSize, include, exclude } = given;
  const settings = given.settings === undefined ? undefined : parseSettings(given.settings);
  const overrides: ConfigOverrides = {
    host,
    port,
    rounds,
    model,
    minimumClients,
    latencyModel: given.latencyModel,
    computeLaw: given.law,
    calibrationFiles: given.calibration,
    outputDirectory: out,
    slo: { deadlineSeconds, minimumProbability },
    selection: { policy, cohortSize, settings, rules: { include, exclude } },
  };
  if (given.config !== undefined) return loadConfig(given.config, overrides);
  return fromOption(() => parseConfig({}, "the command line", overrides));
}

/** Log lines go through the reporter, which owns the terminal while the run lasts. */
function logDestination(reporter: TerminalReporter): { write(line: string): void } {
  return { write: (line) => reporter.print(line.trimEnd()) };
}
