import { describe, expect, it } from "vitest";
import { emulatedStepSeconds } from "../../../client/emulation/step-time.ts";
import { architectureSchema } from "../../../models/architecture.ts";
import { cnnSmall, lenet5, zoo } from "../../../models/zoo.ts";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { modelCost } from "../../../workloads/model-cost.ts";
import type { LayerCost } from "../../../workloads/workload.ts";

function deviceNamed(name: string) {
  const resolved = resolveDevice({ kind: "gpu", name });
  if (resolved.kind !== "known") throw new Error(`${name} is not in the catalogue`);
  return resolved.device;
}

/** The LeNet-5 of the measurements: 32 x 32 x 3 images. */
const lenetOfTheMeasurements = architectureSchema.parse({ ...lenet5, inputShape: [32, 32, 3] });
const lenet = modelCost(lenet5);

describe("the emulated step", () => {
  // ddps-lab/profet (MIT), TensorFlow 2.5, SGD, LeNet5, image 32, median of 9 runs, milliseconds.
  it.each([
    ["Tesla V100 SXM2 16 GB", 16, 2.4693],
    ["Tesla V100 SXM2 16 GB", 64, 2.9585],
    ["Tesla M60", 16, 2.6691],
    ["Tesla M60", 64, 2.9637],
    ["Tesla K80", 16, 3.1619],
    ["Tesla K80", 32, 3.6469],
  ])("of LeNet-5 on %s with batch %i is within 25 %% of the measured %f ms", (name, batchSize, milliseconds) => {
    const seconds = emulatedStepSeconds(deviceNamed(name), modelCost(lenetOfTheMeasurements), batchSize);
    expect(Math.abs((1000 * seconds) / milliseconds - 1)).toBeLessThan(0.25);
  });

  it("takes longer with a larger batch, on every GPU and network", () => {
    for (const device of gpuCatalogue) {
      for (const architecture of Object.values(zoo)) {
        const model = modelCost(architecture);
        const seconds = [1, 16, 64, 1024].map((batchSize) => emulatedStepSeconds(device, model, batchSize));
        expect(seconds.every((value) => Number.isFinite(value) && value > 0)).toBe(true);
        expect([...seconds].sort((a, b) => a - b)).toEqual(seconds);
      }
    }
  });

  it("is never longer on the same device with more arithmetic and more bandwidth", () => {
    const device = deviceNamed("GeForce RTX 3090");
    const peaks = Object.entries(device.peakFlopPerSecond).map(([precision, peak]) => [precision, 2 * peak]);
    const faster = {
      ...device,
      peakFlopPerSecond: Object.fromEntries(peaks),
      memoryBandwidthBytesPerSecond: 2 * device.memoryBandwidthBytesPerSecond,
    };
    const model = modelCost(cnnSmall);
    expect(emulatedStepSeconds(faster, model, 4096)).toBeLessThan(emulatedStepSeconds(device, model, 4096));
    expect(emulatedStepSeconds(faster, model, 1)).toBeLessThanOrEqual(emulatedStepSeconds(device, model, 1));
  });

  it("dispatches a recurrent layer's operators once in each time step, and updates its weights once", () => {
    const device = deviceNamed("GeForce RTX 3090");
    const layer: LayerCost = {
      ...{ layerName: "recurrent", kind: "dense", forwardMultiplyAdds: 1, parameterCount: 1, operatorCount: 1 },
      ...{ inputElements: 1, outputElements: 1 },
    };
    const seconds = (runsPerExample: number) =>
      emulatedStepSeconds(device, { ...lenet, layers: [...lenet.layers, { ...layer, runsPerExample }] }, 1);
    // Each run launches a forward pass and two gradients of 25 microseconds; what it computes takes far less than one.
    expect((seconds(101) - seconds(1)) / (100 * 3 * 25e-6)).toBeCloseTo(1, 2);
  });

  it("depends on the host: a Jetson-class board dispatches three times slower than a server", () => {
    const board = deviceNamed("Jetson AGX Orin 32 GB");
    const onServer = { ...board, deviceClass: "workstation" as const };
    const ratio = emulatedStepSeconds(board, lenet, 16) / emulatedStepSeconds(onServer, lenet, 16);
    expect(ratio).toBeGreaterThan(2.5);
    expect(ratio).toBeLessThanOrEqual(3);
  });

  it("in half precision runs at the half-precision peak and moves half of the bytes", () => {
    // One dense layer of 1000 x 1000 on 512 examples: 2 * 1e6 * 512 = 1.024e9 FLOP a pass, and no input's gradient.
    const layers = [
      {
        layerName: "dense",
        kind: "dense",
        forwardMultiplyAdds: 1e6,
        parameterCount: 1_001_000,
        operatorCount: 1,
      } as const,
    ].map((layer) => ({ ...layer, inputElements: 1000, outputElements: 1000 }));
    const model = { ...lenet, layers };
    const slowArithmetic = {
      ...deviceNamed("L4"),
      memoryBandwidthBytesPerSecond: 1e18,
      peakFlopPerSecond: { fp32: 1e9, fp16: 4e9 },
    };
    const seconds = (precision: "fp32" | "fp16") => emulatedStepSeconds(slowArithmetic, model, 512, precision);
    // Two passes at half of the peak: 2 * 1.024e9 / 0.5e9 = 4.096 s, and a quarter of that.
    expect(seconds("fp32") - seconds("fp16")).toBeCloseTo(4.096 - 1.024, 6);
    const slowMemory = {
      ...slowArithmetic,
      memoryBandwidthBytesPerSecond: 1e6,
      peakFlopPerSecond: { fp32: 1e18, fp16: 1e18 },
    };
    const moved = (precision: "fp32" | "fp16") => emulatedStepSeconds(slowMemory, model, 512, precision);
    // 512 * 2000 + 1,001,000 = 2,025,000 elements a pass at 0.65 MB/s: 2 passes of 4 bytes, then of 2.
    expect(moved("fp32") - moved("fp16")).toBeCloseTo((2 * 2 * 2_025_000) / 0.65e6, 6);
  });
});
