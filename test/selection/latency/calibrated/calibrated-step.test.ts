import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { probeNetworks } from "../../../../client/calibration/probe-networks.ts";
import { calibratedStep } from "../../../../selection/latency/calibrated/calibrated-step.ts";
import type { Calibration } from "../../../../selection/latency/calibrated/calibration.ts";
import { findLatencyModel } from "../../../../selection/latency/find-latency-model.ts";
import { rooflineStep } from "../../../../selection/latency/roofline/roofline-step.ts";
import { spreadOfTier } from "../../../../selection/latency/uncertainty-tiers.ts";
import type { ResolvedDevice } from "../../../../selection/types.ts";
import type { Workload } from "../../../../workloads/workload.ts";
import { a100, candidate, known, unknown } from "../../support.ts";
import { calibration, cell, cnnSmall, lenet5, mlp, processor, processorCalibration, workload } from "./support.ts";

const GPU = "tensorflow-cuda";
const specs = rooflineStep("normal-utilisation");
const stepWith = (
  calibrations: readonly Calibration[],
  kind: Parameters<typeof calibratedStep>[1] = "normal-utilisation",
) => calibratedStep(calibrations, kind);
const expectedOf = (step: { readonly components: readonly { readonly expectedSeconds: number }[] }) =>
  step.components[0]?.expectedSeconds;

/** The A100 as if every step took `factor` times what its specs say. */
function scaledCells(factor: number, batchSizes: readonly number[] = [16]) {
  return probeNetworks.flatMap((network) =>
    batchSizes.map((batchSize) => {
      const { secondsPerStep } = specs(known(), GPU, workload(network, batchSize));
      return cell(network, batchSize, factor * secondsPerStep);
    }),
  );
}

describe("a cell that was measured", () => {
  const cells = [cell(lenet5, 32, 0.005, { relativeSpread: 0.001 }), cell(mlp, 32, 0.001, { relativeSpread: 0.5 })];
  const step = stepWith([calibration(cells)]);

  it("is forecast by its time, without terms, and says when and how often it was timed", () => {
    const forecast = step(known(), GPU, workload(lenet5, 32));
    expect(forecast).toMatchObject({ tier: "measured-cell", secondsPerStep: 0.005, terms: null });
    expect(expectedOf(forecast)).toBe(0.005);
    expect(forecast.tierReason).toMatch(/timed on it on 2026-03-04: 5 ms, 80 steps in 8 repeats/);
    expect(forecast.peakFlopPerSecond).toBe(155.9e12);
  });

  it.each(["normal-utilisation", "log-normal", "log-student-t"] as const)(
    "is as uncertain as its tier, or as its repeats if they differ more: %s",
    (kind) => {
      const lawOf = (network: typeof mlp) =>
        stepWith([calibration(cells)], kind)(known(), GPU, workload(network, 32)).components[0]?.law;
      const { relativeSigma, logSigma, logScale } = spreadOfTier("measured-cell");
      const name = { "normal-utilisation": "relativeSigma", "log-normal": "logSigma", "log-student-t": "logScale" }[
        kind
      ];
      const ofTier = { relativeSigma, logSigma, logScale }[name];
      expect(lawOf(lenet5)).toMatchObject({ kind, [name]: ofTier });
      expect(lawOf(mlp)).toMatchObject({ kind, [name]: 0.5 });
    },
  );

  it("counts at its own precision only", () => {
    expect(step(known(), GPU, { ...workload(lenet5, 32), precision: "fp16" }).tier).toBe("catalogue-nvidia");
  });

  it("is the latest of several files", () => {
    const later = calibration([cell(lenet5, 32, 0.007)], { measuredAt: "2026-05-01T00:00:00Z" });
    for (const files of [
      [calibration(cells), later],
      [later, calibration(cells)],
    ]) {
      expect(stepWith(files)(known(), GPU, workload(lenet5, 32)).secondsPerStep).toBe(0.007);
    }
  });
});

describe("another batch size of a measured network", () => {
  it("is interpolated between two in the logarithm", () => {
    const step = stepWith([calibration([cell(lenet5, 16, 0.002), cell(lenet5, 64, 0.008)])]);
    const forecast = step(known(), GPU, workload(lenet5, 32));
    // 2 ms * 4 ** (ln 2 / ln 4) = 4 ms
    expect(forecast.secondsPerStep).toBeCloseTo(0.004, 12);
    expect(forecast).toMatchObject({ tier: "same-gpu-other-batch", terms: null });
    expect(forecast.tierReason).toMatch(/at batch size 16, 64; batch size 32 is interpolated between 16 and 64/);
  });

  it("is scaled by the roofline's ratio outside of them", () => {
    const forecast = stepWith([calibration([cell(lenet5, 16, 0.002)])])(known(), GPU, workload(lenet5, 1024));
    const [small, large] = [16, 1024].map((batch) => specs(known(), GPU, workload(lenet5, batch)).secondsPerStep);
    expect(forecast.secondsPerStep).toBeCloseTo((0.002 * (large as number)) / (small as number), 12);
    expect(forecast.tierReason).toMatch(/scaled from 16 by the step model/);
  });

  it("is scaled by the device's own fit where there is one", () => {
    const others = scaledCells(3);
    const forecast = stepWith([calibration([...others, cell(lenet5, 16, 0.09)])])(known(), GPU, workload(lenet5, 1024));
    expect(forecast.tier).toBe("same-gpu-other-batch");
    expect(forecast.secondsPerStep).toBeGreaterThan(0.09);
  });
});

