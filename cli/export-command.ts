// `probselect export`: takes the global model out of a run, in a format that other programs read.

import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import { counted } from "../foundation/counted.ts";
import { type ExportFiles, exportFileNames, exportFormats, exportNetwork } from "../models/export/export-formats.ts";
import { jsonOption, printResult } from "./output.ts";
import { createProgressBar } from "./progress-bar.ts";
import { wrongUsage } from "./wrong-usage.ts";

/** Below it an export is over before a bar could be read. */
const LARGE_BYTES = 64 * 1024 * 1024;

const options = {
  format: {
    type: "string",
    choices: exportFormats,
    demandOption: true,
    describe: "tfjs: a folder with model.json and weights.bin; safetensors, onnx: one file",
  },
  out: { type: "string", requiresArg: true, demandOption: true, describe: "The file, or the folder of tfjs" },
  round: { type: "number", requiresArg: true, describe: "A round whose checkpoint is kept; without it the latest" },
  force: { type: "boolean", default: false, describe: "Replace what lies there" },
  json: jsonOption,
} as const satisfies Record<string, Options>;

type ExportArguments = InferredOptionTypes<typeof options> & { readonly run: string };

export const exportCommand: CommandModule<object, ExportArguments> = {
  command: "export <run>",
  describe: "Take the global model out of a run: tfjs, safetensors or ONNX",
  builder: (cli) =>
    cli
      .positional("run", { type: "string", demandOption: true, describe: "The run's folder, be it still running" })
      .options(options)
      .example("probselect export runs/run --format onnx --out global.onnx", "The latest checkpoint for ONNX Runtime")
      .example("probselect export runs/run --format tfjs --out global --round 9", "For tf.loadLayersModel")
      .epilogue("probselect server --model global/model.json (or global.safetensors) goes on from an export."),
  handler: runExport,
};

async function runExport(given: ArgumentsCamelCase<ExportArguments>): Promise<void> {
  const { run, format, out, round, force, json } = given;
  if (round !== undefined && !(Number.isInteger(round) && round >= 0)) {
    throw wrongUsage(`--round must be a whole number from 0 on, not ${round}.`);
  }
  const { requireFree } = await import("./export/whole-target.ts");
  await requireFree(out, force, exportFileNames(format));
  const { packageVersion } = await import("../server/package-version.ts");
  const { readRunModel } = await import("../server/models/read-run-model.ts");
  const model = await readRunModel(run, round);
  for (const warning of model.warnings) console.error(`probselect: ${warning}`);
  const { architecture, parameters, runName, modelVersion, sha256 } = model;
  const metadata = { run: runName, round: String(model.round), modelVersion: String(modelVersion), sha256 };
  const content = await exportNetwork(format, architecture, parameters, {
    producerVersion: packageVersion(),
    metadata,
  });
  const { files, bytes } = await writeInterruptibly(out, content, force);
  const result = {
    ...{ format, out, files, bytes, runName, round: model.round, modelVersion, sha256 },
    modelName: architecture.name,
    parameterCount: parameters.values.length,
  };
  printResult(json, result, () => {
    const what = `${architecture.name} after round ${model.round} of ${runName}`;
    return `${what}: ${counted(parameters.values.length, "parameter")}, ${counted(bytes, "byte")}\n${files.join("\n")}`;
  });
}

/** Ctrl-C and SIGTERM stop the writing and take back what was written. */
async function writeInterruptibly(out: string, content: ExportFiles, force: boolean) {
  const { writeWhole } = await import("./export/whole-target.ts");
  const interruption = new AbortController();
  const stop = () => interruption.abort();
  const pieces = content.kind === "file" ? content.pieces : Object.values(content.files).flat();
  const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const bar = bytes >= LARGE_BYTES ? createProgressBar(process.stderr, "writing") : undefined;
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    const onProgress = (written: number) => bar?.show(written / bytes, null, out);
    return await writeWhole(out, content, { force, signal: interruption.signal, onProgress });
  } finally {
    bar?.clear();
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}
