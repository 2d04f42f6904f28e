// `probselect doctor`: what this machine has, which back-ends it can use and why not the others, and what an agent would report.

import type { CommandModule, InferredOptionTypes, Options } from "yargs";
import type { DetectedHardware } from "../client/detection/detected-gpu.ts";
import type { Arithmetic } from "../models/arithmetic/types.ts";
import type { BackendReport } from "../models/tensorflow/backend.ts";
import { isOffered } from "../models/tensorflow/backends/names.ts";
import { formatRate } from "../selection/quantities.ts";
import type { DeviceReport, ResolvedDevice } from "../selection/types.ts";
import { packageVersion } from "../server/package-version.ts";
import { gpuNameOption } from "./device-options.ts";
import { assumedLink, type ChosenLink, formatRates, formatSpread } from "./link-options.ts";
import { jsonOption, printResult } from "./output.ts";

interface DoctorResult {
  readonly probselectVersion: string;
  readonly nodeVersion: string;
  readonly platform: string;
  readonly hardware: DetectedHardware;
  readonly backends: readonly BackendReport[];
  readonly chosenBackend: string;
  /** How an aggregator here would add parameters. */
  readonly arithmetic: { readonly name: Arithmetic["name"]; readonly description: string };
  readonly report: DeviceReport;
  readonly reportReason: string;
  readonly reportWarnings: readonly string[];
  readonly resolved: ResolvedDevice;
  /** What an agent takes its link for unless it is told. */
  readonly link: ChosenLink;
}

const options = {
  device: gpuNameOption,
  "gpu-index": { type: "number", requiresArg: true, describe: "Which of several GPUs trains (default 0)" },
  readings: {
    type: "boolean",
    default: false,
    describe: "Print what the system's tools said, as JSON, to attach to a report (docs/device-detection.md)",
  },
  json: jsonOption,
} as const satisfies Record<string, Options>;

export const doctorCommand: CommandModule<object, InferredOptionTypes<typeof options>> = {
  command: "doctor",
  describe: "Show what this machine has, and what an agent on it would report",
  builder: (cli) => cli.options(options),
  handler: async ({ json, device, gpuIndex, readings: isAskedForReadings }) => {
    const { readMachine } = await import("../client/detection/read-machine.ts");
    const readings = await readMachine();
    if (isAskedForReadings) {
      process.stdout.write(`${JSON.stringify(readings, null, 1)}\n`);
      return;
    }
    const { hardwareOfReadings } = await import("../client/detection/hardware-of-readings.ts");
    const { gpuNameWarnings } = await import("./gpu-name-warnings.ts");
    const { describeDevice } = await import("../client/detection/describe-device.ts");
    const { probeBackends } = await import("../client/backends/probe-backends.ts");
    const { arithmetic, describeArithmetic } = await import("../models/arithmetic/arithmetic.ts");
    const { resolveDevice } = await import("../selection/devices/resolve-device.ts");
    const { deviceSummary } = await import("../selection/devices/device-summary.ts");
    const hardware = hardwareOfReadings(readings);
    const backends = await probeBackends();
    // cpu always works, so there is always one.
    const chosen = backends.find(({ usable }) => usable) ?? { name: "none", usesGpu: false };
    const { report, why, warnings } = describeDevice({ hardware, backend: chosen, named: device, gpuIndex });
    const result: DoctorResult = {
      probselectVersion: packageVersion(),
      nodeVersion: process.version,
      platform: `${process.platform} ${process.arch}`,
      ...{ hardware, backends },
      chosenBackend: chosen.name,
      arithmetic: { name: arithmetic().name, description: describeArithmetic() },
      ...{ report, reportReason: why },
      reportWarnings: [...warnings, ...gpuNameWarnings(device)],
      resolved: resolveDevice(report),
      link: assumedLink(),
    };
    printResult(json, result, () => formatDoctor(result, deviceSummary(result.resolved)));
  },
};

/** What it would offer besides. */
function orOthers({ backends, chosenBackend }: DoctorResult): string {
  const others = backends.filter(({ name, usable }) => usable && name !== chosenBackend && isOffered(name));
  return others.length === 0 ? "" : ` (or ${others.map(({ name }) => name).join(", ")}, as the aggregator chooses)`;
}

function formatDoctor(result: DoctorResult, summary: string): string {
  const { hardware } = result;
  const gibibytes = (bytes: number | undefined) => (bytes ? `, ${(bytes / 2 ** 30).toFixed(1)} GiB` : "");
  const upTo = (hertz: number | undefined) => (hertz ? `, up to ${formatRate(hertz, "Hz")}` : "");
  const watts = (limit: number | undefined) => (limit ? `, ${Number(limit.toPrecision(3))} W` : "");
  const clock = hardware.cpu.clockHertz ? `${(hardware.cpu.clockHertz / 1e9).toFixed(2)} GHz` : "clock unknown";
  const lines = [
    `ProbSelect ${result.probselectVersion}, Node ${result.nodeVersion}, ${result.platform}`,
    "",
    "Hardware",
    ...hardware.gpus.map(
      ({ name, memoryBytes, maximumClockHertz, powerLimitWatts, source }) =>
        `  GPU   ${name}${gibibytes(memoryBytes)}${upTo(maximumClockHertz)}${watts(powerLimitWatts)} (${source})`,
    ),
    `  CPU   ${hardware.cpu.name}, ${clock}`,
    ...hardware.notes.map((sentence) => `  note  ${sentence}`),
    "",
    "Back-ends, best first",
    ...result.backends.map(({ name, usable, reason }) => `  ${usable ? "yes" : "no "}  ${name.padEnd(16)} ${reason}`),
    "",
    `An agent here would train on "${result.chosenBackend}"${orOthers(result)} and report`,
    `  ${summary}`,
    `  because ${result.reportReason}`,
    `  tier ${result.resolved.tier}: ${result.resolved.tierReason}`,
    ...[...result.reportWarnings, ...result.resolved.warnings].map((sentence) => `  warning  ${sentence}`),
    `  link ${formatRates(result.link.link)}; ${result.link.why}`,
    `  ${formatSpread(result.link)}; ${result.link.spreadWhy}`,
    "",
    `As an aggregator: ${result.arithmetic.description}`,
  ];
  return lines.join("\n");
}
