import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gpuOfAdapterInfo } from "../../../client/detection/adapter-info.ts";
import { type DetectedGpu, namedGpu } from "../../../client/detection/detected-gpu.ts";
import type { AdapterInfo } from "../../../models/tensorflow/backends/names.ts";
import { findDevice } from "../../../selection/devices/find-device.ts";

const info = (fields: Partial<AdapterInfo>): AdapterInfo => ({
  vendor: "",
  architecture: "",
  device: "",
  description: "",
  ...fields,
});

function nameOf(fields: Partial<AdapterInfo>, detected: readonly DetectedGpu[] = []): string {
  const adapter = gpuOfAdapterInfo(info(fields), detected);
  return adapter.kind === "gpu" ? adapter.gpu.name : adapter.kind;
}

describe("the GPU of a WebGPU adapter", () => {
  it.each([
    ["NVIDIA GeForce RTX 3080", "GeForce RTX 3080"],
    ["AMD Radeon RX 6800 (RADV NAVI21)", "Radeon RX 6800"],
    ["Intel(R) Arc(tm) A770 Graphics (DG2)", "Arc A770"],
    ["Apple M1 Pro", "Apple M1 Pro (16-core GPU)"],
    ["NVIDIA GeForce RTX 4060 Laptop GPU", "GeForce RTX 4060 Mobile"],
  ])("is the one that its description names: %s", (description, row) => {
    const match = findDevice(nameOf({ vendor: "any", device: "0x2206", description }));
    expect(match.kind === "found" ? match.device.name : match).toBe(row);
  });

  it("is named by the device where the description is the driver's", () => {
    expect(
      nameOf({ vendor: "amd", device: "AMD Radeon RX 7600 (RADV NAVI33)", description: "radv: Mesa 25.1.9" }),
    ).toBe("AMD Radeon RX 7600 (RADV NAVI33)");
  });

  it.each([
    [{ description: "llvmpipe (LLVM 15.0.6, 256 bits)" }],
    [{ vendor: "google", architecture: "swiftshader", description: "SwiftShader Device (Subzero)" }],
    [{ device: "Microsoft Basic Render Driver" }],
    [{ vendor: "nvidia", description: "NVIDIA GeForce RTX 3080", isFallbackAdapter: true }],
  ])("is none of a renderer on the processor: %o", (fields) => {
    expect(nameOf(fields)).toBe("software");
  });

  const smi = { ...namedGpu("NVIDIA GeForce RTX 3080", "nvidia-smi"), memoryBytes: 10 * 2 ** 30 };
  const arc = namedGpu("DG2 [Arc A770]", "systeminformation");

  it("has the memory that nvidia-smi knows of the same card", () => {
    const adapter = gpuOfAdapterInfo(info({ description: "NVIDIA GeForce RTX 3080" }), [arc, smi]);
    expect(adapter).toEqual({ kind: "gpu", gpu: smi, why: "as WebGPU and nvidia-smi name it" });
  });

  it("is the machine's only one of the maker where nothing else is said, and unnamed where there are two or none", () => {
    for (const vendor of ["nvidia", "0x10de"]) {
      expect(nameOf({ vendor, architecture: "ampere" }, [arc, smi])).toBe("NVIDIA GeForce RTX 3080");
    }
    expect(nameOf({ vendor: "nvidia" }, [smi, namedGpu("NVIDIA GeForce RTX 3060", "nvidia-smi")])).toBe("unnamed");
    expect(nameOf({ vendor: "amd", architecture: "rdna-2" }, [arc, smi])).toBe("unnamed");
    expect(nameOf({}, [arc, smi])).toBe("unnamed");
  });

  it("never fails, whatever an implementation writes", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (vendor, architecture, device, description) => {
        const adapter = gpuOfAdapterInfo({ vendor, architecture, device, description }, [smi, arc]);
        expect(["gpu", "software", "unnamed"]).toContain(adapter.kind);
      }),
    );
  });
});
