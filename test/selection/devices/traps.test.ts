// The traps of GPU figures, each with its number: where a peak that a data sheet prints is not the peak that training can reach.

import { describe, expect, it } from "vitest";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { rooflineModel } from "../../../selection/latency/roofline/roofline-model.ts";
import { candidate, known, lenetWorkload } from "../support.ts";

function rowOf(name: string) {
  const row = gpuCatalogue.find((device) => device.name === name);
  if (!row) throw new Error(`There is no row "${name}".`);
  return row;
}

const peaksOf = (name: string) => rowOf(name).peakFlopPerSecond;
const slo = { deadlineSeconds: 60, minimumProbability: 0.8 };

/** The peak that the forecast of an fp32 training computes with. */
const fp32TrainingPeak = (name: string) =>
  rooflineModel.forecast(candidate({ device: known(rowOf(name)) }), lenetWorkload, slo).peakFlopPerSecond;

describe("a dual-issue fp32 peak", () => {
  it.each([
    // cores * 2 FLOP * boost; the vendor doubles it.
    ["Radeon RX 7900 XTX", 6144 * 2 * 2.498e9, 61.39e12],
    ["Radeon RX 7600", 2048 * 2 * 2.655e9, 21.75e12],
    ["Radeon RX 9070 XT", 4096 * 2 * 2.97e9, 48.66e12],
    ["Radeon 780M", 768 * 2 * 2.9e9, 8.91e12],
  ])("counts once for %s", (name, singleIssue, vendors) => {
    const { fp32 = 0 } = peaksOf(name);
    expect(fp32 / singleIssue).toBeCloseTo(1, 2);
    expect(vendors / fp32).toBeCloseTo(2, 2);
  });

  it("is no contradiction if a client copies the vendor's figure, but is not used", () => {
    const resolved = resolveDevice({ kind: "gpu", name: "AMD Radeon RX 7900 XTX", fp32PeakFlopPerSecond: 61.39e12 });
    expect(resolved).toMatchObject({ isContradictory: false, warnings: [] });
    expect(resolved).toMatchObject({ device: { peakFlopPerSecond: { fp32: 30.7e12 } } });
  });
});

describe("a Kepler, whose 192 cores a multiprocessor have four schedulers of 32 lanes", () => {
  it("counts the 128 cores that single instructions reach: two thirds of the vendor's figure", () => {
    // Tesla K80, one die: 2 * 2,496 cores * 824 MHz = 4.11 TFLOP/s, of which 2/3 are 2.74.
    expect(rowOf("Tesla K80").peakFlopPerSecond.fp32).toBe(2.74e12);
    expect(rowOf("Tesla K80").source).toContain("fp32 is single issue, the vendor writes 4.11");
  });
});

describe("a card with two dies", () => {
  it.each([
    // The card: twice the peak, the bandwidth, the memory and the power.
    ["Tesla K80", 5.48e12, 481.2e9, 24, 300],
    ["Tesla M60", 9.66e12, 320.8e9, 16, 300],
    ["Radeon Instinct MI250", 45.26e12, 3280e9, 128, 500],
    ["Radeon Instinct MI250X", 47.88e12, 3280e9, 128, 500],
  ])("is one of them, as a process sees it: %s", (name, peak, bandwidth, gibibytes, watts) => {
    const row = rowOf(name);
    expect(2 * (row.peakFlopPerSecond.fp32 ?? 0)).toBe(peak);
    expect(2 * row.memoryBandwidthBytesPerSecond).toBe(bandwidth);
    expect(2 * (row.memoryBytes ?? 0)).toBe(gibibytes * 2 ** 30);
    expect(2 * (row.thermalDesignWatts ?? 0)).toBe(watts);
    expect(row.source).toContain("one of the package's two dies");
  });

  it("has a power limit of its own: nvidia-smi's 149 W of a K80 are all it may have", () => {
    const report = { kind: "gpu", name: "Tesla K80", memoryBytes: 11_441 * 2 ** 20, powerLimitWatts: 149 } as const;
    expect(resolveDevice(report).warnings).toEqual([]);
  });
});