describe("a network that was not measured, with three cells or more", () => {
  it("is forecast by the fit: a device three times slower than its specs is three times slower", () => {
    const forecast = stepWith([calibration(scaledCells(3, [16, 64]))])(known(), GPU, workload(lenet5, 32));
    const fromSpecs = specs(known(), GPU, workload(lenet5, 32));
    expect(forecast.tier).toBe("probed");
    expect(forecast.secondsPerStep / fromSpecs.secondsPerStep).toBeCloseTo(3, 6);
    expect(forecast.tierReason).toMatch(
      /30 cells of 15 other networks were timed on it on 2026-03-04; .* errs by 0\.0 %/,
    );
  });

  it("is made up of terms that sum to the step", () => {
    for (const [device, backend, file] of [
      [known(), GPU, calibration(scaledCells(2))],
      [processor, "wasm", processorCalibration(probeNetworks.map((network) => cell(network, 16, 0.01)))],
    ] as const) {
      const { terms, secondsPerStep } = stepWith([file])(device, backend, workload(lenet5, 32));
      const total = Object.values(terms ?? {}).reduce((sum, seconds) => sum + seconds, 0);
      expect(total).toBeCloseTo(secondsPerStep, 12);
    }
  });

  it("makes a GPU known that the catalogue lacks: no mixture, and no peak made up", () => {
    const file = calibration(
      probeNetworks.map((network, index) => cell(network, 16, 0.001 * (index + 1))),
      { device: { reportedName: "Frobnicator 9000", catalogueName: null, kind: "gpu" } },
    );
    const forecast = stepWith([file])(unknown, GPU, workload(lenet5, 32));
    expect(forecast).toMatchObject({ tier: "probed", peakFlopPerSecond: null });
    expect(forecast.components).toHaveLength(1);
    const round = findLatencyModel("calibrated", { calibrations: [file] }).forecast(
      candidate({ device: unknown, backend: GPU }),
      workload(lenet5, 32),
      { deadlineSeconds: 1000, minimumProbability: 0.5 },
    );
    expect(round).toMatchObject({ utilisation: null, requiredUtilisation: null, tier: "probed" });
    expect(round.deadlineProbability).toBeGreaterThan(0.9);
  });
});

describe("a network that was not measured, with fewer cells", () => {
  it("takes the speed alone: the roofline times the median of measured / forecast", () => {
    const [first, second] = probeNetworks.slice(0, 2).map((network) => workload(network, 16)) as [Workload, Workload];
    const timed = [
      cell(probeNetworks[0] as typeof mlp, 16, 2 * specs(known(), GPU, first).secondsPerStep),
      cell(probeNetworks[1] as typeof mlp, 16, 4 * specs(known(), GPU, second).secondsPerStep),
    ];
    const forecast = stepWith([calibration(timed)])(known(), GPU, workload(lenet5, 32));
    const fromSpecs = specs(known(), GPU, workload(lenet5, 32));
    // The median of 2 and 4.
    expect(forecast.secondsPerStep / fromSpecs.secondsPerStep).toBeCloseTo(3, 9);
    expect((expectedOf(forecast) ?? 0) / (expectedOf(fromSpecs) ?? 1)).toBeCloseTo(3, 9);
    expect(forecast.tier).toBe("catalogue-nvidia");
    expect(forecast.tierReason).toMatch(/Only 2 cells were timed on it, on 2026-03-04: .* scaled by 3\.00/);
  });
});

describe("a device without a calibration of its own", () => {
  const files = [calibration(scaledCells(3))];

  it.each([
    ["another GPU", known({ ...a100, name: "L4" }), GPU, /No calibration of "L4" was given/],
    [
      "another back-end",
      known(),
      "wasm",
      /calibrated with the back-end tensorflow-cuda, but the client trains with wasm/,
    ],
    [
      "a processor of the GPU's name",
      { ...processor, reportedName: a100.name } as ResolvedDevice,
      GPU,
      /No calibration of/,
    ],
  ])("is forecast from its specs and says why: %s", (_what, device, backend, reason) => {
    const forecast = stepWith(files)(device, backend, workload(lenet5, 32));
    const fromSpecs = specs(device, backend, workload(lenet5, 32));
    expect({ ...forecast, tierReason: "" }).toEqual({ ...fromSpecs, tierReason: "" });
    expect(forecast.tierReason).toMatch(reason);
    expect(forecast.tierReason.startsWith(fromSpecs.tierReason)).toBe(true);
  });

  it("is served without a back-end only where there is no doubt which", () => {
    const wasm = calibration(scaledCells(50), { backend: "wasm" });
    expect(stepWith(files)(known(), undefined, workload(lenet5, 32)).tier).toBe("probed");
    const doubtful = stepWith([...files, wasm])(known(), undefined, workload(lenet5, 32));
    expect(doubtful.tier).toBe("catalogue-nvidia");
    expect(doubtful.tierReason).toMatch(/several back-ends \(tensorflow-cuda, wasm\)/);
  });

  it("is found by its reported name whatever its spaces and capitals", () => {
    const file = processorCalibration([cell(lenet5, 32, 0.013)]);
    const device: ResolvedDevice = { ...processor, reportedName: "SOME CPU" };
    expect(stepWith([file])(device, "wasm", workload(lenet5, 32)).tier).toBe("measured-cell");
  });
});

