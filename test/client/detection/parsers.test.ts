import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gpusOfControllers, memoryOfController } from "../../../client/detection/controllers.ts";
import { describeDevice } from "../../../client/detection/describe-device.ts";
import { jetsonGpu } from "../../../client/detection/jetson.ts";
import { parseLspci } from "../../../client/detection/lspci.ts";
import { nvidiaGpus } from "../../../client/detection/nvidia-gpus.ts";
import { parseNvidiaSmiCsv } from "../../../client/detection/nvidia-smi-csv.ts";
import { parseNvidiaSmiList } from "../../../client/detection/nvidia-smi-list.ts";
import { parseNvidiaSmiReport } from "../../../client/detection/nvidia-smi-report.ts";
import { readJetson } from "../../../client/detection/read-machine.ts";
import { parseSystemProfiler } from "../../../client/detection/system-profiler.ts";
import { parseVideoControllers } from "../../../client/detection/windows-video-controllers.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();

const gpu = (name: string, memoryMebibytes?: number, clockMegahertz?: number, powerLimitWatts?: number) => ({
  name,
  memoryBytes: memoryMebibytes === undefined ? undefined : memoryMebibytes * 2 ** 20,
  maximumClockHertz: clockMegahertz === undefined ? undefined : clockMegahertz * 1e6,
  powerLimitWatts,
  source: "nvidia-smi",
  isPartitioned: false,
});

describe("the query of nvidia-smi", () => {
  it("gives each GPU's name, memory, maximum clock and power limit, with Windows' line ends too", () => {
    const text = "NVIDIA A100-SXM4-40GB, 40960, 1410, 400.00, Disabled\r\nTesla T4, 15360, 1590, 70.00, [N/A]\r\n";
    expect(parseNvidiaSmiCsv(text)).toEqual([
      gpu("NVIDIA A100-SXM4-40GB", 40_960, 1410, 400),
      gpu("Tesla T4", 15_360, 1590, 70),
    ]);
  });

  it.each([
    [
      "a laptop, whose power limit is the maker's",
      "NVIDIA GeForce RTX 4060 Laptop GPU, 8188, 3105, [N/A], [N/A]",
      8188,
      3105,
    ],
    ["a driver of 2019", "GeForce GTX 1050 Ti, 4040, 1911, [Not Supported], [N/A]", 4040, 1911],
    ["a Jetson, which shares the system's memory", "Orin (nvgpu), [N/A], [N/A], [N/A], [N/A]", undefined, undefined],
    [
      "a GPU that has to be reset",
      "Tesla V100-SXM2-16GB, [Unknown Error], [GPU requires reset], 0.00, [N/A]",
      undefined,
      undefined,
    ],
  ])("leaves open what is not known: %s", (_, line, memory, clock) => {
    const name = line.slice(0, line.indexOf(","));
    expect(parseNvidiaSmiCsv(`${line}\n`)).toEqual([gpu(name, memory, clock)]);
  });

  it("is read by its header, in any order and with units, where there is one", () => {
    const text = "memory.total [MiB], name\n46068 MiB, NVIDIA L40S\n";
    expect(parseNvidiaSmiCsv(text)).toEqual([gpu("NVIDIA L40S", 46_068)]);
  });

  it.each([
    ["No devices were found\n", "nvidia-smi: No devices were found"],
    ["NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", "NVIDIA-SMI has failed"],
    ["Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.161\n", "version mismatch"],
    ['Field "clocks.max.smm" is not a valid field to query.\n', "is not a valid field"],
    ["Unable to determine the device handle for GPU0000:01:00.0: Unknown Error\n", "Unable to determine"],
  ])("may be a complaint, which becomes a note: %j", (text, words) => {
    const { gpus, notes } = nvidiaGpus({ csv: text });
    expect(gpus).toEqual([]);
    expect(notes).toEqual([expect.stringContaining(words)]);
  });

  it("never fails, whatever is printed", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (csv, report, list) => {
        expect(Array.isArray(nvidiaGpus({ csv, report, list }).gpus)).toBe(true);
      }),
    );
  });
});

