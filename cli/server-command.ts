// `probselect server`: the aggregator. Live output goes to stderr; with --json the run's summary is the last line of stdout.

import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import { counted } from "../foundation/counted.ts";
import { ProbSelectError } from "../foundation/errors.ts";
import type { ServerConfig } from "../server/config.ts";
import type { RunSummary } from "../server/journal/events.ts";
import { type ConfigOverrides, loadConfig, parseConfig } from "../server/load-config.ts";
import { exposureWarnings } from "../server/security/exposure.ts";
import { forecastOptions } from "./forecast-options.ts";
import { jsonOption, printJson } from "./output.ts";
import { reporterFor } from "./server/reporters.ts";
import { parseSettings } from "./settings-option.ts";
import { fromOption } from "./wrong-usage.ts";

const options = {
  config: { type: "string", requiresArg: true, describe: "YAML or JSON file with the run's configuration" },
  host: { type: "string", requiresArg: true, describe: "Address to listen on (default 127.0.0.1)" },
  port: { type: "number", requiresArg: true, describe: "Port; 0 takes a free one (default 7700)" },
  rounds: { type: "number", requiresArg: true, describe: "Rounds to run (default 10)" },
  model: {
    type: "string",
    requiresArg: true,
    describe:
      "A network by its name, or your own: a tfjs model.json, a safetensors export, a module such as ./my-model.mjs (default lenet5)",
  },
  dataset: {
    type: "string",
    requiresArg: true,
    describe: "Data set whose test examples score the model: mnist, './train.csv?label=species', ... (default mnist)",
  },
  "initial-weights": {
    type: "string",
    choices: ["model", "seed"],
    describe: "Where a model of your own starts: the weights that it brings (default), or drawn from the seed",
  },
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
  resume: {
    type: "boolean",
    conflicts: "fresh",
    describe:
      "Go on with the run in the folder, be it a finished one that gets more --rounds; an unfinished one goes on anyway",
  },
  fresh: {
    type: "boolean",
    describe: "Begin a new run, whatever lies in the folder; its journal and checkpoints are set aside",
  },
  log: {
    type: "string",
    choices: ["pretty", "json"],
    default: "pretty",
    describe: "What stderr shows: a live view for people, or one JSON line an event with its round and client",
  },
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
  const reporter = reporterFor(given.log, given.verbose === true);
  const interruption = new AbortController();
  let draining: Promise<void> | undefined;
  let drain = () => interruption.abort();
  const stop = () => {
    // The second Ctrl-C does not wait for anything.
    if (interruption.signal.aborted) process.exit(1);
    reporter.print("Stopping; press Ctrl-C again to stop at once.");
    interruption.abort();
  };
  const terminate = () => drain();
  process.on("SIGINT", stop).on("SIGTERM", terminate);
  try {
    const aggregator = await startAggregator(config, {
      resume: given.fresh ? "never" : given.resume ? "always" : "auto",
      signal: interruption.signal,
      onEvent: reporter.onEvent,
      logger: reporter.logger,
      onStopRequested: () => drain(),
    });
    drain = () => {
      const { drainSeconds } = config.liveness;
      reporter.print(`Draining: the round that runs has ${drainSeconds} s to end; agents wait for the next start.`);
      draining ??= aggregator.drain(drainSeconds);
    };
    for (const warning of exposureWarnings(config.host, config.security)) reporter.print(`Warning: ${warning}`);
    for (const note of aggregator.notes) reporter.print(note);
    reporter.print(
      `Listening on ${aggregator.url}; rounds start once ${counted(config.minimumClients, "client is", "clients are")} there. ` +
        `Join: probselect client --server ${aggregator.url}`,
    );
    const summary = await aggregator.finished;
    reporter.close();
    if (given.json) printJson(summary);
    // Whoever sent SIGTERM (systemd, docker stop) asked for exactly this.
    if (draining) return reportDrained(summary, config);
    if (!interruption.signal.aborted && summary.rounds > 0 && summary.failedRounds === summary.rounds) {
      throw new ProbSelectError(
        "server.no-updates",
        `Of ${counted(summary.rounds, "round")}, none made a new model. Why each failed is above, and in ${summary.journal}.`,
      );
    }
    if (interruption.signal.aborted) {
      throw new ProbSelectError(
        "server.interrupted",
        `The run was interrupted after ${summary.rounds} of ${counted(config.rounds, "round")}. ` +
          `The same command goes on with it. Its journal is ${summary.journal}.`,
      );
    }
  } finally {
    reporter.close();
    process.off("SIGINT", stop).off("SIGTERM", terminate);
  }
}

function reportDrained({ rounds, journal }: RunSummary, config: ServerConfig): void {
  process.stderr.write(
    `Stopped after ${rounds} of ${counted(config.rounds, "round")}; the same command goes on with the run. Its journal is ${journal}.\n`,
  );
}

async function configOf(given: ArgumentsCamelCase<ServerArguments>): Promise<ServerConfig> {
  const { host, port, rounds, model, dataset, minimumClients, deadlineSeconds, minimumProbability, out } = given;
  const { policy, cohortSize, include, exclude } = given;
  const settings = given.settings === undefined ? undefined : parseSettings(given.settings);
  const overrides: ConfigOverrides = {
    host,
    port,
    rounds,
    model,
    dataset,
    initialWeights: given.initialWeights,
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
