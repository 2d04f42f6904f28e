// Outputs that detection tools really printed on other people's machines (recorded/index.json says where each was published), each
// sent the whole way: reader, report of the agent, row and tier at the aggregator.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { gpuOfAdapterInfo } from "../../../client/detection/adapter-info.ts";
import type { Controller } from "../../../client/detection/controllers.ts";
import { describeDevice } from "../../../client/detection/describe-device.ts";
import type { DetectedHardware } from "../../../client/detection/detected-gpu.ts";
import { hardwareOfReadings, type MachineReadings } from "../../../client/detection/hardware-of-readings.ts";
import type { AdapterInfo } from "../../../models/tensorflow/backends/names.ts";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";

const folder = join(import.meta.dirname, "recorded");

const recordingSchema = z.strictObject({
  file: z.string(),
  tool: z.enum([
    "nvidia-smi --query-gpu",
    "nvidia-smi -q",
    "nvidia-smi -L",
    "device tree",
    "systeminformation",
    "lspci",
    "system_profiler",
    "Win32_VideoController",
    "WebGPU adapter info",
  ]),
  /** Where it was published. */
  source: z.string(),
  /** The row of each GPU; null where none is right. */
  expected: z.array(z.string().nullable()),
  why: z.string().optional(),
  /** The fields of a table without a header. */
  columns: z.array(z.string()).optional(),
  platform: z.enum(["linux", "darwin", "win32"]).optional(),
  hasBuiltInDisplay: z.boolean().optional(),
});
type Recording = z.infer<typeof recordingSchema>;

const recordings = z.array(recordingSchema).parse(JSON.parse(readFileSync(join(folder, "index.json"), "utf8")));

describe("a recorded output of a detection tool", () => {
  it.each(recordings)("is read right: $file means $expected", (recording) => {
    expect(rowsOf(hardwareOf(recording))).toEqual(recording.expected);
  });

  it("was published, is indexed, and says why if a GPU of it has no row", () => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.\w+$/.test(name));
    expect(files.filter((name) => name !== "index.json").sort()).toEqual(recordings.map(({ file }) => file).sort());
    for (const { source, expected, why, file } of recordings) {
      expect([file, source]).toEqual([
        file,
        expect.stringMatching(/^https:\/\/github\.com\/[^/]+\/[^/]+\/(issues|pull|blob)\//),
      ]);
      expect([file, expected.every((row) => row !== null) && expected.length > 0 ? "" : why]).not.toContain(undefined);
    }
  });

  it("is one of at least 60, of nine tools, of which 30 mean rows of the catalogue", () => {
    expect(recordings.length).toBeGreaterThanOrEqual(60);
    expect(new Set(recordings.map(({ tool }) => tool)).size).toBe(9);
    expect(recordings.filter(({ expected }) => expected.some((row) => row !== null)).length).toBeGreaterThanOrEqual(30);
  });

  it("holds nothing that identifies a machine", () => {
    for (const { file } of recordings) {
      expect([file, readFileSync(join(folder, file), "utf8")]).toEqual([
        file,
        expect.not.stringMatching(/\b[0-9a-f]{8}-[0-9a-f]{4}-|serial number +: (?!n\/a)\w/i),
      ]);
    }
  });
});

/** What the aggregator makes of each GPU that trains; null: an unknown device. */
function rowsOf(hardware: DetectedHardware): (string | null)[] {
  return hardware.gpus.map((_, gpuIndex) => {
    const { report } = describeDevice({ hardware, backend: { name: "any", usesGpu: true }, gpuIndex });
    const resolved = resolveDevice(report);
    if (resolved.kind === "unknown") return null;
    const row = gpuCatalogue.find(({ name }) => name === resolved.device.name);
    expect(resolved.tier).toBe(row?.vendor === "nvidia" ? "catalogue-nvidia" : "catalogue-other");
    expect(resolved.warnings).toEqual([]);
    return resolved.device.name;
  });
}

function hardwareOf(recording: Recording): DetectedHardware {
  const text = readFileSync(join(folder, recording.file), "utf8");
  if (recording.tool === "WebGPU adapter info") return ofAdapter(JSON.parse(text) as AdapterInfo);
  return hardwareOfReadings({ ...silentMachine, ...readingsOf(recording, text) });
}

/** A machine whose other tools are missing. */
const silentMachine: MachineReadings = {
  platform: "linux",
  systemBytes: 16 * 2 ** 30,
  nvidiaSmi: { failure: "not installed" },
  graphics: { controllers: [], hasBuiltInDisplay: false },
  cpu: { name: "a processor", clockHertz: 3e9 },
};

function readingsOf({ tool, columns, platform, hasBuiltInDisplay }: Recording, text: string): Partial<MachineReadings> {
  switch (tool) {
    case "nvidia-smi --query-gpu":
      return { nvidiaSmi: { csv: text, columns } };
    case "nvidia-smi -q":
      return { nvidiaSmi: { report: text } };
    case "nvidia-smi -L":
      return { nvidiaSmi: { list: text } };
    case "device tree":
      return { jetson: { ...treeOf(text), memoryInformation: "", gpuMaximumFrequency: "" } };
    case "systeminformation": {
      const { controllers } = JSON.parse(text) as { controllers: Controller[] };
      const graphics = { controllers, hasBuiltInDisplay: hasBuiltInDisplay ?? false };
      return { graphics, ...(platform && { platform }) };
    }
    case "WebGPU adapter info":
      throw new Error("It names one adapter, no machine.");
    default:
      return { systemTool: { tool, text } };
  }
}

/** Files by their path, each after a line with the path and a colon. */
function treeOf(text: string) {
  const file = (name: string) => new RegExp(`^/proc/device-tree/${name}:\\n(.*)\\n`, "m").exec(text)?.[1] ?? "";
  return { model: `${file("model")}\0`, compatible: file("compatible") };
}

function ofAdapter(info: AdapterInfo): DetectedHardware {
  const adapter = gpuOfAdapterInfo(info);
  return {
    gpus: adapter.kind === "gpu" ? [adapter.gpu] : [],
    cpu: silentMachine.cpu,
    networkBitsPerSecond: 1,
    notes: [],
  };
}
