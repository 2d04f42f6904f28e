// Figures of a device that the command line gives by hand: for a GPU that the catalogue lacks, or one that is set slower.

import type { InferredOptionTypes, Options } from "yargs";
import type { DeviceReport } from "../selection/types.ts";
import { wrongUsage } from "./wrong-usage.ts";

const number = (describe: string) => ({ type: "number", requiresArg: true, describe }) as const;

/** `--gpu NAME`, or `--device NAME` as it was first called. */
export const gpuNameOption = {
  alias: "gpu",
  type: "string",
  requiresArg: true,
  describe: "This GPU instead of the one that was detected; any name that `probselect devices` finds",
} as const satisfies Options;

export const deviceFigureOptions = {
  "memory-gib": number("The device's memory, which may tell versions of it apart"),
  "fp32-tflops": number(
    "Its fp32 peak, if the catalogue lacks it (with --memory-gbs); of a processor one core's: GHz x 8 / 1000",
  ),
  "memory-gbs": number("Its memory bandwidth in GB/s"),
  "maximum-clock-mhz": number("Its highest clock now, where a power mode or Max-Q design limits it"),
  "power-limit-watts": number("The power that it may draw now"),
} as const satisfies Record<string, Options>;

type DeviceFigures = Omit<DeviceReport, "kind" | "name">;

/**
 * The figures in SI units; only those that were given.
 *
 * @throws {ProbSelectError} cli.wrong-usage, naming the option and its value.
 */
export function statedFigures(given: InferredOptionTypes<typeof deviceFigureOptions>): DeviceFigures {
  const inUnits = (option: keyof typeof deviceFigureOptions, unit: number, greatest = 1e9): number | undefined => {
    const value = given[option];
    if (value === undefined) return undefined;
    if (value > 0 && value <= greatest) return value * unit;
    throw wrongUsage(`--${option} must be above 0 and at most ${greatest}, not ${value}.`);
  };
  const figures: DeviceFigures = {
    memoryBytes: inUnits("memory-gib", 2 ** 30),
    fp32PeakFlopPerSecond: inUnits("fp32-tflops", 1e12),
    memoryBandwidthBytesPerSecond: inUnits("memory-gbs", 1e9),
    maximumClockHertz: inUnits("maximum-clock-mhz", 1e6, 1e5),
    powerLimitWatts: inUnits("power-limit-watts", 1, 1e5),
  };
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
}
