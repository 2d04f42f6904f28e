// `probselect demo`: a whole federated training on this machine. Live output goes to stderr, the result to stdout.

import type { CommandModule, InferredOptionTypes, Options } from "yargs";
import { defaultDemoOptions } from "../experiments/demo/demo-config.ts";
import { formatDemoResult } from "../experiments/demo/format-demo-result.ts";
import type { DemoResult } from "../experiments/demo/run-demo.ts";
import { jsonOption, printResult } from "./output.ts";
import { fromOption } from "./wrong-usage.ts";

const defaults = defaultDemoOptions;
const options = {
  rounds: { type: "number", default: defaults.rounds, requiresArg: true, describe: "Rounds to train" },
  seed: {
    type: "number",
    default: defaults.seed,
    requiresArg: true,
    describe: "Seeds the split, the training and the luck",
  },
  model: { type: "string", default: defaults.model, requiresArg: true, describe: "Network: lenet5, mlp or cnn-small" },
  alpha: {
    type: "number",
    default: defaults.dirichletAlpha,
    requiresArg: true,
    describe: "Label skew of the split over the clients (Dirichlet); small is more skewed",
  },
  "deadline-seconds": {
    type: "number",
    default: defaults.deadlineSeconds,
    requiresArg: true,
    describe: "Deadline of a round, emulated seconds",
  },
  "minimum-probability": {
    type: "number",
    default: defaults.minimumProbability,
    requiresArg: true,
    describe: "Least probability of meeting the deadline of a selected client",
  },
  "clock-rate": {
    type: "number",
    default: defaults.emulatedSecondsPerWallSecond,
    requiresArg: true,
    describe: "Emulated seconds per wall second while the round's clock runs",
  },
  out: { type: "string", default: defaults.outputDirectory, requiresArg: true, describe: "Folder of log and report" },
  json: jsonOption,
} as const satisfies Record<string, Options>;

export const demoCommand: CommandModule<object, InferredOptionTypes<typeof options>> = {
  command: "demo",
  describe: "Federated training on this machine, start to finish, on eight emulated GPUs",
  builder: (cli) =>
    cli
      .options(options)
      .example("probselect demo", "LeNet-5 on MNIST; takes about two minutes on two cores")
      .example("probselect demo --rounds 3 --seed 7 --json", "A short one, with its result as JSON"),
  handler: async (given) => {
    // Loaded here: --help needs no tensor library.
    const { runDemo } = await import("../experiments/demo/run-demo.ts");
    const { demoPartition, demoServerConfig } = await import("../experiments/demo/demo-config.ts");
    const { findArchitecture } = await import("../models/zoo.ts");
    const { describeDemo } = await import("../experiments/demo/format-demo-result.ts");
    const interruption = new AbortController();
    const stop = () => interruption.abort();
    process.on("SIGINT", stop).on("SIGTERM", stop);
    try {
      const demo = {
        rounds: given.rounds,
        seed: given.seed,
        model: given.model,
        dirichletAlpha: given.alpha,
        deadlineSeconds: given.deadlineSeconds,
        minimumProbability: given.minimumProbability,
        emulatedSecondsPerWallSecond: given.clockRate,
        outputDirectory: given.out,
      };
      // Before nine processes start, not in one of their logs.
      fromOption(() => [demoServerConfig(demo, 0), demoPartition(demo), findArchitecture(demo.model)]);
      process.stderr.write(`${describeDemo(demo)}\n`);
      const result: DemoResult = await runDemo(demo, interruption.signal);
      printResult(given.json, result, () => formatDemoResult(result));
    } finally {
      process.off("SIGINT", stop).off("SIGTERM", stop);
    }
  },
};
