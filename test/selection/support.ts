// Candidates, workloads and objectives that the tests of selection/ share.

import fc from "fast-check";
import { lenet5 } from "../../models/zoo.ts";
import type { NetworkLink } from "../../network/link.ts";
import type { ComputeLaw } from "../../selection/probability/compute-law.ts";
import type {
  Candidate,
  CatalogueDevice,
  ForecastCandidate,
  LatencyForecast,
  ResolvedDevice,
  ServiceLevelObjective,
} from "../../selection/types.ts";
import type { Workload } from "../../workloads/workload.ts";
import { workloadFor } from "../../workloads/workload-for.ts";

export const a100: CatalogueDevice = {
  name: "A100 PCIe 40 GB",
  deviceClass: "datacentre",
  vendor: "nvidia",
  architecture: "Ampere",
  peakFlopPerSecond: { fp32: 19.49e12, tf32: 155.9e12, fp16: 311.9e12 },
  memoryBytes: 40e9,
  sharesSystemMemory: false,
  memoryBandwidthBytesPerSecond: 1560e9,
  boostClockHertz: 1.41e9,
  thermalDesignWatts: 250,
  source: "test",
  verification: "two-sources",
};

export function known(device: CatalogueDevice = a100): ResolvedDevice {
  const tier = device.vendor === "nvidia" ? "catalogue-nvidia" : "catalogue-other";
  const reason = { tierReason: "its specs", warnings: [], isContradictory: false };
  return { kind: "known", reportedName: device.name, device, tier, ...reason };
}

export const unknown: ResolvedDevice = {
  kind: "unknown",
  reportedName: "Frobnicator 9000",
  tier: "unknown",
  tierReason: "no row",
  warnings: [],
};

export const fastLink: NetworkLink = { downlinkBitsPerSecond: 1e8, uplinkBitsPerSecond: 5e7, roundTripSeconds: 0.01 };

export const lenetWorkload: Workload = {
  ...workloadFor({
    architecture: lenet5,
    training: { epochs: 1, batchSize: 32, learningRate: 0.1, momentum: 0 },
  }),
  downloadBytes: 250_000,
  uploadBytes: 250_000,
};

export function candidate(changes: Partial<Candidate> = {}): Candidate {
  return { clientId: "client-1", device: known(), link: fastLink, exampleCount: 5000, ...changes };
}

/** A candidate whose forecast is given instead of computed, for the policies. */
export function forecastCandidate(
  clientId: string,
  deadlineProbability: number,
  changes: Partial<LatencyForecast> = {},
): ForecastCandidate {
  return {
    candidate: candidate({ clientId }),
    forecast: {
      latencyModel: "roofline",
      tier: "catalogue-nvidia",
      tierReason: "its specs",
      trainingFlop: 1e10,
      peakFlopPerSecond: 1e12,
      utilisation: { mean: 0.1, standardDeviation: 0.029 },
      atMeanUtilisation: {
        downloadSeconds: 1,
        startSeconds: 0,
        computeSeconds: 0.1,
        uploadSeconds: 2,
        totalSeconds: 3.1,
      },
      computeTerms: null,
      computeLaw: { kind: "normal-utilisation", relativeSigma: 0.29 },
      transferLogSigma: 0,
      certainSeconds: 0,
      requiredUtilisation: 0.05,
      deadlineProbability,
      memory: { requiredBytes: 1e9, availableBytes: 8e9, fits: true },
      ...changes,
    },
  };
}

const positive = (min: number, max: number) =>
  fc.double({ min: Math.log(min), max: Math.log(max), noNaN: true }).map((logarithm) => Math.exp(logarithm));

export const links: fc.Arbitrary<NetworkLink> = fc.record({
  downlinkBitsPerSecond: positive(1e4, 1e11),
  uplinkBitsPerSecond: positive(1e4, 1e11),
  roundTripSeconds: positive(1e-4, 2),
  transferLogSigma: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 2, noNaN: true })),
});

export const devices: fc.Arbitrary<CatalogueDevice> = fc
  .record({ peak: positive(1e10, 1e16), bandwidth: positive(1e9, 1e13), isNvidia: fc.boolean() })
  .map(({ peak, bandwidth, isNvidia }) => ({
    ...a100,
    vendor: isNvidia ? "nvidia" : "amd",
    peakFlopPerSecond: { fp32: peak },
    memoryBandwidthBytesPerSecond: bandwidth,
  }));

/** Laws of each family, from a measured cell to next to nothing known. */
export const computeLaws: fc.Arbitrary<ComputeLaw> = fc.oneof(
  positive(0.01, 1).map((relativeSigma) => ({ kind: "normal-utilisation", relativeSigma }) as const),
  positive(0.01, 1).map((logSigma) => ({ kind: "log-normal", logSigma }) as const),
  fc
    .record({ logScale: positive(0.01, 1), degreesOfFreedom: fc.double({ min: 1.5, max: 30, noNaN: true }) })
    .map((parameters) => ({ kind: "log-student-t", ...parameters }) as const),
);

export const objectives: fc.Arbitrary<ServiceLevelObjective> = fc.record({
  deadlineSeconds: positive(0.01, 1e5),
  minimumProbability: fc.double({ min: 0, max: 1, noNaN: true }),
});

export const candidates: fc.Arbitrary<Candidate> = fc.record({
  clientId: fc.constant("client-1"),
  device: fc.oneof(devices.map(known), fc.constant(unknown)),
  link: links,
  exampleCount: fc.integer({ min: 0, max: 10_000_000 }),
});

/** A factor from 1 upwards. */
export const factors = positive(1, 1e4);
