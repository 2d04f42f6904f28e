// Which measured cells speak for a device: those of calibrations of the same device with the same back-end.

import type { ResolvedDevice } from "../../types.ts";
import { deviceAtCalibration, isSetAs } from "./calibrated-device.ts";
import type { Calibration, CalibrationCell } from "./calibration.ts";

/** One cell and the calibration that it comes from. */
export interface EvidencedCell extends CalibrationCell {
  readonly measuredAt: string;
}

export interface MatchingCells {
  readonly cells: readonly EvidencedCell[];
  /** Kind of the device that was calibrated; null if there is no calibration. */
  readonly kind: Calibration["device"]["kind"] | null;
  readonly backend: string | null;
  /** The device as it was set when the cells were timed. */
  readonly timedOn: ResolvedDevice;
  /** Why there are no cells, as a sentence; empty if there are. */
  readonly reason: string;
}

/**
 * The cells for a device: by the catalogue's name, else by the reported one, and by the back-end. Without a back-end the device
 * alone decides, but only where all its calibrations are of the same one. Of a cell in several files the latest counts.
 *
 * @param backend as the agent names it; undefined if nobody said.
 */
export function matchingCells(
  calibrations: readonly Calibration[],
  device: ResolvedDevice,
  backend: string | undefined,
): MatchingCells {
  const none = (reason: string): MatchingCells => ({ cells: [], kind: null, backend: null, timedOn: device, reason });
  const ofDevice = calibrations.filter((calibration) => isOfDevice(calibration, device));
  if (ofDevice.length === 0) {
    return none(`No calibration of "${device.kind === "known" ? device.device.name : device.reportedName}" was given.`);
  }
  const backends = [...new Set(ofDevice.map((calibration) => calibration.backend))].sort();
  const [only] = backends;
  if (backend === undefined && backends.length > 1) {
    return none(`Its calibrations are of several back-ends (${backends.join(", ")}) and the client's is not known.`);
  }
  const wanted = backend ?? only;
  const chosen = ofDevice.filter((calibration) => calibration.backend === wanted);
  const [first] = chosen;
  if (!first) {
    return none(`It is calibrated with the back-end ${backends.join(", ")}, but the client trains with ${wanted}.`);
  }
  const { timedOn, calibrations: alike } = ofOneSetting(chosen, device);
  return { cells: latestCells(alike), kind: first.device.kind, backend: first.backend, timedOn, reason: "" };
}

/** Times of different power modes are not mixed. */
function ofOneSetting(
  calibrations: readonly Calibration[],
  device: ResolvedDevice,
): { readonly timedOn: ResolvedDevice; readonly calibrations: readonly Calibration[] } {
  const states = [...calibrations]
    .sort((a, b) => Date.parse(b.measuredAt) - Date.parse(a.measuredAt))
    .map((calibration) => ({ calibration, state: deviceAtCalibration(calibration, device) }));
  const asNow = states.find(({ state }) => isSetAs(state, device));
  const timedOn = asNow === undefined ? (states[0]?.state ?? device) : device;
  const alike = states.filter(({ state }) => isSetAs(state, timedOn));
  return { timedOn, calibrations: alike.map(({ calibration }) => calibration) };
}

function isOfDevice({ device: calibrated }: Calibration, resolved: ResolvedDevice): boolean {
  if (resolved.kind === "known") {
    const { device } = resolved;
    const kind = device.deviceClass === "cpu" ? "cpu" : "gpu";
    if (kind !== calibrated.kind) return false;
    if (calibrated.catalogueName !== null) return calibrated.catalogueName === device.name;
  }
  return plainName(calibrated.reportedName) === plainName(resolved.reportedName);
}

/** Drivers differ in spaces and capitals. */
function plainName(name: string): string {
  return name.trim().replace(/\s+/g, " ").toLowerCase();
}

function latestCells(calibrations: readonly Calibration[]): readonly EvidencedCell[] {
  const latest = new Map<string, EvidencedCell>();
  const byAge = [...calibrations].sort((a, b) => Date.parse(a.measuredAt) - Date.parse(b.measuredAt));
  for (const { cells, measuredAt } of byAge) {
    for (const cell of cells) {
      latest.set(JSON.stringify([cell.network, cell.batchSize, cell.precision]), { ...cell, measuredAt });
    }
  }
  return [...latest.values()];
}
