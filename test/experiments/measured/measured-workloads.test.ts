import { describe, expect, it } from "vitest";
import {
  findMeasuredWorkload,
  measuredRoundWorkload,
  measuredWorkloadKeys,
  measuredWorkloadSummaries,
  workloadKey,
} from "../../../experiments/measured/measured-workloads.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { resolveStep } from "./support.ts";

describe("measured workloads", () => {
  it("are named by stack, network, precision, batch size and, where several were measured, image size", () => {
    const plain = { stack: "pytorch", network: "resnet18", precision: "fp32", batchSize: 12 } as const;
    expect(workloadKey(plain)).toBe("pytorch/resnet18/fp32/12");
    expect(workloadKey({ ...plain, imageSize: 64 })).toBe("pytorch/resnet18/fp32/12/64px");
    expect(new Set(measuredWorkloadKeys).size).toBe(measuredWorkloadKeys.length);
  });

  it("were each measured on five GPUs or more, PROFET's on three", () => {
    for (const { gpus, source, key } of measuredWorkloadSummaries()) {
      expect(gpus.length, key).toBeGreaterThanOrEqual(source === "ddps-lab/profet" ? 3 : 5);
      expect(new Set(gpus).size).toBe(gpus.length);
    }
  });

  it("are of sources under MIT or BSD licences", () => {
    expect(new Set(measuredWorkloadSummaries().map(({ source, licence }) => `${source}: ${licence}`))).toEqual(
      new Set(["lamikr/pytorch-gpu-benchmark: MIT", "xiaoran007/GPU-Insights: BSD-3-Clause", "ddps-lab/profet: MIT"]),
    );
  });

  it("name GPUs as the catalogue does", () => {
    for (const gpu of new Set(measuredWorkloadSummaries().flatMap(({ gpus }) => gpus))) {
      expect(resolveDevice({ kind: "gpu", name: gpu })).toMatchObject({ kind: "known", device: { name: gpu } });
    }
  });

  it("have the cost of our own definition of the network, at the measured size", () => {
    const resnet = findMeasuredWorkload("pytorch/resnet18/fp32/12");
    expect(resnet.model.parameterCount).toBe(11_689_512);
    expect(resnet.parameterFileBytes).toBeGreaterThan(4 * 11_689_512);
    const small = findMeasuredWorkload("tensorflow/LeNet5/fp32/16/32px");
    const large = findMeasuredWorkload("tensorflow/LeNet5/fp32/16/64px");
    expect(large.imageSize).toBe(64);
    expect(large.model.denseMultiplyAdds).toBeGreaterThan(3 * small.model.denseMultiplyAdds);
  });

  it("have a cell for each machine that a GPU was measured in, all with one forecast", () => {
    const { cells } = findMeasuredWorkload("pytorch/resnet18/fp32/12");
    const own = cells.filter(({ gpu }) => gpu === "GeForce RTX 2080 Ti");
    expect(own).toHaveLength(2);
    expect(new Set(own.map(({ stepSeconds }) => stepSeconds)).size).toBe(2);
    expect(new Set(own.map(({ forecastSeconds, spreads }) => JSON.stringify([forecastSeconds, spreads]))).size).toBe(1);
  });

  it("that nobody measured are refused with the nearest keys", () => {
    expect(() => findMeasuredWorkload("pytorch/resnet18/fp32/21")).toThrow(
      expect.objectContaining({
        code: "experiments.unknown-workload",
        message: expect.stringContaining("pytorch/resnet18/fp32/12"),
      }),
    );
  });

  it("make a round's work of their batch size, with their parameters down and up", () => {
    const measured = findMeasuredWorkload("pytorch/resnet18/fp16/12");
    expect(measuredRoundWorkload(measured, { epochs: 2 })).toMatchObject({
      ...{ epochs: 2, batchSize: 12, precision: "fp16", momentum: 0 },
      ...{ downloadBytes: measured.parameterFileBytes, uploadBytes: measured.parameterFileBytes },
    });
  });
});

describe("the forecast of a measured workload", () => {
  const measured = findMeasuredWorkload("pytorch/resnet18/fp32/12");
  const cell = measured.cells[0] as (typeof measured.cells)[number];

  it.each([
    ["normal-utilisation", { kind: "normal-utilisation", relativeSigma: cell.spreads.relativeSigma }],
    ["log-normal", { kind: "log-normal", logSigma: cell.spreads.logSigma }],
    [
      "log-student-t",
      { kind: "log-student-t", logScale: cell.spreads.logScale, degreesOfFreedom: cell.spreads.degreesOfFreedom },
    ],
  ] as const)("is the left-out one of the cell with its spread as a %s law", (kind, law) => {
    const step = resolveStep(measured, kind, cell.gpu);
    expect(step).toMatchObject({ secondsPerStep: cell.forecastSeconds, tier: "catalogue-nvidia" });
    expect(step.components).toEqual([{ expectedSeconds: cell.forecastSeconds, law }]);
    expect(step.peakFlopPerSecond).toBeGreaterThan(1e12);
  });

  it("does not depend on the epochs", () => {
    expect(resolveStep(measured, "log-normal", cell.gpu, { epochs: 9 })).toEqual(
      resolveStep(measured, "log-normal", cell.gpu),
    );
  });

  it("does not exist for a GPU that was not measured", () => {
    expect(() => resolveStep(measured, "log-normal", "H100 SXM5 80 GB")).toThrow(
      expect.objectContaining({
        code: "selection.invalid-argument",
        message: expect.stringMatching(/was not measured with pytorch\/resnet18\/fp32\/12\. .*GeForce RTX 3090/),
      }),
    );
  });

  it.each([
    ["batch size", { batchSize: 16 }],
    ["precision", { precision: "fp16" }],
    ["network", { model: findMeasuredWorkload("pytorch/resnet34/fp32/12").model }],
  ] as const)("does not exist for another %s", (_, change) => {
    expect(() => resolveStep(measured, "log-normal", cell.gpu, change)).toThrow(
      /was measured with resnet18, fp32, batch/,
    );
  });
});
