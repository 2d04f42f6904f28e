import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deviceSummary } from "../../../selection/devices/device-summary.ts";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";

const GIBIBYTE = 2 ** 30;

describe("resolveDevice", () => {
  it("gives an NVIDIA GPU its catalogue row and the tier catalogue-nvidia", () => {
    const resolved = resolveDevice({ kind: "gpu", name: "NVIDIA GeForce RTX 3090", memoryBytes: 24_576 * 2 ** 20 });
    expect(resolved).toMatchObject({
      kind: "known",
      reportedName: "NVIDIA GeForce RTX 3090",
      tier: "catalogue-nvidia",
      device: { name: "GeForce RTX 3090", peakFlopPerSecond: { fp32: 35.58e12 } },
      warnings: [],
    });
    expect(resolved.tierReason).toMatch(
      /^It is a GPU of the catalogue.*"NVIDIA GeForce RTX 3090" is GeForce RTX 3090\.$/,
    );
  });

  it("gives a GPU of another vendor the wider tier catalogue-other", () => {
    expect(resolveDevice({ kind: "gpu", name: "AMD Radeon RX 7900 XTX" }).tier).toBe("catalogue-other");
    expect(resolveDevice({ kind: "gpu", name: "Apple M1 Pro" })).toMatchObject({
      tier: "catalogue-other",
      tierReason: expect.stringMatching(/not verified\.$/),
    });
  });

  it("keeps every catalogue row by its own name, without a warning", () => {
    for (const row of gpuCatalogue) {
      const memory = row.memoryBytes === null ? {} : { memoryBytes: row.memoryBytes };
      expect(resolveDevice({ kind: "gpu", name: row.name, ...memory })).toMatchObject({ device: row, warnings: [] });
    }
  });

  it("takes a device without a row at its own word if it states peak and bandwidth", () => {
    const resolved = resolveDevice({
      kind: "gpu",
      name: "Frobnicator 9000",
      memoryBytes: 8 * GIBIBYTE,
      fp32PeakFlopPerSecond: 12e12,
      memoryBandwidthBytesPerSecond: 300e9,
    });
    expect(resolved).toMatchObject({
      kind: "known",
      tier: "self-reported",
      device: {
        name: "Frobnicator 9000",
        deviceClass: "desktop",
        vendor: "other",
        peakFlopPerSecond: { fp32: 12e12 },
        memoryBytes: 8 * GIBIBYTE,
        memoryBandwidthBytesPerSecond: 300e9,
        source: "reported by the client",
        verification: "unverified",
      },
    });
  });

  it("calls a device without a row and without both figures unknown, and says how to change that", () => {
    for (const specs of [{}, { fp32PeakFlopPerSecond: 1e12 }, { memoryBandwidthBytesPerSecond: 1e11 }]) {
      const resolved = resolveDevice({ kind: "gpu", name: "Intel UHD Graphics 630", ...specs });
      expect(resolved).toMatchObject({ kind: "unknown", tier: "unknown" });
      expect(resolved.tierReason).toMatch(/"Intel UHD Graphics 630".*mixture/);
      expect(resolved.warnings.at(-1)).toMatch(
        /probselect devices.*--fp32-tflops and --memory-gbs.*fp32PeakFlopPerSecond.*memoryBandwidthBytesPerSecond.*"A GPU" in CONTRIBUTING/,
      );
    }
  });

  it("never computes with figures that no device has", () => {
    // The greatest fp32 peak of the catalogue is 126 TFLOP/s; tensor cores are no fp32 peak.
    for (const peak of [1e18, 1.2e15, 0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const report = {
        kind: "gpu",
        name: "X",
        fp32PeakFlopPerSecond: peak,
        memoryBandwidthBytesPerSecond: 1e11,
      } as const;
      expect(resolveDevice(report).kind).toBe("unknown");
    }
  });

  it("leaves out a clock or a memory of its own word that tells nothing", () => {
    const report = {
      kind: "gpu",
      name: "X",
      fp32PeakFlopPerSecond: 1e12,
      memoryBandwidthBytesPerSecond: 1e11,
    } as const;
    for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(resolveDevice({ ...report, maximumClockHertz: wrong, memoryBytes: wrong })).toMatchObject({
        kind: "known",
        device: { boostClockHertz: null, memoryBytes: null },
      });
    }
  });

  it("never looks a processor up among the GPUs", () => {
    expect(resolveDevice({ kind: "cpu", name: "Apple M1" }).kind).toBe("unknown");
    const specs = { fp32PeakFlopPerSecond: 24e9, memoryBandwidthBytesPerSecond: 19.2e9 };
    expect(resolveDevice({ kind: "cpu", name: "Tesla T4", ...specs })).toMatchObject({
      tier: "self-reported",
      device: { deviceClass: "cpu", peakFlopPerSecond: { fp32: 24e9 } },
    });
  });

  it("asks for the exact name where several rows fit, unless their figures are equal", () => {
    const orin = resolveDevice({ kind: "gpu", name: "NVIDIA Jetson AGX Orin Developer Kit" });
    expect(orin.kind).toBe("unknown");
    expect(orin.warnings[0]).toMatch(/Jetson AGX Orin 32 GB, Jetson AGX Orin 64 GB: report the exact name/);
    // A100 PCIe and SXM4 with 40 GB: the same peak, memory and bandwidth.
    expect(resolveDevice({ kind: "gpu", name: "NVIDIA A100 40GB" })).toMatchObject({ tier: "catalogue-nvidia" });
    // One row of the seven cards that this chip is sold as: it may be any of them.
    expect(resolveDevice({ kind: "gpu", name: "Ellesmere [Radeon RX 470/480/580]" }).kind).toBe("unknown");
  });

  it("says its reason in a sentence, whatever a client reports, and never throws", () => {
    const positive = fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined });
    const report = fc.record({
      kind: fc.constantFrom("gpu", "cpu"),
      name: fc.oneof(fc.string(), fc.constantFrom(...gpuCatalogue.map(({ name }) => name))),
      memoryBytes: positive,
      fp32PeakFlopPerSecond: positive,
      memoryBandwidthBytesPerSecond: positive,
      maximumClockHertz: positive,
      powerLimitWatts: positive,
    });
    fc.assert(
      fc.property(report, (given) => {
        const resolved = resolveDevice(given);
        expect(resolved.tierReason).toMatch(/^[A-Z].*\.$/s);
        for (const warning of resolved.warnings) expect(warning).toMatch(/\.$/);
        expect(deviceSummary(resolved)).not.toMatch(/NaN|undefined/);
      }),
    );
  });
});

describe("deviceSummary", () => {
  it("is one line with what the forecast computes with", () => {
    expect(deviceSummary(resolveDevice({ kind: "gpu", name: "Tesla T4" }))).toBe(
      "Tesla T4 (datacentre, 8.14 TFLOP/s fp32, 320 GB/s, 16 GiB; catalogue-nvidia)",
    );
    expect(deviceSummary(resolveDevice({ kind: "gpu", name: "llvmpipe" }))).toMatch(
      /^unknown device "llvmpipe" \(The cat/,
    );
  });
});
