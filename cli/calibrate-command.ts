// `probselect calibrate`: times training steps of probe networks on this machine, once, into a file that forecasts it.

import { resolve } from "node:path";
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import { backendOption, parseBackend } from "./backend-option.ts";
import { gpuNameOption } from "./device-options.ts";
import { jsonOption, printResult } from "./output.ts";
import { wrongUsage } from "./wrong-usage.ts";

const options = {
  backend: backendOption,
  out: { type: "string", default: "calibration.json", requiresArg: true, describe: "File to write" },
  "batch-size": {
    type: "string",
    requiresArg: true,
    describe: "Batch sizes to time, N,N (default 16,64; with --quick 32)",
  },
  quick: {
    type: "boolean",
    default: false,
    describe: "One batch size, fewer turns: under half a minute, less exact",
  },
  verify: {
    type: "boolean",
    default: false,
    describe: "Also time the zoo's networks, and compare with their forecasts",
  },
  "include-zoo": { type: "boolean", default: false, describe: "Also put the zoo's networks into the file" },
  device: gpuNameOption,
  "gpu-index": { type: "number", requiresArg: true, describe: "Which of several GPUs trains (default 0)" },
  json: jsonOption,
} as const satisfies Record<string, Options>;

type CalibrateArguments = ArgumentsCamelCase<InferredOptionTypes<typeof options>>;

/** Bursts of each cell, and the seconds after which a busy machine gets no more of them. */
const thorough = { batchSizes: [16, 64], turns: 8, maximumSeconds: 75 } as const;
const quick = { batchSizes: [32], turns: 5, maximumSeconds: 18 } as const;

export const calibrateCommand: CommandModule<object, InferredOptionTypes<typeof options>> = {
  command: "calibrate",
  describe: "Time training steps on this machine once, into a file that forecasts it",
  builder: (cli) =>
    cli
      .options(options)
      .example("probselect calibrate", "About a minute; writes calibration.json")
      .example("probselect calibrate --verify", "Also compare forecasts of the zoo's networks with their real times")
      .example("probselect calibrate --include-zoo --batch-size 32", "Measure the very cells that a run will train")
      .epilogue(
        "Run it while the machine does nothing else. Use the file with: probselect server --calibration FILE " +
          "(docs/calibration.md).",
      ),
  handler: runCalibrate,
};

async function runCalibrate(given: CalibrateArguments): Promise<void> {
  const plan = given.quick ? quick : thorough;
  const batchSizes = given.batchSize === undefined ? plan.batchSizes : parseBatchSizes(given.batchSize);
  const backend = parseBackend(given.backend);
  // Loaded here: --help and wrong usage need no tensor library.
  const [{ openWholeFile }, { runCalibration }, { calibrationText }, { measurementQuality }, { createProgressBar }] =
    await Promise.all([
      import("./calibrate/whole-file.ts"),
      import("./calibrate/run-calibration.ts"),
      import("./calibrate/calibration-text.ts"),
      import("./calibrate/measurement-quality.ts"),
      import("./progress-bar.ts"),
    ]);
  const path = resolve(given.out);
  const file = await openWholeFile(path);
  const bar = createProgressBar(process.stderr);
  const interruption = new AbortController();
  const stop = () => interruption.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    const result = await runCalibration(
      {
        ...{ backend, batchSizes, turns: plan.turns, maximumSeconds: plan.maximumSeconds },
        ...{ includeZoo: given.includeZoo, verify: given.verify, device: given.device, gpuIndex: given.gpuIndex },
        onStart: (what) => {
          process.stderr.write(`Timing ${what.device} with the back-end ${what.backend}.\n`);
          for (const warning of what.warnings) process.stderr.write(`Warning: ${warning}\n`);
        },
        onProgress: ({ fraction, secondsLeft, network }) => bar.show(fraction, secondsLeft, network),
      },
      interruption.signal,
    );
    bar.clear();
    await file.write(`${JSON.stringify(result.calibration, null, 1)}\n`);
    const { calibration, verification } = result;
    const quality = measurementQuality(calibration);
    printResult(given.json, { file: path, calibration, verification, ...quality }, () =>
      calibrationText(result, given.out),
    );
  } finally {
    bar.clear();
    await file.abandon();
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

/** @throws {ProbSelectError} cli.wrong-usage */
function parseBatchSizes(text: string): readonly number[] {
  const sizes = text.split(",").map((part) => Number(part.trim() || Number.NaN));
  const areSizes = sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 1024);
  if (areSizes && new Set(sizes).size === sizes.length) return sizes;
  throw wrongUsage(`--batch-size must be distinct whole numbers from 1 to 1024, such as 16,64, not "${text}".`);
}
