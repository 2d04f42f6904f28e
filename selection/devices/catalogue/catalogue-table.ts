// Reads the catalogue's tables: one line a GPU, columns separated by "|", so that 175 rows stay readable and reviewable.
// Columns: name, vendor, architecture, release year, dense peaks in TFLOP/s (fp32, tf32, fp16), memory bandwidth in GB/s
// (10^9), memory in GB (2^30, as drivers count it; "shared" where it is the system's), boost clock in MHz, thermal design power
// in W, verification, source. "tpu:" stands for a page of TechPowerUp, read through the RightNow GPU Database (Apache-2.0); an
// empty cell says that the GPU does not have it or the source not tell it.

import type { CatalogueDevice, DeviceClass, DeviceVendor } from "../../types.ts";

/** A device with what only the catalogue tells. */
export interface CatalogueRow extends CatalogueDevice {
  readonly releaseYear: number;
}

const vendors: readonly DeviceVendor[] = ["nvidia", "amd", "intel", "apple", "qualcomm", "other"];
const verifications: readonly CatalogueDevice["verification"][] = ["two-sources", "self-consistent", "unverified"];
const COLUMN_COUNT = 13;
const techPowerUp = "RightNow GPU Database (TechPowerUp-derived), https://www.techpowerup.com/gpu-specs/";

/**
 * The rows of one table; its first line names the columns.
 *
 * @throws Error where a cell is malformed: a defect of the generator, not of anybody's input.
 * @example
 * parseCatalogueTable("edge", `name | vendor | architecture | year | fp32 | tf32 | fp16 | GB/s | GB | MHz | W | verification | source
 * Jetson TX2 | nvidia | Pascal | 2016 | 0.67 | | 1.33 | 59.71 | 8 shared | 1300 | 15 | self-consistent | tpu:jetson-tx2.c3231`)
 * // [{ name: "Jetson TX2", peakFlopPerSecond: { fp32: 0.67e12, fp16: 1.33e12 }, boostClockHertz: 1.3e9, ... }]
 */
export function parseCatalogueTable(deviceClass: DeviceClass, table: string): CatalogueRow[] {
  return table
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => parseRow(deviceClass, line));
}

function parseRow(deviceClass: DeviceClass, line: string): CatalogueRow {
  const cells = line.split("|").map((cell) => cell.trim());
  const [name = "", vendor, architecture = "", year, fp32, tf32, fp16, bandwidth, memory = "", ...others] = cells;
  const [boostMegahertz, watts, verification, source = ""] = others;
  const knownVendor = vendors.find((known) => known === vendor);
  const knownVerification = verifications.find((known) => known === verification);
  const needed = { fp32: optionalNumber(fp32), bandwidth: optionalNumber(bandwidth), year: optionalNumber(year) };
  if (
    cells.length !== COLUMN_COUNT ||
    !knownVendor ||
    !knownVerification ||
    !needed.fp32 ||
    !needed.bandwidth ||
    !needed.year
  ) {
    throw new Error(`The catalogue row "${line}" is malformed.`);
  }
  return {
    name,
    deviceClass,
    vendor: knownVendor,
    architecture,
    releaseYear: needed.year,
    peakFlopPerSecond: peaks(needed.fp32, optionalNumber(tf32), optionalNumber(fp16)),
    ...parseMemory(memory),
    memoryBandwidthBytesPerSecond: scaled(needed.bandwidth, 9),
    boostClockHertz: optionalScaled(boostMegahertz, 6),
    thermalDesignWatts: optionalNumber(watts),
    source: source.replace(/^tpu:/, techPowerUp),
    verification: knownVerification,
  };
}

/** "24", "8 shared", "shared" or nothing. */
function parseMemory(cell: string): Pick<CatalogueDevice, "memoryBytes" | "sharesSystemMemory"> {
  const gibibytes = optionalNumber(cell.replace(/ ?shared$/, ""));
  return { memoryBytes: gibibytes === null ? null : gibibytes * 2 ** 30, sharesSystemMemory: cell.endsWith("shared") };
}

function peaks(fp32: number, tf32: number | null, fp16: number | null): CatalogueDevice["peakFlopPerSecond"] {
  return {
    fp32: scaled(fp32, 12),
    ...(tf32 === null ? {} : { tf32: scaled(tf32, 12) }),
    ...(fp16 === null ? {} : { fp16: scaled(fp16, 12) }),
  };
}

/** value * 10^exponent, rounded once: 535.3 * 1e12 is no whole number of FLOP. */
function scaled(value: number, exponent: number): number {
  return Number(`${value}e${exponent}`);
}

function optionalScaled(cell: string | undefined, exponent: number): number | null {
  const value = optionalNumber(cell);
  return value === null ? null : scaled(value, exponent);
}

function optionalNumber(cell: string | undefined): number | null {
  if (cell === undefined || cell === "") return null;
  const value = Number(cell);
  if (!(Number.isFinite(value) && value > 0)) throw new Error(`The catalogue cell "${cell}" is no positive number.`);
  return value;
}