describe("a GPU that is cut into parts", () => {
  const csv =
    "NVIDIA A100-SXM4-80GB, 81920, 1410, 400.00, Enabled\nNVIDIA A100-SXM4-80GB, 81920, 1410, 400.00, Disabled\n";
  const list =
    "GPU 0: NVIDIA A100-SXM4-80GB (UUID: -)\n  MIG 3g.40gb     Device  0: (UUID: -)\n  MIG 4g.40gb     Device  1: (UUID: -)\n" +
    "GPU 1: NVIDIA A100-SXM4-80GB (UUID: -)\n";

  it("is its first part, with none of the whole's figures; the GPU beside it stays whole", () => {
    const { gpus, notes } = nvidiaGpus({ csv, list });
    const { isPartitioned: _, ...whole } = gpu("NVIDIA A100-SXM4-80GB", 81_920, 1410, 400);
    expect(gpus).toEqual([{ ...namedOnly("NVIDIA A100-SXM4-80GB MIG 3g.40gb"), source: "nvidia-smi" }, whole]);
    expect(notes).toEqual([expect.stringContaining("GPU 0,")]);
  });

  it("is never the whole card to the aggregator, even if the parts are not listed", () => {
    for (const reading of [{ csv, list }, { csv }]) {
      const [first] = nvidiaGpus(reading).gpus;
      expect(resolveDevice({ kind: "gpu", name: first?.name ?? "" }).kind).toBe("unknown");
    }
  });

  it("is listed with the profile of each part", () => {
    expect(parseNvidiaSmiList(list).map(({ parts }) => parts)).toEqual([["3g.40gb", "4g.40gb"], []]);
  });
});

const namedOnly = (name: string) => ({
  name,
  memoryBytes: undefined,
  maximumClockHertz: undefined,
  powerLimitWatts: undefined,
});

describe("the report of nvidia-smi -q", () => {
  it("tells name, memory, clock, power and parts, of each GPU its own", () => {
    const section = (name: string, memory: string, mode: string) =>
      `GPU 00000000:01:00.0\n    Product Name   : ${name}\n    MIG Mode\n        Current    : ${mode}\n    FB Memory Usage\n` +
      `        Total      : ${memory}\n    BAR1 Memory Usage\n        Total      : 256 MiB\n    Power Readings\n` +
      `        Power Limit   : 70.00 W\n    Max Clocks\n        Graphics   : 1595 MHz\n        SM         : 1590 MHz\n`;
    expect(
      parseNvidiaSmiReport(`${section("Tesla T4", "15360 MiB", "N/A")}\n${section("A30", "24576 MiB", "Enabled")}`),
    ).toEqual([gpu("Tesla T4", 15_360, 1590, 70), { ...gpu("A30", 24_576, 1590, 70), isPartitioned: true }]);
  });
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
    const firmware = { model: "AMD Radeon 780M Graphics", vram: 512, vramDynamic: true };
    expect(memoryOfController(firmware, "win32", system)).toBe(undefined);
  });

  it("is not Windows' 4095 MiB, the most that its 32 bits hold", () => {
    const listed = (bytes: number) =>
      parseVideoControllers(`Name : AMD Radeon RX 6800 XT\nAdapterRAM : ${bytes}\n`)[0]?.vram;
    expect(listed(4_293_918_720)).toBeNull();
    expect(listed(2_147_483_648)).toBe(2048);
  });
});

describe("an Apple chip", () => {
  const found = (cores: number) => {
    const text = `      Chipset Model: Apple M1 Pro\n      Bus: Built-In\n      Total Number of Cores: ${cores}\n`;
    const controllers = parseSystemProfiler(text);
    const reading = { controllers, source: "system_profiler", platform: "darwin", systemBytes: 16 * 2 ** 30 } as const;
    const [only] = gpusOfControllers(reading).gpus;
    return resolveDevice({ kind: "gpu", name: only?.name ?? "", memoryBytes: only?.memoryBytes });
  };

  it("is the row with as many GPU cores, and with other numbers none", () => {
    expect(found(16)).toMatchObject({ kind: "known", device: { name: "Apple M1 Pro (16-core GPU)" } });
    expect(found(14).kind).toBe("unknown");
  });
});

