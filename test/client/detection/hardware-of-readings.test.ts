import { describe, expect, it } from "vitest";
import type { Controller } from "../../../client/detection/controllers.ts";
import { hardwareOfReadings, type MachineReadings } from "../../../client/detection/hardware-of-readings.ts";

const controller = (vendor: string, model: string, name?: string): Controller => ({
  vendor,
  model,
  name,
  vram: null,
  vramDynamic: false,
});

const machine = (readings: Partial<MachineReadings>) =>
  hardwareOfReadings({
    platform: "linux",
    systemBytes: 16 * 2 ** 30,
    nvidiaSmi: { failure: "not installed" },
    graphics: { controllers: [], hasBuiltInDisplay: false },
    cpu: { name: "a processor", clockHertz: 3e9 },
    ...readings,
  });

describe("a machine without a GPU", () => {
  it("says so in one sentence", () => {
    const { gpus, notes } = machine({});
    expect(gpus).toEqual([]);
    expect(notes).toEqual([
      "No GPU was found (nvidia-smi: not installed; the system lists no graphics controller): training runs on the processor. " +
        "If there is one, name it with --gpu.",
    ]);
  });

  it("says what it left out: a display of a virtual machine trains nothing", () => {
    const { gpus, notes } = machine({
      graphics: { controllers: [controller("VMware", "SVGA II Adapter")], hasBuiltInDisplay: false },
    });
    expect(gpus).toEqual([]);
    expect(notes).toEqual([
      expect.stringContaining("the system lists none that can train"),
      'Left out: "VMware SVGA II Adapter", which draws pictures but trains nothing.',
    ]);
  });

  it("says why, where a card is there whose driver does not answer, and still lists the card", () => {
    const { gpus, notes } = machine({
      nvidiaSmi: { failure: "Failed to initialize NVML: Driver/library version mismatch" },
      systemTool: {
        tool: "lspci",
        text: "01:00.0 VGA compatible controller: NVIDIA Corporation AD102 [GeForce RTX 4090] (rev a1)\n",
      },
    });
    expect(gpus.map(({ name }) => name)).toEqual(["AD102 [GeForce RTX 4090]"]);
    expect(notes).toEqual([
      "A GPU of NVIDIA is there, but its driver does not answer: nvidia-smi: Failed to initialize NVML: Driver/library version mismatch",
    ]);
  });
});

describe("a card that two tools name", () => {
  it("is one GPU, by nvidia-smi's name, even if lspci's has no word of NVIDIA in it", () => {
    const { gpus } = machine({
      nvidiaSmi: { csv: "NVIDIA RTX A6000, 49140, 2100, 300.00, [N/A]\n" },
      graphics: {
        controllers: [
          controller("NVIDIA Corporation", "GA102GL [RTX A6000]"),
          controller("Intel Corporation", "DG2 [Arc A770]"),
        ],
        hasBuiltInDisplay: false,
      },
    });
    expect(gpus.map(({ name, source }) => [name, source])).toEqual([
      ["NVIDIA RTX A6000", "nvidia-smi"],
      ["DG2 [Arc A770]", "systeminformation"],
    ]);
  });
});

describe("a laptop's GPU that the driver names like the desktop's", () => {
  const named = (controllers: readonly Controller[], csv: string, hasBuiltInDisplay = false) =>
    machine({ nvidiaSmi: { csv }, graphics: { controllers, hasBuiltInDisplay } }).gpus.map(({ name }) => name);
  const gtx1650 = "NVIDIA GeForce GTX 1650, 4096, 1785, [N/A], [N/A]\n";
  const mobile = controller("NVIDIA Corporation", "TU117M [GeForce GTX 1650 Mobile / Max-Q]");
  const desktop = controller("NVIDIA Corporation", "TU117 [GeForce GTX 1650]");

  it("is the laptop's if lspci says so, and the desktop's if it does, whatever display is built in", () => {
    expect(named([mobile], gtx1650)).toEqual(["NVIDIA GeForce GTX 1650 Mobile"]);
    expect(named([desktop], gtx1650, true)).toEqual(["NVIDIA GeForce GTX 1650"]);
  });

  it("is the laptop's where lspci is missing and a display is built in", () => {
    expect(named([], gtx1650, true)).toEqual(["NVIDIA GeForce GTX 1650 Mobile"]);
    expect(named([], gtx1650, false)).toEqual(["NVIDIA GeForce GTX 1650"]);
  });

  it("is told from a card in a box beside the laptop", () => {
    const pair = [
      { ...mobile, name: "NVIDIA GeForce GTX 1650" },
      controller("NVIDIA Corporation", "GA102 [GeForce RTX 3090]", "NVIDIA GeForce RTX 3090"),
    ];
    const csv = `${gtx1650}NVIDIA GeForce RTX 3090, 24576, 2100, 350.00, [N/A]\n`;
    expect(named(pair, csv, true)).toEqual(["NVIDIA GeForce GTX 1650 Mobile", "NVIDIA GeForce RTX 3090"]);
  });

  it("needs no second word where the driver says it: the RTX 30 series and after", () => {
    expect(named([], "NVIDIA GeForce RTX 4060 Laptop GPU, 8188, 3105, [N/A], [N/A]\n", true)).toEqual([
      "NVIDIA GeForce RTX 4060 Laptop GPU",
    ]);
  });
});
