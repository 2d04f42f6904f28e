// `probselect bench-device`: how fast this machine trains, back-end by back-end: a report, and calibrations for the forecast.

import { join, resolve } from "node:path";
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import { ProbSelectError } from "../foundation/errors.ts";
import type { Architecture } from "../models/architecture.ts";
import type { BackendName } from "../models/tensorflow/backends/names.ts";
import { gpuNameOption } from "./device-options.ts";
import { jsonOption, printResult } from "./output.ts";
import { fromOption, wrongUsage } from "./wrong-usage.ts";

const options = {
  backend: { type: "string", requiresArg: true, describe: "Back-ends, NAME,NAME (default: all that can be used)" },
  models: { type: "string", default: "mlp,lenet5,cnn-small", requiresArg: true, describe: "Networks, NAME,NAME" },
  "batch-sizes": {
    type: "string",
    requiresArg: true,
    describe: "Batch sizes of each network, N,N (default 16,64; with --quick 32)",
  },
  quick: { type: "boolean", default: false, describe: "One batch size, fewer turns: a few seconds a cell, less exact" },
  "longest-step-seconds": {
    type: "number",
    requiresArg: true,
    describe: "Skip what takes longer for a warm step (default 2; with --quick 1)",
  },
  out: { type: "string", default: join("runs", "bench-device"), requiresArg: true, describe: "Folder for the files" },
  device: gpuNameOption,
  "gpu-index": { type: "number", requiresArg: true, describe: "Which of several GPUs trains (default 0)" },
  json: jsonOption,
} as const satisfies Record<string, Options>;

type BenchArguments = ArgumentsCamelCase<InferredOptionTypes<typeof options>>;

const thorough = { batchSizes: [16, 64], turns: 12, maximumSecondsPerCell: 10, longestStepSeconds: 2 } as const;
const quick = { batchSizes: [32], turns: 5, maximumSecondsPerCell: 3, longestStepSeconds: 1 } as const;

export const benchDeviceCommand: CommandModule<object, InferredOptionTypes<typeof options>> = {
  command: "bench-device",
  describe: "Benchmark training on this machine, back-ends side by side: report, figure, calibrations",
  builder: (cli) =>
    cli
      .options(options)
      .example("probselect bench-device", "Every usable back-end; a minute or two")
      .example("probselect bench-device --backend wasm,webgpu --models resnet20 --batch-sizes 32", "One workload")
      .epilogue(
        "Run it while the machine does nothing else. Its calibration-BACKEND.json files are read by --calibration of server, " +
          "explain and select (docs/bench-device.md).",
      ),
  handler: runBenchDevice,
};

async function runBenchDevice(given: BenchArguments): Promise<void> {
  const { batchSizes: usualSizes, ...usualEffort } = given.quick ? quick : thorough;
  const batchSizes = given.batchSizes === undefined ? usualSizes : parseBatchSizes(given.batchSizes);
  const longestStepSeconds = given.longestStepSeconds ?? usualEffort.longestStepSeconds;
  if (!(longestStepSeconds > 0)) throw wrongUsage(`--longest-step-seconds must be above 0, not ${longestStepSeconds}.`);
  const { backends, networks } = await parseNames(given);
  const workloads = networks.flatMap((architecture) => batchSizes.map((batchSize) => ({ architecture, batchSize })));
  // Loaded here: --help and wrong usage need no tensor library.
  const { runBench } = await import("./bench-device/run-bench.ts");
  const { requireWritable, writeBench } = await import("./bench-device/write-bench.ts");
  const { benchText } = await import("./bench-device/bench-text.ts");
  const { createProgressBar } = await import("./progress-bar.ts");
  const folder = resolve(given.out);
  await requireWritable(folder);
  const bar = createProgressBar(process.stderr, "time left not known yet");
  const interruption = new AbortController();
  const stop = () => interruption.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    const bench = await runBench(
      {
        ...{ backends, workloads, effort: { ...usualEffort, longestStepSeconds } },
        ...{ device: given.device, gpuIndex: given.gpuIndex },
        onProgress: (fraction, secondsLeft, what) => bar.show(fraction, secondsLeft, what),
        onNote: (sentence) => {
          bar.clear();
          process.stderr.write(`${sentence}\n`);
        },
      },
      interruption.signal,
    );
    bar.clear();
    const { result, calibrations } = bench;
    if (result.isInterrupted && calibrations.size === 0) throw interrupted("no file was written");
    const files = await writeBench(folder, bench, commandOf(given));
    if (result.isInterrupted) throw interrupted(`what was measured until then is in ${given.out}`);
    printResult(given.json, { ...result, files }, () => benchText(result, files));
  } finally {
    bar.clear();
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

function interrupted(what: string): ProbSelectError {
  return new ProbSelectError("client.interrupted", `The benchmark was interrupted; ${what}.`);
}

/** @throws {ProbSelectError} cli.wrong-usage */
async function parseNames(given: BenchArguments): Promise<{
  readonly backends: readonly BackendName[];
  readonly networks: readonly Architecture[];
}> {
  const { automaticBackends, backendNames } = await import("../models/tensorflow/backends/names.ts");
  const { findArchitecture } = await import("../models/zoo.ts");
  const backendOf = (text: string) => {
    const found = backendNames.find((name) => name === text);
    if (found) return found;
    throw wrongUsage(`There is no back-end "${text}". Choose of ${backendNames.join(", ")}.`);
  };
  const asked = given.backend === undefined ? null : namesOf(given.backend, "--backend").map(backendOf);
  const networks = namesOf(given.models, "--models").map((name) => fromOption(() => findArchitecture(name)));
  return { backends: asked ?? automaticBackends, networks };
}

/** @throws {ProbSelectError} cli.wrong-usage */
function namesOf(text: string, option: string): readonly string[] {
  const names = text.split(",").map((part) => part.trim());
  if (names.every((name) => name !== "") && new Set(names).size === names.length) return names;
  throw wrongUsage(`${option} must be distinct names with commas between, not "${text}".`);
}

/** @throws {ProbSelectError} cli.wrong-usage */
function parseBatchSizes(text: string): readonly number[] {
  const sizes = namesOf(text, "--batch-sizes").map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 1024)) return sizes;
  throw wrongUsage(`--batch-sizes must be distinct whole numbers from 1 to 1024, such as 16,64, not "${text}".`);
}

function commandOf({
  backend,
  models,
  batchSizes,
  quick: isQuick,
  longestStepSeconds,
  device,
  gpuIndex,
}: BenchArguments) {
  const given = { backend, models, "batch-sizes": batchSizes, "longest-step-seconds": longestStepSeconds };
  const all = Object.entries({ ...given, gpu: device && `"${device}"`, "gpu-index": gpuIndex });
  const words = all.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  return ["probselect bench-device", ...words, ...(isQuick ? ["--quick"] : [])].join(" ");
}
