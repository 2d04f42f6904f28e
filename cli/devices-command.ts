// `probselect devices [name..]`: the rows of the GPU catalogue, and which of them a driver's name for a GPU means.

import Table from "cli-table3";
import type { CommandModule } from "yargs";
import type { CatalogueRow } from "../selection/devices/catalogue/catalogue-table.ts";
import { type DeviceMatch, findDevice, searchDevices } from "../selection/devices/find-device.ts";
import { gpuCatalogue } from "../selection/devices/gpu-catalogue.ts";
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
    const result = { query: query ?? null, resolved: match && namesOf(match), devices };
    printResult(json, result, () => {
      const verdict = query === undefined || match === null ? [] : [describeMatch(query, match)];
      return [...(devices.length > 0 ? [deviceTable(devices), legend(devices)] : []), ...verdict].join("\n\n");
    });
  },
};

/** The match with names in place of rows, which `devices` holds. */
function namesOf(match: DeviceMatch): { readonly kind: DeviceMatch["kind"]; readonly names: readonly string[] } {
  if (match.kind === "none") return { kind: "none", names: [] };
  const rows = match.kind === "found" ? [match.device] : match.devices;
  return { kind: match.kind, names: rows.map((row) => row.name) };
}

function describeMatch(query: string, match: DeviceMatch): string {
  if (match.kind === "found") return `A client that reports "${query}" gets the row "${match.device.name}".`;
  if (match.kind === "ambiguous") {
    const rows = match.devices.map((row) => `  ${row.name}`).join("\n");
    const advice = match.isComplete
      ? "The device's memory decides; where it does not, give one of these names."
      : "It may also be a card that the catalogue lacks; give one of these names if it is not.";
    return `A client that reports "${query}" could have any of these.\n${advice}\n${rows}`;
  }
  return `No row is named "${query}". A client that reports it needs its fp32 peak and memory bandwidth stated by hand; without
them it is an unknown device, forecast by the mixture over the whole catalogue.`;
}

function deviceTable(devices: readonly CatalogueRow[]): string {
  const none = "";
  const table = new Table({
    head: ["device", "class", "GiB", "GB/s", "FP32", "TF32", "FP16", "year", "checked"],
    colAligns: ["left", "left", "right", "right", "right", "right", "right", "right", "left"],
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: {
      top: none,
      "top-mid": none,
      "top-left": none,
      "top-right": none,
      bottom: none,
      "bottom-mid": none,
      "bottom-left": none,
      "bottom-right": none,
      left: none,
      "left-mid": none,
      mid: none,
      "mid-mid": none,
      right: none,
      "right-mid": none,
      middle: none,
    },
  });
  for (const row of devices) {
    const { fp32, tf32, fp16 } = row.peakFlopPerSecond;
    table.push([
      row.name,
      row.deviceClass,
      row.memoryBytes === null ? "-" : String(row.memoryBytes / 2 ** 30),
      threeDigits(row.memoryBandwidthBytesPerSecond / 1e9),
      ...[fp32, tf32, fp16].map((peak) => (peak === undefined ? "-" : threeDigits(peak / 1e12))),
      String(row.releaseYear),
      row.verification,
    ]);
  }
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

function threeDigits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function legend(devices: readonly CatalogueRow[]): string {
  const count = devices.length === 1 ? "1 device" : `${devices.length} devices`;
  return `${count} of ${gpuCatalogue.length}. Peaks are dense TFLOP/s; "-" is none, or memory shared with the processor.`;
}
