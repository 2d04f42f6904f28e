// `probselect setup gpu`: what this machine's GPU needs to train; with --yes, npm brings what it can.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import { jsonOption, printResult } from "../output.ts";
import { type GpuSituation, gpuPlan, type SetupStep } from "./gpu-plan.ts";
import { type InstallCommand, installCommand, runInstall } from "./install-packages.ts";

const options = {
  yes: { type: "boolean", default: false, describe: "Install the npm packages that are missing" },
  json: jsonOption,
} as const satisfies Record<string, Options>;

type GpuOptions = InferredOptionTypes<typeof options>;

interface GpuSetupResult {
  readonly gpus: readonly string[];
  readonly steps: readonly SetupStep[];
  /** What npm is told, or would be with --yes; null if it has nothing to bring. */
  readonly command: InstallCommand | null;
  readonly isInstalled: boolean;
  /** Whether a back-end trains on a GPU now. */
  readonly trainsOnGpu: boolean;
}

export const setupGpu: CommandModule<object, GpuOptions> = {
  command: "gpu",
  describe: "What this machine's GPU needs to train; --yes installs the npm packages",
  builder: (cli) => cli.options(options),
  handler: setUpGpu,
};

async function setUpGpu({ yes, json }: ArgumentsCamelCase<GpuOptions>): Promise<void> {
  const before = await examine();
  const steps = gpuPlan(before);
  const packages = steps.filter(({ state }) => state === "missing").flatMap((step) => step.packages);
  const command = packages.length > 0 ? installCommand(packageRoot(), packages) : null;
  if (!yes || command === null) {
    const result = { ...facts(before), steps, command, isInstalled: false };
    return printResult(json, result, () => formatPlan(result));
  }
  await install(command);
  const after = await examine();
  const result = { ...facts(after), steps: gpuPlan(after), command, isInstalled: true };
  printResult(json, result, () => formatPlan(result));
}

async function examine(): Promise<GpuSituation> {
  const { detectHardware } = await import("../../client/detection/detect-hardware.ts");
  const { probeBackend } = await import("../../client/backends/probe-backends.ts");
  const { isInstalled } = await import("../../models/tensorflow/backends/installed-package.ts");
  const { packagesOf } = await import("../../models/tensorflow/backends/names.ts");
  const state = async (name: "webgpu" | "tensorflow-cuda") => ({
    ...(await probeBackend(name)),
    isInstalled: (packagesOf[name] ?? []).every(isInstalled),
  });
  const { gpus } = await detectHardware();
  return {
    platform: process.platform,
    architecture: process.arch,
    gpus: gpus.map(({ name }) => name),
    webgpu: await state("webgpu"),
    cuda: await state("tensorflow-cuda"),
  };
}

const facts = ({ gpus, webgpu, cuda }: GpuSituation) => ({ gpus, trainsOnGpu: webgpu.usable || cuda.usable });

async function install(command: InstallCommand): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt);
  try {
    await runInstall(command, interruption.signal);
  } finally {
    process.off("SIGINT", interrupt);
  }
}

/** This file lies in cli/setup, as source and compiled below dist. */
function packageRoot(): string {
  const above = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  return above.endsWith("dist") ? dirname(above) : above;
}

function formatPlan({ gpus, steps, command, isInstalled, trainsOnGpu }: GpuSetupResult): string {
  if (steps.length === 0) {
    return "No GPU was found, so there is nothing to install: an agent trains on the processor. See probselect doctor.";
  }
  const lines = [`GPU  ${gpus.join("; ") || "(found by its driver only)"}`, ""];
  for (const { title, state, why, commands } of steps) {
    lines.push(`${state.padEnd(10)}  ${title}: ${why}`);
    for (const each of commands) lines.push(`            ${each}`);
  }
  lines.push("");
  if (isInstalled) lines.push("Installed.");
  else if (command) {
    const line = `npm ${command.arguments.join(" ")}`;
    lines.push(`--yes runs this in ${command.folder}:`, `  ${line}`);
  }
  lines.push(trainsOnGpu ? "An agent here trains on the GPU." : "An agent here does not train on the GPU yet.");
  return lines.join("\n");
}
