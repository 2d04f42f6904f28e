import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { rooflineModel } from "../../../selection/latency/roofline/roofline-model.ts";
import type { DeviceReport } from "../../../selection/types.ts";
import { candidate, lenetWorkload } from "../support.ts";

const MEGAHERTZ = 1e6;
const GIBIBYTE = 2 ** 30;

function resolveGpu(name: string, facts: Partial<DeviceReport> = {}) {
  const resolved = resolveDevice({ kind: "gpu", name, ...facts });
  if (resolved.kind === "unknown") throw new Error(resolved.tierReason);
  return resolved;
}

describe("a maximum clock", () => {
  it("below the boost clock scales every peak of the row, and the reason says so", () => {
    // A Jetson Orin Nano in its 7 W mode: 408 of 625 MHz = 0.6528; 1.28 * 0.6528 = 0.835584, 2.6 -> 1.69728, 5.1 -> 3.32928.
    const { device, tierReason, warnings, isContradictory } = resolveGpu("Jetson Orin Nano 8 GB", {
      maximumClockHertz: 408 * MEGAHERTZ,
    });
    expect(device.peakFlopPerSecond.fp32).toBeCloseTo(0.835584e12, -3);
    expect(device.peakFlopPerSecond.tf32).toBeCloseTo(1.69728e12, -3);
    expect(device.peakFlopPerSecond.fp16).toBeCloseTo(3.32928e12, -3);
    expect(device).toMatchObject({ boostClockHertz: 408e6, memoryBandwidthBytesPerSecond: 68.22e9 });
    expect(tierReason).toContain("Its clock is limited to 408 MHz, 65 % of the 625 MHz of its row");
    expect([warnings, isContradictory]).toEqual([[], false]);
  });

  it("makes a Max-Q variant of a laptop's GPU slower than its row", () => {
    // RTX 3070 Mobile: 1290 of 1560 MHz = 0.8269 of 15.97 TFLOP/s.
    const { device } = resolveGpu("NVIDIA GeForce RTX 3070 Laptop GPU", { maximumClockHertz: 1290 * MEGAHERTZ });
    expect(device.peakFlopPerSecond.fp32).toBeCloseTo((15.97e12 * 1290) / 1560, -3);
  });

  it("above the boost clock is what drivers always say: 2100 MHz of an RTX 3090's 1695 change nothing", () => {
    const plain = resolveGpu("NVIDIA GeForce RTX 3090");
    const reported = resolveGpu("NVIDIA GeForce RTX 3090", {
      maximumClockHertz: 2100 * MEGAHERTZ,
      powerLimitWatts: 350,
    });
    expect(reported).toEqual(plain);
    expect(reported.isContradictory).toBe(false);
  });

  it("counts only from 5 % below on", () => {
    const peakAt = (share: number) =>
      resolveGpu("Tesla T4", { maximumClockHertz: 1590 * MEGAHERTZ * share }).device.peakFlopPerSecond.fp32;
    expect(peakAt(0.951)).toBe(8.14e12);
    expect(peakAt(0.949)).toBeCloseTo(8.14e12 * 0.949, -3);
  });

  it("in the wrong unit (408 for 408 MHz) is a contradiction and changes nothing", () => {
    const { device, warnings, isContradictory } = resolveGpu("Jetson Orin Nano 8 GB", { maximumClockHertz: 408 });
    expect(device.peakFlopPerSecond.fp32).toBe(1.28e12);
    expect(isContradictory).toBe(true);
    expect(warnings).toEqual([
      expect.stringMatching(/a maximum clock of 408 Hz, but Jetson Orin Nano 8 GB has 625 MHz/),
    ]);
  });

  it("never makes a forecast faster, whatever it is and whatever the GPU", () => {
    const slo = { deadlineSeconds: 60, minimumProbability: 0.8 };
    const seconds = (row: (typeof gpuCatalogue)[number], facts: Partial<DeviceReport>) => {
      const device = resolveGpu(row.name, { memoryBytes: row.memoryBytes ?? undefined, ...facts });
      return rooflineModel.forecast(candidate({ device }), lenetWorkload, slo).atMeanUtilisation.computeSeconds;
    };
    fc.assert(
      fc.property(fc.constantFrom(...gpuCatalogue), fc.double({ min: 1, max: 1e11, noNaN: true }), (row, clock) => {
        expect(seconds(row, { maximumClockHertz: clock })).toBeGreaterThanOrEqual(seconds(row, {}));
      }),
    );
  });
});

