// The compact form of a catalogue device: one tuple a line, so that a table of many devices can be read and reviewed.

import type { CatalogueDevice, DeviceClass, DeviceVendor } from "../types.ts";

export type CatalogueRow = readonly [
  name: string,
  vendor: DeviceVendor,
  architecture: string,
  /** Dense peaks in TFLOP/s. tf32 is null where frameworks do not use it by default. */
  fp32: number,
  tf32: number | null,
  fp16: number,
  gigabytesPerSecond: number,
  /** Memory in GiB; null where the GPU shares the system's. */
  gibibytes: number | null,
  verification: CatalogueDevice["verification"],
  /** A page of TechPowerUp's GPU database, or in words. */
  source: string,
];

/**
 * A row in SI units.
 *
 * @example expandRow("datacentre", ["Tesla T4", "nvidia", "Turing", 8.14, null, 65.1, 320, 16, "two-sources", "tesla-t4.c3316"])
 *   .peakFlopPerSecond.fp32 // 8.14e12
 */
export function expandRow(deviceClass: DeviceClass, row: CatalogueRow): CatalogueDevice {
  const [name, vendor, architecture, fp32, tf32, fp16, gigabytesPerSecond, gibibytes, verification, source] = row;
  return {
    name,
    deviceClass,
    vendor,
    architecture,
    peakFlopPerSecond: { fp32: fp32 * 1e12, ...(tf32 === null ? {} : { tf32: tf32 * 1e12 }), fp16: fp16 * 1e12 },
    memoryBytes: gibibytes === null ? null : gibibytes * 2 ** 30,
    memoryBandwidthBytesPerSecond: gigabytesPerSecond * 1e9,
    source: /\.c\d+$/.test(source) ? `https://www.techpowerup.com/gpu-specs/${source}` : source,
    verification,
  };
}
