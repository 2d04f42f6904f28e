// From a name to a row of the catalogue. A name finds a row only if every word that tells cards apart agrees: "RTX 3080"
// is not the 3080 Ti, a laptop's GPU never the desktop's. A wrong row would be a confident wrong forecast; none is honest.

import type { CatalogueRow } from "./catalogue/catalogue-table.ts";
import { type DeviceName, readDeviceNames } from "./device-name.ts";
import { gpuCatalogue } from "./gpu-catalogue.ts";

export type DeviceMatch =
  | { readonly kind: "found"; readonly device: CatalogueRow }
  /** The name fits several rows, or names several cards of which these are in the catalogue. */
  | {
      readonly kind: "ambiguous";
      readonly devices: readonly CatalogueRow[];
      /** The device is one of these rows; false if the name also means cards that the catalogue lacks. */
      readonly isComplete: boolean;
    }
  | { readonly kind: "none" };

/** What some drivers write in place of the product's name. */
const writtenInstead: Readonly<Record<string, readonly string[]>> = {
  "GH200 96GB (GPU part)": ["GH200", "GH200 480GB", "GH200 120GB"], // The driver prints the CPU's memory.
  "GeForce GTX TITAN X": ["TITAN X"],
  "TITAN X Pascal": ["TITAN X"],
  "Jetson TX1": ["Tegra X1"],
  "Jetson Nano": ["Tegra X1"], // The same chip with half of its cores.
  "Jetson TX2": ["quill"], // In the device tree.
  "Jetson Xavier NX 8 GB": ["Xavier"],
  "Jetson Xavier NX 16 GB": ["Xavier"],
  "Jetson AGX Xavier 32 GB": ["Jetson-AGX", "Xavier"],
  "Jetson T4000": ["Thor"],
  "Jetson T5000": ["Jetson AGX Thor", "Thor"],
  "Jetson Orin Nano 4 GB": ["Orin"],
  "Jetson Orin Nano 8 GB": ["Orin"],
  // JetPack's "super" modes of a module: the row's silicon, clocked higher.
  "Jetson Orin NX 8 GB": ["Orin", "Jetson Orin NX 8 GB Super"],
  "Jetson Orin NX 16 GB": ["Orin", "Jetson Orin NX 16 GB Super"],
  "Jetson AGX Orin 32 GB": ["Orin"],
  "Jetson AGX Orin 64 GB": ["Orin"],
};

interface NamedRow {
  readonly device: CatalogueRow;
  readonly name: DeviceName;
}

const namedRows: readonly NamedRow[] = gpuCatalogue.flatMap((device) =>
  [device.name, ...(writtenInstead[device.name] ?? [])].flatMap((written) =>
    readDeviceNames(written).map((name) => ({ device, name })),
  ),
);

/** No driver's name is longer; what is, is not one. */
const LONGEST_NAME = 300;

/** Reported memory differs from the nominal by what the driver, ECC or the system keeps for itself. */
const memoryTolerance = 0.25;

/**
 * The catalogue row that a name means, as nvidia-smi, systeminformation, lspci, a browser or a person writes it.
 *
 * @param memoryBytes - the device's memory, which decides between rows that differ in nothing else of the name.
 * @example findDevice("GA102 [GeForce RTX 3090]") // { kind: "found", device: { name: "GeForce RTX 3090", ... } }
 * @example findDevice("Jetson Orin Nano") // { kind: "ambiguous", devices: [the 4 GB row, the 8 GB row] }
 * @example findDevice("Intel UHD Graphics 630") // { kind: "none" }
 */
export function findDevice(name: string, memoryBytes?: number): DeviceMatch {
  if (name.length > LONGEST_NAME) return { kind: "none" };
  const rowsPerName = readDeviceNames(name).map(rowsOf);
  const rows = [...new Set(rowsPerName.flat())];
  const [only] = rows;
  if (only === undefined) return { kind: "none" };
  // A line that names several cards is that of any of them, whether the catalogue has it or not.
  if (rowsPerName.length > 1 && rowsPerName.some((found) => found.length === 0)) {
    return { kind: "ambiguous", devices: rows, isComplete: false };
  }
  const nearest = memoryBytes === undefined || rows.length === 1 ? rows : nearestInMemory(rows, memoryBytes);
  const [device] = nearest;
  return device !== undefined && nearest.length === 1
    ? { kind: "found", device }
    : { kind: "ambiguous", devices: nearest, isComplete: true };
}

