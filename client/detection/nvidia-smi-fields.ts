// The figures of nvidia-smi as text, with or without their unit, in all of its formats.

import { MEBIBYTE } from "./detected-gpu.ts";

/** A GPU of nvidia-smi; it may be cut into parts, of which a program gets one (MIG). */
export interface NvidiaGpu {
  readonly name: string;
  readonly memoryBytes: number | undefined;
  readonly maximumClockHertz: number | undefined;
  readonly powerLimitWatts: number | undefined;
  readonly source: "nvidia-smi";
  readonly isPartitioned: boolean;
}

/**
 * The GPU of one set of fields, each as nvidia-smi prints it; "[N/A]", "[Not Supported]", "[Unknown Error]" and the like are
 * not known.
 *
 * @example
 * nvidiaGpu({ name: "NVIDIA L40S", memory: "46068 MiB", clock: "2520", power: "[N/A]" }).memoryBytes // 46068 * 2 ** 20
 */
export function nvidiaGpu(fields: {
  readonly name: string;
  readonly memory?: string | undefined;
  readonly clock?: string | undefined;
  readonly power?: string | undefined;
  readonly migMode?: string | undefined;
}): NvidiaGpu {
  return {
    name: fields.name,
    memoryBytes: positiveNumber(fields.memory, MEBIBYTE),
    maximumClockHertz: positiveNumber(fields.clock, 1e6),
    powerLimitWatts: positiveNumber(fields.power, 1),
    source: "nvidia-smi",
    isPartitioned: /^enabled$/i.test(fields.migMode ?? ""),
  };
}

/** undefined for everything that is no positive number of MiB, MHz or W. */
function positiveNumber(text: string | undefined, unit: number): number | undefined {
  const digits = /^([\d.]+)(?: (?:MiB|MHz|W))?$/.exec(text ?? "")?.[1];
  const value = Number(digits);
  return Number.isFinite(value) && value > 0 ? value * unit : undefined;
}

/**
 * nvidia-smi's complaint, if that is what a text is: it goes to standard output where figures would be.
 *
 * @example complaintOf("No devices were found\n") // "No devices were found"
 */
export function complaintOf(text: string): string | undefined {
  const complaint =
    /^(nvidia-smi has failed|no devices were found|failed to |unable to |field "|error|nvml|couldn't |segmentation)/i;
  return text
    .split("\n")
    .map((line) => line.trim())
    .find((line) => complaint.test(line));
}
