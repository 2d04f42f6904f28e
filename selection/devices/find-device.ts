// Finds the catalogue row that a reported name means. It never guesses: every word of the name must be explained by the row,
// a laptop never gets a desktop row, and where several rows remain the caller learns which.

import type { CatalogueDevice } from "../types.ts";
import { alternativeNames, type DeviceName, parseDeviceName } from "./device-name.ts";
import { gpuCatalogue } from "./gpu-catalogue.ts";

export type DeviceMatch =
  | { readonly kind: "found"; readonly device: CatalogueDevice; readonly how: string }
  /** Several rows fit the name and the memory; naming one of them exactly settles it. */
  | { readonly kind: "ambiguous"; readonly candidates: readonly CatalogueDevice[] }
  /** No row fits; the candidates are the nearest ones, for a person to choose from. */
  | { readonly kind: "not-found"; readonly candidates: readonly CatalogueDevice[] };

/** Family names that people leave out: "RTX 3090" is a "GeForce RTX 3090". */
const omissible = new Set(["geforce", "gtx", "rtx", "rx", "radeon", "instinct", "tesla", "jetson", "arc"]);

/** A driver reserves part of the memory, so a device reports up to this share less than its row. */
const MEMORY_TOLERANCE = 0.15;
const MAXIMUM_CANDIDATES = 12;

interface CatalogueEntry {
  readonly device: CatalogueDevice;
  readonly name: DeviceName;
  readonly required: readonly string[];
}

const entries: readonly CatalogueEntry[] = gpuCatalogue.map((device) => {
  // What a row has in parentheses explains words of a name but need not stand in it.
  const name = parseDeviceName(device.name);
  const essential = parseDeviceName(device.name.replace(/\([^)]*\)/g, ""));
  // "TITAN X" alone could be either generation.
  const isTitan = essential.tokens.has("titan");
  const required = [...essential.tokens].filter((token) => !omissible.has(token) || (isTitan && token === "gtx"));
  return { device, name, required };
});

/**
 * @param reportedName as nvidia-smi, lspci, systeminformation, WebGPU or a person writes it.
 * @param memoryBytes what the device reports; only used to choose between rows that fit the name equally well.
 * @example findDevice("NVIDIA GeForce RTX 3080 Laptop GPU") // found: "GeForce RTX 3080 Mobile"
 * @example findDevice("Jetson AGX Orin") // ambiguous: 32 GB and 64 GB
 */
export function findDevice(reportedName: string, memoryBytes?: number): DeviceMatch {
  const perAlternative = alternativeNames(reportedName).map((name) => matchingEntries(parseDeviceName(name)));
  const rows = [...new Set(perAlternative.flat())].map(({ device }) => device);
  const [only] = rows;
  if (perAlternative.some((matches) => matches.length === 0)) {
    // One name for several devices, some of which the catalogue lacks: it may be one of those.
    if (only) return { kind: "ambiguous", candidates: rows };
    return { kind: "not-found", candidates: nearestDevices(reportedName) };
  }
  if (only && rows.length === 1) return { kind: "found", device: only, how: `"${reportedName}" is ${only.name}` };
  const byMemory = memoryBytes === undefined ? undefined : nearestByMemory(rows, memoryBytes);
  if (byMemory && memoryBytes !== undefined) {
    const gibibytes = (memoryBytes / 2 ** 30).toFixed(1);
    return { kind: "found", device: byMemory, how: `"${reportedName}" with ${gibibytes} GiB is ${byMemory.name}` };
  }
  return { kind: "ambiguous", candidates: rows };
}

function matchingEntries(query: DeviceName): readonly CatalogueEntry[] {
  if (query.tokens.size === 0) return [];
  return entries.filter(
    ({ device, name, required }) =>
      required.every((token) => query.tokens.has(token)) &&
      [...query.tokens].every((token) => name.tokens.has(token)) &&
      query.isMobile === name.isMobile &&
      (query.vendor === undefined || query.vendor === device.vendor) &&
      sameFormFactor(query.formFactor, name.formFactor) &&
      (query.coreCount === undefined || query.coreCount === name.coreCount) &&
      hasMemory(device, query.memoryGibibytes),
  );
}

/** "sxm" without a number fits any generation of it. */
function sameFormFactor(queried: string | undefined, listed: string | undefined): boolean {
  if (queried === undefined) return true;
  return listed !== undefined && (queried === listed || (queried === "sxm" && listed.startsWith("sxm")));
}

function hasMemory({ memoryBytes }: CatalogueDevice, gibibytes: number | undefined): boolean {
  return gibibytes === undefined || memoryBytes === null || Math.abs(memoryBytes / 2 ** 30 - gibibytes) < 0.5;
}

/** The one row whose memory the device can have, or undefined. */
function nearestByMemory(rows: readonly CatalogueDevice[], memoryBytes: number): CatalogueDevice | undefined {
  const deviation = (device: CatalogueDevice) =>
    device.memoryBytes === null ? Number.POSITIVE_INFINITY : Math.abs(memoryBytes / device.memoryBytes - 1);
  const [nearest, second] = [...rows].sort((first, other) => deviation(first) - deviation(other));
  if (!nearest || deviation(nearest) > MEMORY_TOLERANCE) return undefined;
  return second && deviation(second) === deviation(nearest) ? undefined : nearest;
}

/**
 * Rows that contain all of the name's words, else those that share its most telling one (with a digit). Laptop rows for a
 * laptop only, since the desktop device of the same number is another one.
 */
function nearestDevices(reportedName: string): readonly CatalogueDevice[] {
  const { tokens, isMobile } = parseDeviceName(reportedName);
  const words = [...tokens].filter((token) => !omissible.has(token) && token !== "maxq");
  if (words.length === 0) return [];
  const having = (wanted: readonly string[]) =>
    entries
      .filter(({ name }) => name.isMobile === isMobile && wanted.every((word) => name.tokens.has(word)))
      .map(({ device }) => device);
  const telling = words.filter((word) => /\d{2}/.test(word));
  const all = having(words);
  const nearest = all.length > 0 || telling.length === 0 ? all : having(telling);
  return nearest.slice(0, MAXIMUM_CANDIDATES);
}