describe("cells that contradict each other", () => {
  it("never make a step of no time: the specs are scaled where the fit has no price for a network", () => {
    // Times at random, whose fit has a coefficient above 0 for convolutions only.
    const times = [
      ["many-5x5", 16, 0.0036],
      ["step", 256, 0.0601],
      ["activations", 256, 0.00008],
      ["pooling", 1, 0.00028],
      ["operators", 64, 0.0341],
      ["first-5x5", 256, 0.0319],
    ] as const;
    const cells = times.flatMap(([name, batch, seconds]) =>
      probeNetworks.filter((probe) => probe.name === `probe-${name}`).map((probe) => cell(probe, batch, seconds)),
    );
    const step = stepWith([processorCalibration(cells)])(processor, "wasm", workload(mlp, 32));
    expect(step.tier).toBe("self-reported");
    expect(step.secondsPerStep).toBeGreaterThan(0);
  });
});

describe("properties of every calibrated forecast", () => {
  const times = fc.array(fc.double({ min: 1e-4, max: 0.5, noNaN: true }), { minLength: 15, maxLength: 15 });
  const filesOf = (seconds: readonly number[], factor = 1) => {
    const cells = probeNetworks.map((network, index) => cell(network, 16, factor * (seconds[index] ?? 1)));
    return [calibration(cells), processorCalibration(cells)];
  };
  const devices = [
    [known(), GPU],
    [processor, "wasm"],
  ] as const;
  const network = fc.constantFrom(mlp, lenet5, cnnSmall);

  it("a step never gets shorter when the batch grows", () => {
    fc.assert(
      fc.property(times, network, fc.integer({ min: 1, max: 256 }), (seconds, architecture, batch) => {
        const step = stepWith(filesOf(seconds));
        for (const [device, backend] of devices) {
          const [small, large] = [batch, 2 * batch].map((size) => step(device, backend, workload(architecture, size)));
          expect(large?.secondsPerStep).toBeGreaterThanOrEqual(small?.secondsPerStep ?? Number.NaN);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("more examples never finish sooner", () => {
    fc.assert(
      fc.property(times, network, fc.integer({ min: 1, max: 5000 }), (seconds, architecture, exampleCount) => {
        const model = findLatencyModel("calibrated", { calibrations: filesOf(seconds) });
        const slo = { deadlineSeconds: 10, minimumProbability: 0.5 };
        for (const [device, backend] of devices) {
          const forecastOf = (count: number) =>
            model.forecast(candidate({ device, backend, exampleCount: count }), workload(architecture, 32), slo);
          const [few, many] = [forecastOf(exampleCount), forecastOf(exampleCount + 500)];
          expect(many.atMeanUtilisation.totalSeconds).toBeGreaterThan(few.atMeanUtilisation.totalSeconds);
          expect(many.deadlineProbability).toBeLessThanOrEqual(few.deadlineProbability + 1e-9);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("scaling all cells by c scales the forecast by c, in whichever tier", () => {
    fc.assert(
      fc.property(times, network, fc.double({ min: 0.1, max: 10, noNaN: true }), (seconds, architecture, factor) => {
        const few = (files: readonly Calibration[]) =>
          files.map((file) => ({ ...file, cells: file.cells.filter((_, index) => index < 2) }));
        const own = (files: readonly Calibration[], scale: number) =>
          files.map((file) => ({ ...file, cells: [...file.cells, cell(architecture, 8, 0.01 * scale)] }));
        for (const [device, backend] of devices) {
          for (const [plain, scaled] of [
            [filesOf(seconds), filesOf(seconds, factor)],
            [few(filesOf(seconds)), few(filesOf(seconds, factor))],
            [own(filesOf(seconds), 1), own(filesOf(seconds, factor), factor)],
          ] as const) {
            const [before, after] = [plain, scaled].map((files) =>
              stepWith(files)(device, backend, workload(architecture, 32)),
            );
            const ratio = (after?.secondsPerStep ?? 0) / (before?.secondsPerStep ?? 1);
            // Times that contradict each other leave the solver a few digits fewer.
            expect(Math.abs(ratio / factor - 1)).toBeLessThan(1e-4);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
