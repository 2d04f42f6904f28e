import { describe, expect, it } from "vitest";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import type { DeviceReport } from "../../../selection/types.ts";

const GIBIBYTE = 2 ** 30;

function resolveGpu(name: string, facts: Partial<DeviceReport>) {
  const resolved = resolveDevice({ kind: "gpu", name, ...facts });
  if (resolved.kind === "unknown") throw new Error(resolved.tierReason);
  return resolved;
}

describe("a report that contradicts the catalogue", () => {
  it.each([
    ["500 TFLOP/s of a Jetson", { fp32PeakFlopPerSecond: 500e12 }, "an fp32 peak of 500 TFLOP/s", "1.28 TFLOP/s"],
    ["80 GiB on its 8 GB", { memoryBytes: 80 * GIBIBYTE }, "a memory of 80 GiB", "8 GiB"],
    ["3 TB/s", { memoryBandwidthBytesPerSecond: 3e12 }, "a memory bandwidth of 3 TB/s", "68.2 GB/s"],
  ])("is flagged with both numbers, and the catalogue's is used: %s", (_, lie, stated, listed) => {
    const honest = resolveGpu("Jetson Orin Nano 8GB", {});
    const resolved = resolveGpu("Jetson Orin Nano 8GB", lie);
    expect(resolved.isContradictory).toBe(true);
    expect(resolved.device).toEqual(honest.device);
    expect(resolved.tier).toBe(honest.tier);
    expect(resolved.warnings).toHaveLength(1);
    const [warning] = resolved.warnings;
    expect(warning).toContain("The report contradicts the catalogue");
    expect(warning).toContain(`${stated}, but Jetson Orin Nano 8 GB has ${listed}.`);
    expect(warning).toContain("catalogue's figure is used");
  });

  it("has one warning for each figure", () => {
    const lies = { memoryBytes: 80 * GIBIBYTE, fp32PeakFlopPerSecond: 5e14, memoryBandwidthBytesPerSecond: 3e12 };
    expect(resolveGpu("Jetson Orin Nano 8GB", lies).warnings).toHaveLength(3);
  });

  it("is not an honest one: nothing stated, the row's figures, or a driver's memory", () => {
    expect(resolveGpu("Tesla T4", {})).toMatchObject({ isContradictory: false, warnings: [] });
    const copied = { fp32PeakFlopPerSecond: 8.1e12, memoryBandwidthBytesPerSecond: 320e9, memoryBytes: 16 * GIBIBYTE };
    expect(resolveGpu("Tesla T4", copied)).toMatchObject({ isContradictory: false, warnings: [] });
    // Error correction takes 1/16 of a T4's memory: 15 of 16 GiB.
    expect(resolveGpu("Tesla T4", { memoryBytes: 15 * GIBIBYTE })).toMatchObject({ isContradictory: false });
  });

  it("may be another version of the card: 3 GiB are half of a GTX 1060's, 6 are three quarters of an RTX 3050's", () => {
    const small = resolveGpu("NVIDIA GeForce GTX 1060", { memoryBytes: 3 * GIBIBYTE });
    expect(small.warnings).toEqual([expect.stringMatching(/3 GiB, but GeForce GTX 1060 6 GB has 6 GiB.*partitioned/)]);
    expect(resolveGpu("NVIDIA GeForce RTX 3050", { memoryBytes: 6 * GIBIBYTE }).isContradictory).toBe(true);
  });

  it("counts a smaller memory that is the system's all the same, and says so", () => {
    const { device, warnings } = resolveGpu("Jetson Orin Nano 8GB", { memoryBytes: 3.4 * GIBIBYTE });
    expect(device.memoryBytes).toBe(3.4 * GIBIBYTE);
    expect(warnings).toEqual([expect.stringMatching(/3\.4 GiB, but .* has 8 GiB\. The reported figure is used/)]);
  });

  it("cannot be told of a device without a row", () => {
    const figures = { fp32PeakFlopPerSecond: 5e12, memoryBandwidthBytesPerSecond: 1e11 };
    expect(resolveGpu("Frobnicator 9000", figures)).toMatchObject({ tier: "self-reported", isContradictory: false });
  });
});
