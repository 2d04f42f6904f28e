// Rows of the GPU catalogue as a table for people, one block for each class.

import Table from "cli-table3";
import { counted } from "../../foundation/counted.ts";
import type { CatalogueRow } from "../../selection/devices/catalogue/catalogue-table.ts";
import { gpuCatalogue } from "../../selection/devices/gpu-catalogue.ts";
import type { CatalogueDevice, DeviceClass } from "../../selection/types.ts";
import type { Paint } from "../../server/reporting/paint.ts";

export const classNames: Readonly<Record<DeviceClass, string>> = {
  datacentre: "Data centre",
  workstation: "Workstation",
  desktop: "Desktop",
  laptop: "Laptop",
  edge: "Edge",
  cpu: "Processor",
};

/** How far a row's figures were checked, in two columns. */
const marks: Readonly<Record<CatalogueDevice["verification"], string>> = {
  "two-sources": "✓✓",
  "self-consistent": "✓",
  unverified: "?",
};

const heads = ["device", "GiB", "GB/s", "FP32", "TF32", "FP16", "MHz", "W", "year", ""];
const borders = ["top", "bottom", "left", "right", "mid"].flatMap((side) => [side, `${side}-mid`]);
const corners = ["top-left", "top-right", "bottom-left", "bottom-right", "left-mid", "right-mid", "middle"];
const noLines = Object.fromEntries([...borders, ...corners].map((part) => [part, ""]));

/**
 * The rows under the names of their classes, all columns aligned, and a legend.
 *
 * @param devices in the catalogue's order; at least one.
 * @param paint `noPaint` for plain text.
 */
export function deviceTable(devices: readonly CatalogueRow[], paint: Paint): string {
  const table = new Table({
    head: heads,
    colAligns: heads.map((head, index) => (index === 0 || head === "" ? "left" : "right")),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: noLines,
  });
  table.push(...devices.map(cells));
  const [head = "", ...lines] = table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  const blocks = devices.map((row, index) => {
    const isFirst = devices[index - 1]?.deviceClass !== row.deviceClass;
    return [
      ...(isFirst ? ["", heading(devices, row.deviceClass, paint)] : []),
      paintMark(lines[index] ?? "", row, paint),
    ];
  });
  return [paint("dim", head), ...blocks.flat(), "", legend(devices, paint)].join("\n");
}

function cells(row: CatalogueRow): string[] {
  const { fp32, tf32, fp16 } = row.peakFlopPerSecond;
  return [
    `  ${row.name}`,
    memoryCell(row),
    threeDigits(row.memoryBandwidthBytesPerSecond / 1e9),
    ...[fp32, tf32, fp16].map((peak) => (peak === undefined ? "-" : threeDigits(peak / 1e12))),
    row.boostClockHertz === null ? "-" : (row.boostClockHertz / 1e6).toFixed(0),
    row.thermalDesignWatts === null ? "-" : String(row.thermalDesignWatts),
    String(row.releaseYear),
    marks[row.verification],
  ];
}

/** The digits of own and shared memory stand below each other. */
function memoryCell({ memoryBytes, sharesSystemMemory }: CatalogueRow): string {
  return `${memoryBytes === null ? "" : memoryBytes / 2 ** 30}${sharesSystemMemory ? "~" : " "}`;
}

function heading(devices: readonly CatalogueRow[], deviceClass: DeviceClass, paint: Paint): string {
  const count = devices.filter((row) => row.deviceClass === deviceClass).length;
  return `${paint("bold", classNames[deviceClass])} ${paint("dim", `(${count})`)}`;
}

function paintMark(line: string, { verification }: CatalogueRow, paint: Paint): string {
  const mark = marks[verification];
  const style = verification === "unverified" ? "yellow" : "green";
  return `${line.slice(0, line.length - mark.length)}${paint(style, mark)}`;
}

function legend(devices: readonly CatalogueRow[], paint: Paint): string {
  const count = counted(devices.length, "GPU");
  const meanings = [
    "Peaks are dense TFLOP/s, MHz the boost clock, W the thermal design power; ~ memory shared with the processor.",
    "✓✓ two sources agree   ✓ one source, consistent in itself   ? not verified; the exact name shows the source.",
  ];
  return [`${count} of ${gpuCatalogue.length}.`, ...meanings.map((line) => paint("dim", line))].join("\n");
}

function threeDigits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
