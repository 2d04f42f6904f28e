// Jetson boards: nvidia-smi is missing, or names them "Orin (nvgpu)" and tells no memory or clock. The kernel's device tree tells
// the board and the module, the system the memory that the GPU shares, and devfreq the clock that the power mode allows.

import type { DetectedGpu } from "./detected-gpu.ts";

/** What the kernel tells of such a board; an empty text is a file that is not there. */
export interface JetsonReading {
  /** /proc/device-tree/model, which ends in NUL. */
  readonly model: string;
  /** /proc/device-tree/compatible: strings that end in NUL each, the most specific first. */
  readonly compatible: string;
  /** /proc/meminfo */
  readonly memoryInformation: string;
  /** /sys/class/devfreq/<the GPU>/max_freq, in Hz. */
  readonly gpuMaximumFrequency: string;
}

const jetson = /jetson|\borin\b|xavier|\bthor\b|tegra/i;

/**
 * The GPU among the devices whose clock the kernel scales; the name changed between generations and JetPack releases.
 *
 * @example isJetsonGpuDevice("17000000.ga10b") // true
 */
export function isJetsonGpuDevice(device: string): boolean {
  return /\.(gpu|ga10b|gv11b|gp10b|gm20b)$|^gpu-gpc-0$/.test(device);
}

/**
 * Modules by the part number in `compatible`, as the Quick Start of NVIDIA's Jetson Linux Developer Guide lists them. The memory
 * stands here only where the number means one size; elsewhere /proc/meminfo decides. The development kit of the AGX Orin,
 * p3701-0000, is missing on purpose: its name and its memory are all that is known of it.
 */
const moduleOf: readonly (readonly [RegExp, string])[] = [
  [/p2180/, "Jetson TX1"],
  [/p3310/, "Jetson TX2"],
  [/p3636/, "Jetson TX2 NX"],
  [/p3448-0003/, "Jetson Nano 2GB"],
  [/p3448/, "Jetson Nano"],
  [/p2888-0008/, "Jetson AGX Xavier Industrial"],
  [/p2888/, "Jetson AGX Xavier"],
  [/p3668/, "Jetson Xavier NX"],
  [/p3701-0004/, "Jetson AGX Orin 32 GB"],
  [/p3701-0005/, "Jetson AGX Orin 64 GB"],
  [/p3701-0008/, "Jetson AGX Orin Industrial"],
  [/p3767-0000/, "Jetson Orin NX 16 GB"],
  [/p3767-0001/, "Jetson Orin NX 8 GB"],
  [/p3767-000[35]/, "Jetson Orin Nano 8 GB"],
  [/p3767-0004/, "Jetson Orin Nano 4 GB"],
  [/p3834-0008/, "Jetson T5000"],
];

/**
 * @returns undefined on any other machine.
 * @example
 * jetsonGpu({ model: "NVIDIA Orin Nano Developer Kit\0", compatible: "nvidia,p3768-0000+p3767-0005\0nvidia,tegra234\0",
 *   memoryInformation: "MemTotal:        7802012 kB\n", gpuMaximumFrequency: "624750000\n" })
 * // { name: "Jetson Orin Nano 8 GB", memoryBytes: 7802012 * 1024, maximumClockHertz: 624.75e6, ... }
 */
export function jetsonGpu(reading: JetsonReading): DetectedGpu | undefined {
  const board = reading.model.replaceAll("\0", " ").trim();
  const compatible = reading.compatible.replaceAll("\0", " ");
  if (!jetson.test(board) && !/nvidia,tegra\d/.test(compatible)) return undefined;
  const name = nameOf(board, compatible);
  const kibibytes = Number(/^MemTotal:\s*(\d+) kB/m.exec(reading.memoryInformation)?.[1]);
  const hertz = Number(reading.gpuMaximumFrequency);
  return {
    name,
    memoryBytes: kibibytes > 0 ? kibibytes * 1024 : undefined,
    maximumClockHertz: hertz > 0 ? hertz : undefined,
    powerLimitWatts: undefined,
    source: "the device tree",
  };
}

/** The module's name; the board's where it says more (the "Super" modes), or the module is not known. */
function nameOf(board: string, compatible: string): string {
  const module = moduleOf.find(([number]) => number.test(compatible))?.[1];
  return module === undefined || /\bsuper\b/i.test(board) ? board : module;
}
