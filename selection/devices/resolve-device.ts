// What the aggregator makes of a device report: a catalogue row, the specs that the report gives by hand, or "unknown".
// A wrong or missing name is never an error and never a made-up device: it costs the client certainty, and says so.

import type { CatalogueDevice, DeviceReport, ResolvedDevice, UncertaintyTier } from "../types.ts";
import { findContradictions } from "./contradictions.ts";
import { limitDevice } from "./device-limits.ts";
import { findDevice } from "./find-device.ts";
import { resolveSelfReported } from "./self-reported-device.ts";

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

function knownDevice(report: DeviceReport, row: CatalogueDevice, how: string): ResolvedDevice {
  const tier: UncertaintyTier = row.vendor === "nvidia" ? "catalogue-nvidia" : "catalogue-other";
  const kind = row.vendor === "nvidia" ? "a GPU" : "a GPU of another vendor than NVIDIA";
  const unverified = row.verification === "unverified" ? ["Its figures are not verified."] : [];
  const { device, reasons, warnings } = limitDevice(report, row);
  const contradictions = findContradictions(report, row);
  const known = `It is ${kind} of the catalogue, known by its specifications alone: ${how}.`;
  return {
    kind: "known",
    reportedName: report.name,
    device,
    tier,
    tierReason: [known, ...reasons, ...unverified].join(" "),
    // The catalogue wins over a contradictory report, which is worth a look all the same.
    warnings: [...contradictions, ...warnings],
    isContradictory: contradictions.length > 0,
  };
}
