// `probselect devices [name..]`: the rows of the GPU catalogue, and which of them a driver's name for a GPU means.

import type { CommandModule } from "yargs";
import type { CatalogueRow } from "../selection/devices/catalogue/catalogue-table.ts";
import { type DeviceMatch, findDevice, searchDevices } from "../selection/devices/find-device.ts";
import { gpuCatalogue } from "../selection/devices/gpu-catalogue.ts";
import { nearestDeviceNames } from "../selection/devices/nearest-devices.ts";
import { type Paint, paintFor } from "../server/reporting/paint.ts";
import { deviceDetails } from "./devices/device-details.ts";
import { deviceTable } from "./devices/device-table.ts";
import { jsonOption, printResult } from "./output.ts";

interface DevicesOptions {
  readonly name: readonly string[] | undefined;
  readonly class: string | undefined;
  readonly vendor: string | undefined;
  readonly json: boolean;
}

export const devicesCommand: CommandModule<object, DevicesOptions> = {
  command: "devices [name..]",
  describe: "Search the GPU catalogue",
  builder: (cli) =>
    cli
      .positional("name", { type: "string", array: true, describe: "Words of a row, or a GPU as its driver names it" })
      .option("class", {
        type: "string",
        requiresArg: true,
        choices: ["datacentre", "workstation", "desktop", "laptop", "edge"],
        describe: "Only this class",
      })
      .option("vendor", {
        type: "string",
        requiresArg: true,
        choices: ["nvidia", "amd", "intel", "apple", "qualcomm"],
        describe: "Only this vendor",
      })
      .option("json", jsonOption)
      .example("probselect devices orin nano", "Rows with both words")
      .example('probselect devices "NVIDIA A100-SXM4-40GB"', "The row that nvidia-smi's name means")
      .example("probselect devices --class edge --vendor nvidia", "All Jetson modules"),
  handler: ({ name, class: deviceClass, vendor, json }) => {
    const query = name?.join(" ").trim() || undefined;
    const match = query === undefined ? null : findDevice(query);
    const devices = (query === undefined ? gpuCatalogue : searchDevices(query)).filter(
      (row) =>
        (deviceClass === undefined || row.deviceClass === deviceClass) &&
        (vendor === undefined || row.vendor === vendor),
    );
    const counts = { count: devices.length, catalogueCount: gpuCatalogue.length };
    const result = { query: query ?? null, resolved: match && namesOf(match), ...counts, devices };
    printResult(json, result, () => describeResult(query, match, devices, paintFor(process.stdout)));
  },
};

function describeResult(
  query: string | undefined,
  match: DeviceMatch | null,
  devices: readonly CatalogueRow[],
  paint: Paint,
): string {
  // One row alone, or the one that a driver's name means, is shown with all that is known of it.
  const meant = match?.kind === "found" && devices.includes(match.device) ? match.device : undefined;
  const only = devices.length === 1 ? devices[0] : meant;
  const isTableNeeded = devices.length > 1;
  if (query === undefined && devices.length === 0)
    return `No GPU of the ${gpuCatalogue.length} is of that class and vendor.`;
  return [
    ...(isTableNeeded ? [deviceTable(devices, paint)] : []),
    ...(only === undefined ? [] : [deviceDetails(only, paint)]),
    ...(query === undefined || match === null ? [] : [describeMatch(query, match, devices.length)]),
  ].join("\n\n");
}

/** The match with names in place of rows, which `devices` holds. */
function namesOf(match: DeviceMatch): { readonly kind: DeviceMatch["kind"]; readonly names: readonly string[] } {
  if (match.kind === "none") return { kind: "none", names: [] };
  const rows = match.kind === "found" ? [match.device] : match.devices;
  return { kind: match.kind, names: rows.map((row) => row.name) };
}

function describeMatch(query: string, match: DeviceMatch, foundCount: number): string {
  if (match.kind === "found") return `A client that reports "${query}" gets the row "${match.device.name}".`;
  if (match.kind === "ambiguous") {
    const rows = match.devices.map((row) => `  ${row.name}`).join("\n");
    const advice = match.isComplete
      ? "The device's memory decides; where it does not, give one of these names."
      : "It may also be a card that the catalogue lacks; give one of these names if it is not.";
    return `A client that reports "${query}" could have any of these.\n${advice}\n${rows}`;
  }
  const near = foundCount > 0 ? undefined : nearestDeviceNames(query);
  const suggestion = near === undefined ? "" : ` Did you mean ${near}?`;
  return `No row is named "${query}".${suggestion}
A client that reports it needs its fp32 peak and memory bandwidth stated by hand (probselect client --fp32-tflops N --memory-gbs N);
without them it is an unknown device, forecast by the mixture over the whole catalogue. To add its row, follow the recipe "A GPU" in CONTRIBUTING.md.`;
}