describe("a power limit", () => {
  it("well below the thermal design power is a warning: the clock will not hold; the forecast does not count it", () => {
    // 200 of 350 W = 57 %.
    const { device, warnings, isContradictory } = resolveGpu("NVIDIA GeForce RTX 3090", { powerLimitWatts: 200 });
    expect(warnings).toEqual([expect.stringMatching(/200 W of its 350 W.*spread is unchanged\.$/)]);
    expect(device).toEqual(resolveGpu("NVIDIA GeForce RTX 3090").device);
    expect(isContradictory).toBe(false);
  });

  it("of 80 % or more is none, nor one where the design power is not known", () => {
    expect(resolveGpu("NVIDIA GeForce RTX 3090", { powerLimitWatts: 280 }).warnings).toEqual([]);
    expect(resolveGpu("NVIDIA GeForce RTX 3090", { powerLimitWatts: 480 }).warnings).toEqual([]);
    expect(resolveGpu("P104-100", { powerLimitWatts: 90 }).warnings).toEqual([]);
  });
});

describe("a memory bandwidth", () => {
  it("below a Jetson's is its power mode's, with a sentence", () => {
    // Half of the memory clock.
    const { device, tierReason, warnings } = resolveGpu("Jetson Orin Nano 8 GB", {
      memoryBandwidthBytesPerSecond: 34e9,
    });
    expect(device.memoryBandwidthBytesPerSecond).toBe(34e9);
    expect(tierReason).toContain("Its memory runs at the 34 GB/s that it reports, below the 68.2 GB/s of its row");
    expect(warnings).toEqual([]);
    // 68 for 68.22 is rounded.
    const rounded = resolveGpu("Jetson Orin Nano 8 GB", { memoryBandwidthBytesPerSecond: 68e9 });
    expect(rounded.device.memoryBandwidthBytesPerSecond).toBe(68.22e9);
  });

  it("above a Jetson's, or below another GPU's, is a contradiction and not used", () => {
    const jetson = resolveGpu("Jetson Orin Nano 8 GB", { memoryBandwidthBytesPerSecond: 3e12 });
    expect(jetson).toMatchObject({ isContradictory: true, device: { memoryBandwidthBytesPerSecond: 68.22e9 } });
    const card = resolveGpu("NVIDIA GeForce RTX 3090", { memoryBandwidthBytesPerSecond: 400e9 });
    expect(card).toMatchObject({ isContradictory: true, device: { memoryBandwidthBytesPerSecond: 936.2e9 } });
  });
});

describe("a memory that is the system's", () => {
  const slo = { deadlineSeconds: 60, minimumProbability: 0.8 };
  const memoryOf = (name: string, memoryBytes?: number) => {
    const device = resolveGpu(name, { memoryBytes });
    return rooflineModel.forecast(candidate({ device }), lenetWorkload, slo).memory;
  };

  it("is as large as the agent reports: the forecast's memory check uses that", () => {
    expect(memoryOf("Apple M1 Pro").availableBytes).toBeNull();
    expect(memoryOf("Apple M1 Pro", 16 * GIBIBYTE).availableBytes).toBe(16 * GIBIBYTE);
    expect(memoryOf("Jetson Orin Nano 8 GB", 7.44 * GIBIBYTE).availableBytes).toBe(7.44 * GIBIBYTE);
    expect(memoryOf("Jetson Orin Nano 8 GB").availableBytes).toBe(8 * GIBIBYTE);
    expect(memoryOf("Apple M1 Pro", 1e6).fits).toBe(false);
  });

  it("is the row's where a card has its own", () => {
    expect(memoryOf("Tesla T4", 15 * GIBIBYTE).availableBytes).toBe(16 * GIBIBYTE);
  });
});