/** The rows that a name fits; one that explains more of its words goes first: "TITAN X (Pascal)" is not any TITAN X. */
function rowsOf(given: DeviceName): readonly CatalogueRow[] {
  const fitting = namedRows.filter((row) => sameCard(given, row));
  const most = Math.max(...fitting.map(({ name }) => name.modelTokens.length));
  return fitting.filter(({ name }) => name.modelTokens.length === most).map(({ device }) => device);
}

function sameCard(given: DeviceName, row: NamedRow): boolean {
  const { name, device } = row;
  return (
    (given.vendor === null || given.vendor === device.vendor) &&
    sameModel(given, name) &&
    sameFormFactor(given.formFactor, name.formFactor) &&
    (given.coreCount === null || name.coreCount === null || given.coreCount === name.coreCount) &&
    (given.memoryGibibytes === null || memoryAgrees(given.memoryGibibytes, name, device))
  );
}

/** Every token of either name is in the other, but people leave out "RTX" before a four-digit number. */
function sameModel(given: DeviceName, row: DeviceName): boolean {
  const known = new Set([...given.modelTokens, ...given.asideTokens]);
  const fourDigits = row.modelTokens.some((token) => /^\d{4}$/.test(token));
  const missing = row.modelTokens.filter((token) => !known.has(token));
  const mayMiss = (token: string) =>
    (fourDigits && /^(rtx|gtx|rx)$/.test(token)) || (/^a\d{4}$/.test(given.modelTokens[0] ?? "") && token === "rtx");
  return (
    given.modelTokens.length > 0 &&
    missing.every(mayMiss) &&
    missing.length < row.modelTokens.length &&
    given.modelTokens.every((token) => row.modelTokens.includes(token))
  );
}

function sameFormFactor(given: string | null, row: string | null): boolean {
  if (given === null || row === null || given === row) return true;
  return (given === "sxm" || row === "sxm") && given.startsWith("sxm") && row.startsWith("sxm");
}

function memoryAgrees(givenGibibytes: number, row: DeviceName, device: CatalogueRow): boolean {
  const ofRow = row.memoryGibibytes ?? (device.memoryBytes === null ? null : device.memoryBytes / 2 ** 30);
  return ofRow === null || givenGibibytes === ofRow;
}

/** The rows whose memory is closest to the device's; all of them if none is near. */
function nearestInMemory(rows: readonly CatalogueRow[], memoryBytes: number): readonly CatalogueRow[] {
  const distance = (row: CatalogueRow) => Math.abs((row.memoryBytes ?? Number.POSITIVE_INFINITY) / memoryBytes - 1);
  const least = Math.min(...rows.map(distance));
  return least <= memoryTolerance ? rows.filter((row) => distance(row) === least) : rows;
}

/**
 * The rows that a person may look for: the row a name resolves to, else rows that contain every word of the text.
 *
 * @example searchDevices("orin nano").map((row) => row.name)
 * // ["Jetson Orin Nano 4 GB", "Jetson Orin Nano 8 GB", "Jetson Orin Nano Super"]
 */
export function searchDevices(text: string): readonly CatalogueRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const containing = gpuCatalogue.filter((row) => {
    const spaced = `${row.name} ${row.vendor} ${row.architecture}`.toLowerCase();
    const glued = spaced.replace(/[\s-]/g, "");
    return words.every((word) => spaced.includes(word) || glued.includes(word.replace(/-/g, "")));
  });
  if (containing.length > 0) return containing;
  const match = findDevice(text);
  if (match.kind === "none") return [];
  return match.kind === "found" ? [match.device] : match.devices;
}