describe("TF32", () => {
  it("is what an fp32 training runs on from Ampere on: 155.9, not 19.5 TFLOP/s, on an A100", () => {
    expect(peaksOf("A100 SXM4 40 GB")).toMatchObject({ fp32: 19.49e12, tf32: 155.9e12 });
    expect(fp32TrainingPeak("A100 SXM4 40 GB")).toBe(155.9e12);
    expect(fp32TrainingPeak("H100 SXM5 80 GB")).toBe(535.3e12);
  });

  it("does not exist on Volta and Turing: a V100 has fp16 tensor cores, and trains fp32 at 15.67 TFLOP/s", () => {
    const peaks = peaksOf("Tesla V100 SXM2 32 GB");
    expect(peaks).not.toHaveProperty("tf32");
    // 80 SM * 1024 FLOP a clock * 1.53 GHz.
    expect((peaks.fp16 ?? 0) / (80 * 1024 * 1.53e9)).toBeCloseTo(1, 2);
    expect(fp32TrainingPeak("Tesla V100 SXM2 32 GB")).toBe(15.67e12);
    expect(fp32TrainingPeak("Tesla T4")).toBe(8.14e12);
  });

  it("does not exist on AMD's, Intel's, Apple's and Qualcomm's GPUs", () => {
    const others = gpuCatalogue.filter(({ vendor }) => vendor !== "nvidia");
    expect(others.length).toBe(46);
    expect(others.filter(({ peakFlopPerSecond }) => "tf32" in peakFlopPerSecond)).toEqual([]);
    expect(fp32TrainingPeak("Radeon Instinct MI300X")).toBe(81.72e12);
  });
});

describe("tensor cores", () => {
  it("of a GeForce run at half rate if they accumulate in fp32, as training does: 71 on a 3090, not 142 TFLOP/s", () => {
    // 82 SM * 512 FLOP a clock * 1.695 GHz = 71.2e12; of the workstation's A6000 84 * 1024 * 1.8e9 = 154.8e12.
    expect(peaksOf("GeForce RTX 3090").fp16).toBe(71.2e12);
    expect((peaksOf("GeForce RTX 3090").fp16 ?? 0) / (82 * 512 * 1.695e9)).toBeCloseTo(1, 2);
    expect((peaksOf("RTX A6000").fp16 ?? 0) / (84 * 1024 * 1.8e9)).toBeCloseTo(1, 2);
    const geForces = gpuCatalogue.filter(
      ({ name, architecture }) => name.startsWith("GeForce") && /^(Ampere|Ada|Blackwell)/.test(architecture),
    );
    expect(geForces.length).toBeGreaterThan(20);
    for (const { peakFlopPerSecond } of geForces) {
      expect((peakFlopPerSecond.fp16 ?? 0) / (peakFlopPerSecond.fp32 ?? 0)).toBeCloseTo(2, 1);
    }
  });

  it("are missing in a GTX 16: fp16 is twice fp32, where an RTX 20 has four times", () => {
    for (const name of ["GeForce GTX 1650", "GeForce GTX 1660", "GeForce GTX 1660 SUPER", "GeForce GTX 1660 Ti"]) {
      const { fp32 = 0, fp16 = 0, ...others } = peaksOf(name);
      expect(fp16 / fp32).toBeCloseTo(2, 1);
      expect(others).toEqual({});
    }
    const { fp32 = 0, fp16 = 0 } = peaksOf("GeForce RTX 2060");
    expect(fp16 / fp32).toBeCloseTo(4, 1);
  });
});

describe("fp16 on Pascal", () => {
  it("is 1/64 of fp32 on a GeForce, so that libraries compute in fp32: 11.34, not 0.18 TFLOP/s, on a 1080 Ti", () => {
    expect(peaksOf("GeForce GTX 1080 Ti")).toEqual({ fp32: 11.34e12, fp16: 11.34e12 });
    const pascals = gpuCatalogue.filter(({ architecture }) => architecture === "Pascal");
    expect(pascals.length).toBeGreaterThan(10);
    for (const { peakFlopPerSecond } of pascals) {
      expect(peakFlopPerSecond.fp16).toBeGreaterThanOrEqual(peakFlopPerSecond.fp32 ?? 0);
    }
  });

  it("is twice fp32 on a P100 and on a Jetson TX2", () => {
    expect(peaksOf("Tesla P100 PCIe 16 GB")).toEqual({ fp32: 9.53e12, fp16: 19.05e12 });
    expect(peaksOf("Jetson TX2")).toEqual({ fp32: 0.67e12, fp16: 1.33e12 });
  });
});
