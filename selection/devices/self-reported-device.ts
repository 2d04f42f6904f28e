// A device that the catalogue lacks, or a processor: taken at its own word if it gives its peak and bandwidth and they are
// believable, else unknown.

import type { DeviceReport, ResolvedDevice } from "../types.ts";
import { readDeviceNames } from "./device-name.ts";
import { gpuCatalogue } from "./gpu-catalogue.ts";

/** More than this times the best device of the catalogue is a wrong unit or a lie. */
const BELIEVABLE_FACTOR = 2;
const greatestPeak = Math.max(...gpuCatalogue.map(({ peakFlopPerSecond }) => peakFlopPerSecond.fp32 ?? 0));
const greatestBandwidth = Math.max(...gpuCatalogue.map((device) => device.memoryBandwidthBytesPerSecond));

/**
 * @param notes what was already found out about the name, as sentences; they become warnings.
 */
export function resolveSelfReported(report: DeviceReport, notes: readonly string[]): ResolvedDevice {
  const { fp32PeakFlopPerSecond: peak, memoryBandwidthBytesPerSecond: bandwidth, memoryBytes } = report;
  if (peak === undefined || bandwidth === undefined) return unknownDevice(report, missingReason(report), notes);
  if (!isBelievable(peak, greatestPeak) || !isBelievable(bandwidth, greatestBandwidth)) {
    const figures = `${(peak / 1e12).toPrecision(3)} TFLOP/s and ${(bandwidth / 1e9).toPrecision(3)} GB/s`;
    return unknownDevice(report, `It states ${figures}, which no device has`, notes);
  }
  const [name] = readDeviceNames(report.name);
  const isLaptop = name?.modelTokens.some((token) => token === "mobile" || token === "maxq") ?? false;
  return {
    kind: "known",
    reportedName: report.name,
    device: {
      name: report.name,
      deviceClass: report.kind === "cpu" ? "cpu" : isLaptop ? "laptop" : "desktop",
      vendor: name?.vendor ?? "other",
      architecture: "as reported",
      peakFlopPerSecond: { fp32: peak },
      memoryBytes: isFigure(memoryBytes) ? memoryBytes : null,
      sharesSystemMemory: report.kind === "cpu",
      memoryBandwidthBytesPerSecond: bandwidth,
      boostClockHertz: isFigure(report.maximumClockHertz) ? report.maximumClockHertz : null,
      thermalDesignWatts: null,
      source: "reported by the client",
      verification: "unverified",
    },
    tier: "self-reported",
    tierReason:
      report.kind === "cpu"
        ? "It is a processor, with the peak and bandwidth that its agent reports."
        : "It is not in the catalogue and computes with the peak and bandwidth that its operator gave.",
    warnings: notes,
    isContradictory: false,
  };
}

/** Less than 1 a second is no rate of any device, and nothing that a forecast can be made of. */
function isBelievable(value: number, greatest: number): boolean {
  return value >= 1 && value <= BELIEVABLE_FACTOR * greatest;
}

/** Whether an optional figure tells something. */
function isFigure(value: number | undefined): value is number {
  return value !== undefined && value >= 1 && value < Number.POSITIVE_INFINITY;
}

function missingReason({ kind, name }: DeviceReport): string {
  return kind === "cpu"
    ? `The processor "${name}" reports no peak or memory bandwidth`
    : `The catalogue has no row for "${name}", and no peak and memory bandwidth were given`;
}

function unknownDevice(report: DeviceReport, why: string, notes: readonly string[]): ResolvedDevice {
  return {
    kind: "unknown",
    reportedName: report.name,
    tier: "unknown",
    tierReason: `${why}, so its forecast is the mixture over all devices of the catalogue.`,
    warnings: [...notes, howToBeKnown(report)],
  };
}

function howToBeKnown({ kind }: DeviceReport): string {
  const isGpu = kind === "gpu";
  const name = isGpu ? 'name it as a row of "probselect devices", or ' : "";
  const recipe = isGpu ? ' To add its row for everybody, follow the recipe "A GPU" in CONTRIBUTING.md.' : "";
  return (
    `To be forecast by its own figures, ${name}give both its fp32 peak and its memory bandwidth: --fp32-tflops and --memory-gbs on ` +
    `a command line, fp32PeakFlopPerSecond and memoryBandwidthBytesPerSecond (FLOP/s, bytes/s) in a report.${recipe}`
  );
}
