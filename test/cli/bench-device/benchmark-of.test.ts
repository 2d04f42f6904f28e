import { describe, expect, it } from "vitest";
import { loadWarnings } from "../../../cli/bench-device/bench-warnings.ts";
import { benchmarkOf } from "../../../cli/bench-device/benchmark-of.ts";
import { findStepModel } from "../../../selection/latency/find-latency-model.ts";
import { workload } from "../../selection/latency/calibrated/support.ts";
import { a100, known, unknown } from "../../selection/support.ts";
import { timing } from "./support.ts";

const processor = known({ ...a100, peakFlopPerSecond: { fp32: 2e10 } });

describe("benchmarkOf", () => {
  it("counts 2 FLOP a multiply-add and a backward pass as two forward passes", () => {
    const benchmark = benchmarkOf(timing, processor, "wasm");
    // LeNet-5 has 416,520 multiply-adds: 6 * 416_520 * 32 = 79_971_840 FLOP a step, in 10 ms 8.0 GFLOP/s, of 20 GFLOP/s 40 %.
    expect(benchmark.flopPerStep).toBe(79_971_840);
    expect(benchmark.flopPerSecond).toBeCloseTo(7_997_184_000, 3);
    expect(benchmark.utilisation).toBeCloseTo(0.3998592, 9);
  });

  it("takes quantiles and means over the timed steps of all bursts", () => {
    const benchmark = benchmarkOf(timing, processor, "wasm");
    // Of 8, 8, 10, 10, 10, 10, 12, 12 ms the 95th percentile is 12 ms and the mean 10 ms: 32 / 0.01 s examples.
    expect(benchmark.p95SecondsPerStep).toBe(0.012);
    expect(benchmark.examplesPerSecond).toBeCloseTo(3200, 9);
    // A burst: (47 ms + 3 ms to read) / 5 steps.
    expect(benchmark.idleToIdleSecondsPerStep).toBeCloseTo(0.01, 12);
    expect(benchmark.peakRssBytes).toBe(3e8);
  });

  it("has no utilisation where nobody knows the peak", () => {
    const benchmark = benchmarkOf(timing, unknown, "wasm");
    expect(benchmark).toMatchObject({ peakFlopPerSecond: null, utilisation: null, forecast: { tier: "unknown" } });
  });

  it("sets the forecast from specs beside the median, as forecast / measured - 1", () => {
    const { forecast } = benchmarkOf(timing, processor, "wasm");
    const { secondsPerStep } = findStepModel("roofline")(processor, "wasm", workload(timing.cell.architecture, 32));
    expect(forecast.secondsPerStep).toBe(secondsPerStep);
    expect(forecast.relativeError).toBeCloseTo(secondsPerStep / 0.01 - 1, 12);
  });

  it("keeps the buffers of a GPU at their largest, and null where nobody counts them", () => {
    const [first, ...others] = timing.bursts;
    const withGpu = (gpuBytes: number | null) => ({ ...first, memory: { ...first?.memory, gpuBytes } }) as typeof first;
    const bursts = [withGpu(5e6), withGpu(7e6), ...others].flatMap((each) => each ?? []);
    expect(benchmarkOf({ ...timing, bursts }, processor, "webgpu").gpuBytes).toBe(7e6);
    expect(benchmarkOf(timing, processor, "wasm").gpuBytes).toBeNull();
  });
});

describe("loadWarnings", () => {
  it("warns where others kept more than a quarter of the cores busy before the start", () => {
    expect(loadWarnings(0.5, 2)).toEqual([]);
    expect(loadWarnings(1.24, 2)).toEqual([expect.stringMatching(/a load of 1\.2 on 2 cores\..* run it again/)]);
  });
});
