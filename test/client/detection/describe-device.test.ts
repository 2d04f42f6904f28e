import { describe, expect, it } from "vitest";
import { describeDevice } from "../../../client/detection/describe-device.ts";
import { detectHardware } from "../../../client/detection/detect-hardware.ts";
import type { DetectedGpu, DetectedHardware } from "../../../client/detection/detected-gpu.ts";

const gpu = (name: string, memoryBytes?: number): DetectedGpu => ({
  name,
  memoryBytes,
  maximumClockHertz: undefined,
  powerLimitWatts: undefined,
  source: "nvidia-smi",
});
const machine: DetectedHardware = {
  gpus: [gpu("NVIDIA GeForce RTX 3090", 24 * 2 ** 30), gpu("NVIDIA GeForce RTX 3060")],
  cpu: { name: "AMD Ryzen 9 5950X", clockHertz: 4e9 },
  networkBitsPerSecond: 1e9,
  notes: [],
};
const onGpu = { name: "tensorflow-cuda", usesGpu: true };
const onProcessor = { name: "wasm", usesGpu: false };

describe("what an agent reports", () => {
  it("is the GPU that trains, with its memory where it is known", () => {
    expect(describeDevice({ hardware: machine, backend: onGpu }).report).toEqual({
      kind: "gpu",
      name: "NVIDIA GeForce RTX 3090",
      memoryBytes: 24 * 2 ** 30,
    });
    const second = describeDevice({ hardware: machine, backend: onGpu, gpuIndex: 1 });
    expect(second.report).toEqual({ kind: "gpu", name: "NVIDIA GeForce RTX 3060" });
    expect(second.why).toBe("GPU 1, as nvidia-smi names it");
  });

  it("has the clock and the power limit that the driver names", () => {
    const limited = { ...gpu("Tesla T4", 15 * 2 ** 30), maximumClockHertz: 1.59e9, powerLimitWatts: 70 };
    expect(describeDevice({ hardware: { ...machine, gpus: [limited] }, backend: onGpu }).report).toEqual({
      kind: "gpu",
      name: "Tesla T4",
      memoryBytes: 15 * 2 ** 30,
      maximumClockHertz: 1.59e9,
      powerLimitWatts: 70,
    });
  });

  it("is the processor where the back-end trains on it, even beside a GPU, and says so", () => {
    const { report, why } = describeDevice({ hardware: machine, backend: onProcessor });
    expect(report).toEqual({
      kind: "cpu",
      name: "AMD Ryzen 9 5950X",
      fp32PeakFlopPerSecond: 4e9 * 8, // four lanes, multiply and add
      memoryBandwidthBytesPerSecond: 19.2e9,
    });
    expect(why).toContain('The GPU "NVIDIA GeForce RTX 3090" is not used');
    expect(why).toContain("assumed");
  });

  it("has no peak where the processor's clock is not known", () => {
    const hardware = { ...machine, gpus: [], cpu: { name: "unknown processor", clockHertz: undefined } };
    const { report, why } = describeDevice({ hardware, backend: onProcessor });
    expect(report).toEqual({ kind: "cpu", name: "unknown processor" });
    expect(why).toContain("Its clock is not known");
  });

  it("is what the operator says, whatever was found; a processor that trains in its name is no secret", () => {
    const { report, warnings } = describeDevice({ hardware: machine, backend: onProcessor, named: "A100" });
    expect(report).toEqual({ kind: "gpu", name: "A100" });
    expect(warnings).toEqual([expect.stringContaining('"wasm" trains on the processor')]);
    expect(describeDevice({ hardware: machine, backend: onGpu, named: "A100" }).warnings).toEqual([]);
  });

  it("is the GPU that the back-end names, if it does, whatever the first one is", () => {
    const adapter = {
      ...{ vendor: "amd", architecture: "rdna-2", device: "0x73bf" },
      description: "AMD Radeon RX 6800 (RADV NAVI21)",
    };
    const { report, why } = describeDevice({ hardware: machine, backend: { ...onGpu, adapter } });
    expect({ report, why }).toEqual({
      report: { kind: "gpu", name: "AMD Radeon RX 6800 (RADV NAVI21)" },
      why: "as WebGPU names it",
    });
  });

  it("is the chosen one with a warning, if the back-end names none", () => {
    const adapter = { vendor: "", architecture: "", device: "", description: "" };
    const { report, warnings } = describeDevice({ hardware: machine, backend: { ...onGpu, adapter }, gpuIndex: 1 });
    expect(report.name).toBe(machine.gpus[1]?.name);
    expect(warnings).toEqual([expect.stringContaining("not sure")]);
  });

  it("cannot be a GPU that is not there", () => {
    expect(() => describeDevice({ hardware: machine, backend: onGpu, gpuIndex: 2 })).toThrow(
      expect.objectContaining({ code: "client.invalid-data", message: expect.stringContaining("found 2") }),
    );
  });
});

it("looks at this machine without an error: what cannot be read is a note", async () => {
  const { cpu, gpus, notes } = await detectHardware();
  expect(cpu.name).not.toBe("");
  expect(gpus.length > 0 || notes[0]?.startsWith("No GPU was found (")).toBe(true);
});
