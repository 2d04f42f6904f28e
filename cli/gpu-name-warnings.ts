// What an operator should hear about a GPU that was named by hand (--gpu) and is in no row of the catalogue.

import { closestName, nearestNames } from "../foundation/closest-name.ts";
import { findDevice } from "../selection/devices/find-device.ts";
import { gpuCatalogue } from "../selection/devices/gpu-catalogue.ts";

/** Makers and families, which people leave out. */
const leftOut = /\b(nvidia|amd|ati|intel|apple|qualcomm|geforce|radeon|tesla|quadro|instinct|rtx|gtx|rx)\b/gi;
const short = (name: string) => name.replace(leftOut, " ").replace(/\s+/g, " ").trim().toUpperCase();

/**
 * @returns nothing for a name of the catalogue.
 * @example gpuNameWarnings("RTX 3900") // ['"RTX 3900" is no GPU of the catalogue. Did you mean GeForce RTX 3090, ...? ...']
 */
export function gpuNameWarnings(name: string | undefined): readonly string[] {
  if (name === undefined || findDevice(name).kind !== "none") return [];
  const shortNames = [...new Set(gpuCatalogue.map((row) => short(row.name)))];
  // Two digits in the wrong order come first.
  const closest = closestName(short(name), shortNames);
  const near = [...(closest === undefined ? [] : [closest]), ...nearestNames(short(name), shortNames, 3)];
  const rows = [...new Set(near)]
    .slice(0, 3)
    .map((text) => gpuCatalogue.find((row) => short(row.name) === text)?.name ?? text);
  const suggestion = rows.length === 0 ? "" : ` Did you mean ${rows.join(", or ")}?`;
  return [`"${name}" is no GPU of the catalogue.${suggestion} "probselect devices" lists all of them.`];
}