describe("the controllers that lspci lists", () => {
  it("have maker and model apart, without numbers and revision", () => {
    const line =
      "03:00.0 Display controller [0380]: Advanced Micro Devices, Inc. [AMD/ATI] Navi 21 [Radeon RX 6800] [1002:73bf] (rev c3)";
    const controller = { vram: null, vramDynamic: false };
    expect(parseLspci(`${line}\n`)).toEqual([
      { ...controller, vendor: "Advanced Micro Devices, Inc. [AMD/ATI]", model: "Navi 21 [Radeon RX 6800]" },
    ]);
    expect(parseLspci("0000:00:0f.0 VGA compatible controller: VMware SVGA II Adapter\n")).toEqual([
      { ...controller, vendor: "", model: "VMware SVGA II Adapter" },
    ]);
  });
});

describe("a Jetson's kernel", () => {
  it("tells the board, its memory and the clock of its power mode", async () => {
    expect(await jetsonOf(orinNano7W)).toEqual({
      name: "NVIDIA Jetson Orin Nano Developer Kit",
      memoryBytes: 7_802_012 * 1024,
      maximumClockHertz: 408e6,
      powerLimitWatts: undefined,
      source: "the device tree",
    });
  });

  it("lets the aggregator compute with the mode's peak: 1.28 TFLOP/s * 408 / 625 MHz", async () => {
    const found = await jetsonOf(orinNano7W);
    const cpu = { name: "ARMv8", clockHertz: 1.5e9 };
    const hardware = { gpus: found ? [found] : [], cpu, networkBitsPerSecond: 1e9, notes: [] };
    const { report, why } = describeDevice({ hardware, backend: { name: "tensorflow-cuda", usesGpu: true } });
    expect(why).toBe("GPU 0, as the device tree names it");
    const resolved = resolveDevice(report);
    expect(resolved).toMatchObject({ kind: "known", warnings: [], device: { name: "Jetson Orin Nano 8 GB" } });
    expect(resolved.kind === "known" && resolved.device.peakFlopPerSecond.fp32).toBeCloseTo(0.835584e12, -3);
  });

  it("names the module by its number, whatever board carries it, but for what only the board says", async () => {
    const compatible = { "proc/device-tree/compatible": "acme,carrier+p3767-0005\0nvidia,tegra234\0" };
    const onCarrier = await jetsonOf({ "proc/device-tree/model": "Acme Carrier\0", ...compatible });
    expect(onCarrier?.name).toBe("Jetson Orin Nano 8 GB");
    const board = "NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super";
    expect((await jetsonOf({ "proc/device-tree/model": `${board}\0`, ...compatible }))?.name).toBe(board);
  });

  it("may hide the clock and the memory", async () => {
    expect(await jetsonOf({ "proc/device-tree/model": "Jetson-AGX\0" })).toMatchObject({
      name: "Jetson-AGX",
      memoryBytes: undefined,
      maximumClockHertz: undefined,
    });
  });

  it.each([
    ["a Raspberry Pi's", { "proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0" }],
    ["a PC's", { "proc/meminfo": "MemTotal:       65787328 kB\n" }],
  ])("is not %s", async (_, files) => {
    expect(await jetsonOf(files)).toBeUndefined();
  });
});

/** After `nvpmodel -m 1` (7 W); JetPack 6 names the GPU 17000000.gpu, JetPack 5 named it 17000000.ga10b. */
const orinNano7W = {
  "proc/device-tree/model": "NVIDIA Jetson Orin Nano Developer Kit\0",
  "proc/meminfo": "MemTotal:        7802012 kB\nMemFree:         2417232 kB\n",
  "sys/class/devfreq/15340000.vic/max_freq": "729600000\n",
  "sys/class/devfreq/17000000.gpu/max_freq": "408000000\n",
};

/** Of a machine with these files. */
async function jetsonOf(files: Readonly<Record<string, string>>) {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), content);
  }
  const reading = await readJetson(folder.path);
  return reading && jetsonGpu(reading);
}
