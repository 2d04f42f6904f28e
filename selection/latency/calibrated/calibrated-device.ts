// A calibrated device may be set differently when it trains: another power mode, another clock limit. Its times then scale as the
// forecast from its specs does.

import { resolveDevice } from "../../devices/resolve-device.ts";
import type { CatalogueDevice, ResolvedDevice } from "../../types.ts";
import type { Calibration } from "./calibration.ts";

/**
 * The device as it was set when it was calibrated; as it is now where the file does not tell, and for a processor, whose clock is a
 * momentary reading and not a limit.
 */
export function deviceAtCalibration({ device: calibrated }: Calibration, now: ResolvedDevice): ResolvedDevice {
  const { kind, reportedName, figures } = calibrated;
  if (kind === "cpu" || figures === undefined || now.kind === "unknown") return now;
  return resolveDevice({ kind, name: reportedName, ...figures });
}

/** Whether two states of a device have the same rates, so that times of one hold for the other. */
export function isSetAs(one: ResolvedDevice, other: ResolvedDevice): boolean {
  return one === other || JSON.stringify(ratesAsSet(one)) === JSON.stringify(ratesAsSet(other));
}

function ratesAsSet(resolved: ResolvedDevice): unknown {
  if (resolved.kind === "unknown") return null;
  const { peakFlopPerSecond, memoryBandwidthBytesPerSecond, boostClockHertz }: CatalogueDevice = resolved.device;
  const { fp32, tf32, fp16, bf16 } = peakFlopPerSecond;
  return [fp32, tf32, fp16, bf16, memoryBandwidthBytesPerSecond, boostClockHertz];
}
