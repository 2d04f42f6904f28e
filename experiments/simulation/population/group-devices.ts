// The GPUs of a group and how often each occurs: rows of the catalogue by class or by name, without those that the workload cannot
// be simulated on.

import { ProbSelectError } from "../../../foundation/errors.ts";
import { seededRandom } from "../../../foundation/random-source.ts";
import { dirichletVariate } from "../../../foundation/random-variates.ts";
import type { CatalogueRow } from "../../../selection/devices/catalogue/catalogue-table.ts";
import { findDevice } from "../../../selection/devices/find-device.ts";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";
import { nearestDeviceNames } from "../../../selection/devices/nearest-devices.ts";
import { peakFor } from "../../../selection/latency/peaks.ts";
import type { NumericPrecision } from "../../../workloads/workload.ts";
import type { FleetGroup } from "../scenario.ts";
import { FEDSCALE_PHONES, fedscalePhones } from "./fedscale-phones.ts";

export interface DeviceNeeds {
  readonly precision: NumericPrecision;
  /** Names of the GPUs on which the workload was measured; null: it need not be measured. */
  readonly measuredGpus: ReadonlySet<string> | null;
}

/**
 * The group's distinct GPUs, in the order in which it names them. A GPU without a peak that serves the workload, or not measured
 * where that is needed, is left out.
 *
 * @throws {ProbSelectError} experiments.invalid-scenario for a name that is no class and no GPU, and for a group that keeps none.
 */
export function devicesOfGroup(
  { name, devices }: Pick<FleetGroup, "name" | "devices">,
  { precision, measuredGpus }: DeviceNeeds,
): readonly CatalogueRow[] {
  const named = [...new Set(devices.flatMap((each) => rowsOf(name, each)))];
  const able = named.filter((row) => peakFor(row, precision) !== null && (measuredGpus?.has(row.name) ?? true));
  if (able.length > 0) return able;
  const reason = measuredGpus
    ? `the workload was measured on none of them. It was on ${[...measuredGpus].join(", ")}`
    : `none of them has a peak for ${precision}`;
  throw invalid(`The group "${name}" (${devices.join(", ")}) is left without devices: ${reason}.`);
}

/**
 * Shares of a group's devices, which sum to 1.
 *
 * @param mix "even": all alike; "uneven": drawn for the seed from a flat Dirichlet distribution, so that each share is as likely
 * as any other.
 */
export function deviceShares(
  mix: "even" | "uneven",
  count: number,
  { seed, group }: { readonly seed: number; readonly group: string },
): readonly number[] {
  if (mix === "even") return Array.from({ length: count }, () => 1 / count);
  return dirichletVariate(1, count, seededRandom(seed, "device mix", group));
}

function rowsOf(group: string, device: string): readonly CatalogueRow[] {
  if (device === FEDSCALE_PHONES) return fedscalePhones;
  const ofClass = gpuCatalogue.filter(({ deviceClass }) => deviceClass === device);
  if (ofClass.length > 0) return ofClass;
  const match = findDevice(device);
  if (match.kind === "found") return [match.device];
  const classes = [...new Set(gpuCatalogue.map(({ deviceClass }) => deviceClass))].join(", ");
  if (match.kind === "none") {
    const near = nearestDeviceNames(device);
    const suggestion = near === undefined ? "" : ` Did you mean ${near}?`;
    throw invalid(
      `The group "${group}" names "${device}", which is no GPU of the catalogue and no class: ${classes}.${suggestion}`,
    );
  }
  const names = match.devices.map(({ name }) => name).join(", ");
  throw invalid(`The group "${group}" names "${device}", which may be ${names}. Give one of these names.`);
}

function invalid(message: string): ProbSelectError {
  return new ProbSelectError("experiments.invalid-scenario", message);
}
