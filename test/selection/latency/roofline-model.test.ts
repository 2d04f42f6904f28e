import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";
import { ratesOf } from "../../../selection/latency/peaks.ts";
import { rooflineModel } from "../../../selection/latency/roofline/roofline-model.ts";
import { rooflineStep } from "../../../selection/latency/roofline/roofline-step.ts";
import { stepFeatures } from "../../../selection/latency/roofline/step-features.ts";
import { lawOfTier } from "../../../selection/latency/uncertainty-tiers.ts";
import type { CatalogueDevice } from "../../../selection/types.ts";
import type { Workload } from "../../../workloads/workload.ts";
import {
  a100,
  candidate,
  candidates,
  devices,
  factors,
  fastLink,
  known,
  lenetWorkload,
  links,
  objectives,
  unknown,
} from "../support.ts";

const slo = (deadlineSeconds: number) => ({ deadlineSeconds, minimumProbability: 0.8 });
const probability = (...args: Parameters<typeof rooflineModel.forecast>) =>
  rooflineModel.forecast(...args).deadlineProbability;
/** Rounding may undo a rise of the last digits. */
const expectNotBelow = (better: number, worse: number) => expect(better).toBeGreaterThanOrEqual(worse - 1e-9);

describe("rooflineModel", () => {
  it("makes a round of download, steps and upload", () => {
    // 157 steps of 32 for 5,000 examples; the link adds 0.01 + 2e6/1e8 = 0.03 s down and 0.01 + 2e6/5e7 = 0.05 s up.
    const { atMeanUtilisation, computeTerms, ...forecast } = rooflineModel.forecast(
      candidate(),
      lenetWorkload,
      slo(0.5),
    );
    const step = rooflineStep("normal-utilisation")(known(), undefined, lenetWorkload);
    expect(atMeanUtilisation.computeSeconds).toBeCloseTo(157 * step.secondsPerStep, 12);
    expect(atMeanUtilisation.totalSeconds).toBeCloseTo(0.08 + 157 * step.secondsPerStep, 12);
    // mu = 6 * 416,520 * 32 FLOP / (155.9e12 * t_step); eta_th = 157 * 79.97e6 / (155.9e12 * 0.42) = 0.0192 %.
    expect(forecast.utilisation?.mean).toBeCloseTo(79_971_840 / (155.9e12 * step.secondsPerStep), 12);
    expect(forecast.requiredUtilisation).toBeCloseTo(0.000192, 6);
    expect(forecast.computeLaw).toEqual(lawOfTier("catalogue-nvidia", "normal-utilisation"));
  });

  it("takes the TF32 peak for fp32 where the device has one, and halves the bytes of activations in fp16", () => {
    const withoutTf32 = { ...a100, peakFlopPerSecond: { fp32: 19.49e12 } };
    const peakOf = (device: CatalogueDevice, precision: "fp32" | "fp16" | "bf16") =>
      rooflineModel.forecast(candidate({ device: known(device) }), { ...lenetWorkload, precision }, slo(1))
        .peakFlopPerSecond;
    expect(peakOf(a100, "fp32")).toBe(155.9e12);
    expect(peakOf(withoutTf32, "fp32")).toBe(19.49e12);
    expect(peakOf(a100, "bf16")).toBe(311.9e12);
    expect(peakOf(withoutTf32, "fp16")).toBe(19.49e12);
    const activation = (precision: "fp32" | "fp16") =>
      stepFeatures(ratesOf(a100, precision), { ...lenetWorkload, precision }).activation;
    expect(activation("fp16") / activation("fp32")).toBe(0.5);
  });

  it("gives no chance and no threshold when the transfers alone pass the deadline", () => {
    expect(rooflineModel.forecast(candidate(), lenetWorkload, slo(0.08))).toMatchObject({
      deadlineProbability: 0,
      requiredUtilisation: null,
    });
    expect(probability(candidate({ device: unknown }), lenetWorkload, slo(0.08))).toBe(0);
  });

  it("gives a client without examples certainty if the transfers fit", () => {
    expect(probability(candidate({ exampleCount: 0 }), lenetWorkload, slo(0.1))).toBe(1);
    expect(probability(candidate({ exampleCount: 0, device: unknown }), lenetWorkload, slo(0.1))).toBe(1);
  });

  it("says whether the training fits into nine tenths of the memory", () => {
    // Parameters and gradients 2 * 4 * 61,706 B, and 32 times the stored activations.
    const requiredBytes = 8 * 61_706 + 32 * lenetWorkload.model.activationBytesPerExample;
    const memoryOf = (memoryBytes: number | null) =>
      rooflineModel.forecast(candidate({ device: known({ ...a100, memoryBytes }) }), lenetWorkload, slo(1)).memory;
    expect(memoryOf(requiredBytes)).toEqual({ requiredBytes, availableBytes: requiredBytes, fits: false });
    expect(memoryOf(requiredBytes / 0.89).fits).toBe(true);
    expect(memoryOf(null)).toEqual({ requiredBytes, availableBytes: null, fits: true });
    const withMomentum = rooflineModel.forecast(candidate(), { ...lenetWorkload, momentum: 0.9 }, slo(1)).memory;
    expect(withMomentum.requiredBytes - requiredBytes).toBe(4 * 61_706);
  });

  it("forecasts an unknown device as the equally weighted mixture of the catalogue's rows", () => {
    const objective = slo(0.4);
    const rows = gpuCatalogue.map((row) =>
      rooflineModel.forecast(candidate({ device: known(row) }), lenetWorkload, objective),
    );
    const mean = rows.reduce((sum, row) => sum + row.deadlineProbability, 0) / rows.length;
    const compute = rows.map((row) => row.atMeanUtilisation.computeSeconds).sort((a, b) => a - b);
    const forecast = rooflineModel.forecast(candidate({ device: unknown }), lenetWorkload, objective);
    expect(forecast.deadlineProbability).toBeCloseTo(mean, 12);
    expect(forecast.atMeanUtilisation.computeSeconds).toBeCloseTo(compute[Math.floor(compute.length / 2)] ?? 0, 12);
    expect(forecast).toMatchObject({
      utilisation: null,
      peakFlopPerSecond: null,
      computeTerms: null,
      requiredUtilisation: null,
      tier: "unknown",
    });
  });

  it("never lowers the probability when the deadline grows", () => {
    fc.assert(
      fc.property(candidates, objectives, factors, (client, objective, factor) => {
        const later = { ...objective, deadlineSeconds: objective.deadlineSeconds * factor };
        expectNotBelow(probability(client, lenetWorkload, later), probability(client, lenetWorkload, objective));
      }),
    );
  });

  it("never lowers the probability when the peak or the bandwidth grows", () => {
    fc.assert(
      fc.property(candidates, devices, objectives, factors, factors, (client, device, objective, peak, bandwidth) => {
        const better = {
          ...device,
          peakFlopPerSecond: { fp32: (device.peakFlopPerSecond.fp32 ?? 0) * peak },
          memoryBandwidthBytesPerSecond: device.memoryBandwidthBytesPerSecond * bandwidth,
        };
        expectNotBelow(
          probability({ ...client, device: known(better) }, lenetWorkload, objective),
          probability({ ...client, device: known(device) }, lenetWorkload, objective),
        );
      }),
    );
  });

  it("never lowers the probability when a link rate grows or the examples shrink", () => {
    fc.assert(
      fc.property(
        candidates,
        links,
        objectives,
        factors,
        factors,
        factors,
        (client, link, objective, down, up, fewer) => {
          const better = {
            ...client,
            exampleCount: Math.floor(client.exampleCount / fewer),
            link: {
              ...link,
              downlinkBitsPerSecond: link.downlinkBitsPerSecond * down,
              uplinkBitsPerSecond: link.uplinkBitsPerSecond * up,
            },
          };
          expectNotBelow(
            probability(better, lenetWorkload, objective),
            probability({ ...client, link }, lenetWorkload, objective),
          );
        },
      ),
    );
  });

  it("makes plain JSON: no NaN, no Infinity, and a probability in [0, 1]", () => {
    fc.assert(
      fc.property(candidates, objectives, (client, objective) => {
        const forecast = rooflineModel.forecast(client, lenetWorkload, objective);
        expect(JSON.parse(JSON.stringify(forecast))).toEqual(forecast);
        expect(forecast.deadlineProbability).toBeGreaterThanOrEqual(0);
        expect(forecast.deadlineProbability).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("has terms that sum to the compute time, which is W / (mu P)", () => {
    fc.assert(
      fc.property(candidates, devices, objectives, (client, device, objective) => {
        const forecast = rooflineModel.forecast({ ...client, device: known(device) }, lenetWorkload, objective);
        const { computeSeconds } = forecast.atMeanUtilisation;
        const terms = Object.values(forecast.computeTerms ?? {}).reduce((sum, seconds) => sum + seconds, 0);
        const { peakFlopPerSecond, utilisation, trainingFlop } = forecast;
        expect(terms / (computeSeconds || 1)).toBeCloseTo(computeSeconds === 0 ? 0 : 1, 10);
        const atMean = trainingFlop / ((utilisation?.mean ?? 0) * (peakFlopPerSecond ?? 0));
        expect(atMean / (computeSeconds || 1)).toBeCloseTo(computeSeconds === 0 ? 0 : 1, 10);
      }),
    );
  });

  it("refuses numbers that are none, naming the client", () => {
    const invalid = expect.objectContaining({
      code: "selection.invalid-argument",
      message: expect.stringContaining("client-1"),
    });
    const wrong = [
      candidate({ exampleCount: Number.NaN }),
      candidate({ exampleCount: -1 }),
      candidate({ link: { ...fastLink, uplinkBitsPerSecond: 0 } }),
      candidate({ link: { ...fastLink, roundTripSeconds: Number.POSITIVE_INFINITY } }),
      candidate({ link: { ...fastLink, transferLogSigma: Number.NaN } }),
      candidate({ link: { ...fastLink, transferLogSigma: -0.1 } }),
      candidate({ device: known({ ...a100, memoryBandwidthBytesPerSecond: 0 }) }),
      candidate({ device: known({ ...a100, peakFlopPerSecond: { fp32: Number.NaN } }) }),
    ];
    for (const client of wrong) expect(() => rooflineModel.forecast(client, lenetWorkload, slo(1))).toThrow(invalid);
    expect(() => rooflineModel.forecast(candidate(), lenetWorkload, slo(0))).toThrow(invalid);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])("refuses %d as any number of the work or the device", (wrong) => {
    const refusal = (workload: Workload, device = known()) => {
      const message = expect.stringMatching(new RegExp(`^Cannot forecast client "client-1": .* but is ${wrong}\\.`));
      const invalid = expect.objectContaining({ code: "selection.invalid-argument", message });
      expect(() => rooflineModel.forecast(candidate({ device }), workload, slo(1))).toThrow(invalid);
    };
    for (const name of ["downloadBytes", "uploadBytes", "batchSize", "epochs", "momentum"] as const) {
      refusal({ ...lenetWorkload, [name]: wrong });
    }
    const { model } = lenetWorkload;
    const counts = Object.entries(model).flatMap(([name, value]) => (typeof value === "number" ? [name] : []));
    expect(counts).toContain("activationBytesPerExample");
    for (const name of counts) refusal({ ...lenetWorkload, model: { ...model, [name]: wrong } });
    refusal(lenetWorkload, known({ ...a100, boostClockHertz: wrong }));
    refusal(lenetWorkload, known({ ...a100, memoryBytes: wrong }));
  });

  it("refuses a network without arithmetic, whose utilisation has no meaning", () => {
    const model = { ...lenetWorkload.model, denseMultiplyAdds: 0 };
    expect(() => rooflineModel.forecast(candidate(), { ...lenetWorkload, model }, slo(1))).toThrow(
      /the network's multiply-adds must be more than 0 but is 0/,
    );
  });
});
