import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeDevice } from "../../client/describe-device.ts";
import { memoryOfController, parseNvidiaSmi } from "../../client/detect-hardware.ts";
import { readJetson } from "../../client/detect-jetson.ts";
import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();

const gpu = (name: string, memoryMebibytes?: number, clockMegahertz?: number, powerLimitWatts?: number) => ({
  name,
  memoryBytes: memoryMebibytes === undefined ? undefined : memoryMebibytes * 2 ** 20,
  maximumClockHertz: clockMegahertz === undefined ? undefined : clockMegahertz * 1e6,
  powerLimitWatts,
  source: "nvidia-smi",
});

// nvidia-smi --query-gpu=name,memory.total,clocks.max.sm,power.limit --format=csv,noheader,nounits
describe("the output of nvidia-smi", () => {
  it("gives each GPU's name, memory, maximum clock and power limit", () => {
    const text = "NVIDIA A100-SXM4-40GB, 40960, 1410, 400.00\nTesla T4, 15360, 1590, 70.00\n";
    expect(parseNvidiaSmi(text)).toEqual([
      gpu("NVIDIA A100-SXM4-40GB", 40_960, 1410, 400),
      gpu("Tesla T4", 15_360, 1590, 70),
    ]);
  });

  it("has Windows line ends under Windows", () => {
    expect(parseNvidiaSmi("NVIDIA GeForce RTX 3090, 24576, 2100, 350.00\r\n")).toEqual([
      gpu("NVIDIA GeForce RTX 3090", 24_576, 2100, 350),
    ]);
  });

  it.each([
    ["a laptop, whose power limit is the maker's", "NVIDIA GeForce RTX 4060 Laptop GPU, 8188, 3105, [N/A]", 8188, 3105],
    ["a driver of 2019", "GeForce GTX 1050 Ti, 4040, 1911, [Not Supported]", 4040, 1911],
    ["a Jetson, which shares the system's memory", "Orin (nvgpu), [N/A], [N/A], [N/A]", undefined, undefined],
    ["a driver without the brackets", "Tesla M40, 11448, N/A, N/A", 11_448, undefined],
    [
      "a GPU that has to be reset",
      "Tesla V100-SXM2-16GB, [Unknown Error], [GPU requires reset], 0.00",
      undefined,
      undefined,
    ],
  ])("leaves open what is not known: %s", (_, line, memory, clock) => {
    const name = line.slice(0, line.indexOf(","));
    expect(parseNvidiaSmi(`${line}\n`)).toEqual([gpu(name, memory, clock)]);
  });

  it("is read without clock and power, too, as the oldest drivers answer", () => {
    expect(parseNvidiaSmi("Tesla K80, 11441\nTesla K80, 11441\n")).toEqual([
      gpu("Tesla K80", 11_441),
      gpu("Tesla K80", 11_441),
    ]);
  });

  it.each([
    "No devices were found\n",
    "",
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n",
  ])("may be a complaint: %j", (text) => expect(parseNvidiaSmi(text)).toEqual([]));
});

describe("the memory of a graphics controller", () => {
  const system = 16 * 2 ** 30;
  const card = { model: "AMD Radeon RX 6800 XT", vram: 16_368, vramDynamic: false };

  it("is what Windows tells of a card", () => {
    expect(memoryOfController(card, "win32", system)).toBe(16_368 * 2 ** 20);
  });

  it("is not known under Linux, where 256 MiB are a card's window in the address space", () => {
    expect(memoryOfController({ ...card, vram: 256 }, "linux", system)).toBeUndefined();
  });

  it("is the system's on Apple silicon, and not known of another integrated GPU", () => {
    const integrated = { vram: null, vramDynamic: true };
    expect(memoryOfController({ model: "Apple M1 Pro", ...integrated }, "darwin", system)).toBe(system);
    expect(
      memoryOfController({ model: "AMD Radeon 780M Graphics", vram: 512, vramDynamic: true }, "win32", system),
    ).toBe(undefined);
  });
});

describe("a Jetson's kernel", () => {
  it("tells the board, its memory and the clock of its power mode", async () => {
    expect(await readJetson(await machineWith(orinNano7W))).toEqual({
      name: "NVIDIA Jetson Orin Nano Developer Kit",
      memoryBytes: 7_802_012 * 1024,
      maximumClockHertz: 408e6,
      powerLimitWatts: undefined,
      source: "the device tree",
    });
  });

  it("lets the aggregator compute with the mode's peak: 1.28 TFLOP/s * 408 / 625 MHz", async () => {
    const found = await readJetson(await machineWith(orinNano7W));
    const cpu = { name: "ARMv8", clockHertz: 1.5e9 };
    const hardware = { gpus: found ? [found] : [], cpu, networkBitsPerSecond: 1e9, notes: [] };
    const { report, why } = describeDevice({ hardware, backend: { name: "tensorflow-cuda", usesGpu: true } });
    expect(why).toBe("GPU 0, as the device tree names it");
    const resolved = resolveDevice(report);
    expect(resolved).toMatchObject({ kind: "known", warnings: [], device: { name: "Jetson Orin Nano 8 GB" } });
    expect(resolved.kind === "known" && resolved.device.peakFlopPerSecond.fp32).toBeCloseTo(0.835584e12, -3);
  });

  it("may hide the clock and the memory", async () => {
    expect(await readJetson(await machineWith({ "proc/device-tree/model": "Jetson-AGX\0" }))).toMatchObject({
      name: "Jetson-AGX",
      memoryBytes: undefined,
      maximumClockHertz: undefined,
    });
  });

  it.each([
    ["a Raspberry Pi's", { "proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0" }],
    ["a PC's", { "proc/meminfo": "MemTotal:       65787328 kB\n" }],
  ])("is not %s", async (_, files) => {
    expect(await readJetson(await machineWith(files))).toBeUndefined();
  });
});

/** After `nvpmodel -m 1` (7 W); JetPack 6 names the GPU 17000000.gpu, JetPack 5 named it 17000000.ga10b. */
const orinNano7W = {
  "proc/device-tree/model": "NVIDIA Jetson Orin Nano Developer Kit\0",
  "proc/meminfo": "MemTotal:        7802012 kB\nMemFree:         2417232 kB\n",
  "sys/class/devfreq/15340000.vic/max_freq": "729600000\n",
  "sys/class/devfreq/17000000.gpu/max_freq": "408000000\n",
};

async function machineWith(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), content);
  }
  return folder.path;
}
