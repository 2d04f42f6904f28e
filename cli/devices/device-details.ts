// All that the catalogue knows of one GPU, for people.

import type { CatalogueRow } from "../../selection/devices/catalogue/catalogue-table.ts";
import { formatRate } from "../../selection/quantities.ts";
import type { CatalogueDevice, DeviceVendor } from "../../selection/types.ts";
import type { Paint } from "../../server/reporting/paint.ts";
import { classNames } from "./device-table.ts";

const vendorNames: Readonly<Record<DeviceVendor, string>> = {
  nvidia: "NVIDIA",
  amd: "AMD",
  intel: "Intel",
  apple: "Apple",
  qualcomm: "Qualcomm",
  other: "other vendor",
};

const verificationWords: Readonly<Record<CatalogueDevice["verification"], string>> = {
  "two-sources": "✓✓ two sources agree",
  "self-consistent": "✓ one source, consistent in itself (2 x cores x boost clock)",
  unverified: "? not verified",
};

/** @param paint `noPaint` for plain text. */
export function deviceDetails(row: CatalogueRow, paint: Paint): string {
  const fact = (name: string, value: string) => `  ${paint("dim", name.padEnd(11))}${value}`;
  return [
    paint("bold", row.name),
    fact("kind", `${classNames[row.deviceClass]}, ${vendorNames[row.vendor]} ${row.architecture}, ${row.releaseYear}`),
    fact("peaks", peakWords(row)),
    fact("memory", memoryWords(row)),
    fact("clock", row.boostClockHertz === null ? "not known" : `${(row.boostClockHertz / 1e6).toFixed(0)} MHz boost`),
    fact("power", row.thermalDesignWatts === null ? "not known" : `${row.thermalDesignWatts} W thermal design power`),
    fact("checked", verificationWords[row.verification]),
    fact("source", row.source),
  ].join("\n");
}

function peakWords({ peakFlopPerSecond: { fp32 = 0, tf32, fp16 } }: CatalogueRow): string {
  const others = [
    ...(tf32 === undefined ? [] : [`${formatRate(tf32, "FLOP/s")} TF32 (which an fp32 training runs on)`]),
    ...(fp16 === undefined ? [] : [`${formatRate(fp16, "FLOP/s")} fp16`]),
  ];
  return [`${formatRate(fp32, "FLOP/s")} fp32`, ...others].join(", ");
}

function memoryWords({ memoryBytes, sharesSystemMemory, memoryBandwidthBytesPerSecond }: CatalogueRow): string {
  const size = memoryBytes === null ? "what the machine has" : `${memoryBytes / 2 ** 30} GiB`;
  const shared = sharesSystemMemory ? ", shared with the processor: what the agent reports counts" : "";
  return `${size} at ${formatRate(memoryBandwidthBytesPerSecond, "B/s")}${shared}`;
}
