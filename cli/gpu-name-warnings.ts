// What an operator should hear about a GPU that was named by hand (--gpu, --device) and is in no row of the catalogue.

import { findDevice } from "../selection/devices/find-device.ts";
import { nearestDeviceNames } from "../selection/devices/nearest-devices.ts";

/**
 * @returns nothing for a name of the catalogue.
 * @example gpuNameWarnings("RTX 4O90") // ['"RTX 4O90" is no GPU of the catalogue. Did you mean GeForce RTX 4090? ...']
 */
export function gpuNameWarnings(name: string | undefined): readonly string[] {
  if (name === undefined || findDevice(name).kind !== "none") return [];
  const near = nearestDeviceNames(name);
  const suggestion = near === undefined ? "" : ` Did you mean ${near}?`;
  return [`"${name}" is no GPU of the catalogue.${suggestion} "probselect devices" lists all of them.`];
}
