// What the aggregator makes of a device report: a catalogue row, the specs that the report gives by hand, or "unknown".
// A wrong or missing name is never an error and never a made-up device: it costs the client certainty, and says so.

import type { CatalogueDevice, DeviceReport, ResolvedDevice, UncertaintyTier } from "../types.ts";
import { findDevice } from "./find-device.ts";
import { resolveSelfReported } from "./self-reported-device.ts";

/** A report may differ from the catalogue by this share: drivers reserve memory, boards are clocked differently. */
const CONTRADICTION_SHARE = 0.25;

/**
 * @example resolveDevice({ kind: "gpu", name: "NVIDIA A100-PCIE-40GB" }).tier // "catalogue-nvidia"
 * @example resolveDevice({ kind: "gpu", name: "Frobnicator 9000" }).tier // "unknown"
 */
export function resolveDevice(report: DeviceReport): ResolvedDevice {
  // A processor's name may equal that of the GPU beside it ("Apple M1"), so it is never looked up.
  if (report.kind === "cpu") return resolveSelfReported(report, []);
  const match = findDevice(report.name, report.memoryBytes);
  if (match.kind === "found") {
    const how = report.name === match.device.name ? match.device.name : `"${report.name}" is ${match.device.name}`;
    return knownDevice(report, match.device, how);
  }
  if (match.kind === "none") return resolveSelfReported(report, []);
  const [first] = match.devices;
  const names = match.devices.map(({ name }) => name).join(", ");
  if (first !== undefined && match.isComplete && sameFigures(match.devices)) {
    return knownDevice(report, first, `"${report.name}" is one of ${names}, whose figures are equal`);
  }
  const fits = `"${report.name}" fits several devices, in the catalogue ${names}`;
  return resolveSelfReported(report, [`${fits}: report the exact name.`]);
}

/** Rows that differ in their name alone, such as an accelerator as a card and on a board. */
function sameFigures(devices: readonly CatalogueDevice[]): boolean {
  const figures = devices.map(({ peakFlopPerSecond, memoryBytes, memoryBandwidthBytesPerSecond }) =>
    JSON.stringify([peakFlopPerSecond, memoryBytes, memoryBandwidthBytesPerSecond]),
  );
  return new Set(figures).size === 1;
}

function knownDevice(report: DeviceReport, device: CatalogueDevice, how: string): ResolvedDevice {
  const tier: UncertaintyTier = device.vendor === "nvidia" ? "catalogue-nvidia" : "catalogue-other";
  const kind = device.vendor === "nvidia" ? "a GPU" : "a GPU of another vendor than NVIDIA";
  const unverified = device.verification === "unverified" ? " Its figures are not verified." : "";
  return {
    kind: "known",
    reportedName: report.name,
    device,
    tier,
    tierReason: `It is ${kind} of the catalogue, known by its specifications alone: ${how}.${unverified}`,
    warnings: contradictions(report, device),
  };
}

/** The catalogue wins over the report; a contradiction is worth a look, since a name can be wrong or a device shared. */
function contradictions(report: DeviceReport, device: CatalogueDevice): readonly string[] {
  const comparisons = [
    { what: "memory", unit: "GiB", scale: 2 ** 30, stated: report.memoryBytes, listed: device.memoryBytes },
    {
      what: "an fp32 peak",
      unit: "TFLOP/s",
      scale: 1e12,
      stated: report.fp32PeakFlopPerSecond,
      listed: device.peakFlopPerSecond.fp32,
    },
    {
      what: "a memory bandwidth",
      unit: "GB/s",
      scale: 1e9,
      stated: report.memoryBandwidthBytesPerSecond,
      listed: device.memoryBandwidthBytesPerSecond,
    },
  ];
  return comparisons.flatMap(({ what, unit, scale, stated, listed }) => {
    if (stated === undefined || listed === undefined || listed === null) return [];
    if (Math.abs(stated / listed - 1) <= CONTRADICTION_SHARE) return [];
    const figures = `${what} of ${(stated / scale).toPrecision(3)} ${unit}, but ${device.name} has ${(listed / scale).toPrecision(3)}`;
    return [
      `It reports ${figures}. The catalogue's figure is used; if the device is shared or partitioned, it is too high.`,
    ];
  });
}
