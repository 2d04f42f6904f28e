// A device that the catalogue lacks, or a processor: taken at its own word if it gives its peak and bandwidth and they are
// believable, else unknown.

import type { DeviceReport, DeviceVendor, ResolvedDevice } from "../types.ts";
import { parseDeviceName } from "./device-name.ts";
import { gpuCatalogue } from "./gpu-catalogue.ts";

/** More than this times the best device of the catalogue is a wrong unit or a lie. */
const BELIEVABLE_FACTOR = 2;
const greatestPeak = Math.max(...gpuCatalogue.map(({ peakFlopPerSecond }) => peakFlopPerSecond.tf32 ?? 0));
const greatestBandwidth = Math.max(...gpuCatalogue.map((device) => device.memoryBandwidthBytesPerSecond));

/**
 * @param notes what was already found out about the name, as sentences; they become warnings.
 */
export function resolveSelfReported(report: DeviceReport, notes: readonly string[]): ResolvedDevice {
  const { fp32PeakFlopPerSecond: peak, memoryBandwidthBytesPerSecond: bandwidth, memoryBytes } = report;
  if (peak === undefined || bandwidth === undefined) return unknownDevice(report, missingReason(report), notes);
  if (!isBelievable(peak, greatestPeak) || !isBelievable(bandwidth, greatestBandwidth)) {
    const figures = `${(peak / 1e12).toPrecision(3)} TFLOP/s and ${(bandwidth / 1e9).toPrecision(3)} GB/s`;
    return unknownDevice(report, `it states ${figures}, which no device has`, notes);
  }
  const name = parseDeviceName(report.name);
  const vendor: DeviceVendor = name.vendor ?? "other";
  return {
    kind: "known",
    reportedName: report.name,
    device: {
      name: report.name,
      deviceClass: report.kind === "cpu" ? "cpu" : name.isMobile ? "laptop" : "desktop",
      vendor,
      architecture: "as reported",
      peakFlopPerSecond: { fp32: peak },
      memoryBytes: memoryBytes ?? null,
      memoryBandwidthBytesPerSecond: bandwidth,
      source: "the client's report",
      verification: "unverified",
    },
    tier: "self-reported",
    tierReason:
      report.kind === "cpu"
        ? "a processor, with the peak and bandwidth that the agent derived from its clock and vector units"
        : "not in the catalogue, with the specs that its operator gave by hand",
    warnings: notes,
  };
}

function isBelievable(value: number, greatest: number): boolean {
  return value > 0 && value <= BELIEVABLE_FACTOR * greatest;
}

function missingReason({ kind, name }: DeviceReport): string {
  return kind === "cpu"
    ? `the processor "${name}" reports no peak or memory bandwidth`
    : `no row of the catalogue is "${name}", and no peak and memory bandwidth were given`;
}

function unknownDevice(report: DeviceReport, why: string, notes: readonly string[]): ResolvedDevice {
  return {
    kind: "unknown",
    reportedName: report.name,
    tier: "unknown",
    tierReason: `${why}; forecast as a mixture of all devices of the catalogue`,
    warnings: notes,
  };
}
